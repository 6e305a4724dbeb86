"""TensorFlow's greeting is held back whoever imports it first; a failing import shows all that was said."""

import os
import subprocess
import sys

import pytest

QUIET = "from regtrack.cli.tensorflow_greeting import *; import sys; "


@pytest.mark.parametrize(
    "code",
    ["import_tensorflow_quietly(); ", "quiet_whoever_imports_tensorflow(); import own; import_tensorflow_quietly(); "],
    ids=["ours", "a person's own module"],
)
def test_tensorflow_is_imported_without_its_greeting_and_a_failure_is_shown(tmp_path, code):
    """Nothing on standard error when the import works, but for what the person's own module says; all of it when it fails."""
    (tmp_path / "own.py").write_text("import sys\nprint('own', file=sys.stderr)\nimport tensorflow\n")
    (tmp_path / "tensorflow.py").write_text(
        "import os, sys\nos.write(2, b'greeting')\nif os.environ.get('BREAK'): raise ImportError('no wheel')\n"
    )
    code = f"{QUIET}{code}print('after', file=sys.stderr)"
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    quiet = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    own = "own\n" if "own" in code else ""
    assert quiet.stderr == f"{own}after\n"
    broken = subprocess.run(
        [sys.executable, "-c", code], env=environment | {"BREAK": "1"}, capture_output=True, text=True, check=False
    )
    assert broken.returncode == 1
    assert broken.stderr.startswith(f"{own}greeting")
    assert "ImportError: no wheel" in broken.stderr


def test_anything_else_is_imported_as_ever():
    """The one who looks for TensorFlow finds nothing else, and looks once."""
    from regtrack.cli import tensorflow_greeting

    before = list(sys.meta_path)
    try:
        finder = tensorflow_greeting._Quiet()
        sys.meta_path.insert(0, finder)
        assert finder.find_spec("json") is None
        assert finder.find_spec("tensorflow").name == "tensorflow"
        assert finder not in sys.meta_path
    finally:
        sys.meta_path[:] = before
