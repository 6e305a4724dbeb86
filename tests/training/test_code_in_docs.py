"""Documentation under test: every Python block of README and docs runs as it stands, each on its own.

Those of tutorial and how-to follow on each other: tests/test_docs_run.py.
"""

import re
import subprocess
import sys

import pytest
from support.project import ROOT

pytestmark = pytest.mark.long  # a process with TensorFlow for each block
IN_ORDER = {"tutorial.md", "how-to.md"}
BLOCKS = [
    pytest.param(block, id=f"{path.name}-{i}")
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
    if path.name not in IN_ORDER
    for i, block in enumerate(re.findall(r"^```python\n(.*?)^```", path.read_text(), flags=re.M | re.S))
]


@pytest.mark.parametrize("block", BLOCKS)
def test_a_block_runs_as_it_stands(block, tmp_path):
    """Copied into an empty folder and run, each block ends without an error."""
    (tmp_path / "block.py").write_text(block)
    done = subprocess.run(
        [sys.executable, "block.py"], cwd=tmp_path, capture_output=True, text=True, timeout=180, check=False
    )
    assert done.returncode == 0, done.stderr
