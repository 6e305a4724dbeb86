"""What a process needs for a while goes with it, whatever ends it."""

import ast
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from support.project import ROOT

from regtrack import scratch
from regtrack.training.worker_process import environment

MAKE_ONE = """
import sys
import tempfile
from pathlib import Path
from regtrack.scratch import own_folder
(own_folder() / "model.keras").write_text("x")
print(own_folder(), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def living(tmp_path):
    """Start a process that makes its folder in `tmp_path` and then waits for the end of its input: (process, folder)."""
    begun = []

    def start() -> tuple[subprocess.Popen, Path]:
        process = subprocess.Popen(
            [sys.executable, "-c", MAKE_ONE],
            env=os.environ | {"TMPDIR": str(tmp_path)}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        begun.append(process)
        return process, Path(process.stdout.readline().strip())

    yield start
    for process in begun:
        process.kill()
        process.communicate()


def test_the_folder_goes_with_an_orderly_end(tmp_path, living):
    """While the process lives it is there with what was put into it, then nothing is."""
    process, folder = living()
    assert folder.parent == tmp_path
    assert [path.name for path in folder.iterdir()] == ["model.keras"]
    process.communicate()
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_left_the_next_one_takes_away(tmp_path, living):
    """The folder of one that lives stays, and so does what is called otherwise."""
    killed, left = living()
    _, stays = living()
    (tmp_path / "regtrack-of-mine").mkdir()
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    assert left.exists()
    scratch._remove_left(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {stays.name, "regtrack-of-mine"}
    assert [path.name for path in stays.iterdir()] == ["model.keras"]


def test_where_nothing_can_be_locked_nothing_is_taken_away(tmp_path, monkeypatch):
    """As on some network file systems: the folder is there all the same, and so is everybody else's."""

    def refuses(*_):
        raise OSError("No locks available")

    monkeypatch.setattr(scratch.fcntl, "flock", refuses)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    first, second = (scratch._made.__wrapped__(-1) for _ in range(2))
    assert {first, second} == set(tmp_path.iterdir())


def test_a_forked_process_has_a_folder_of_its_own_and_leaves_its_parents():
    """A child ends in the orderly way too, and what it takes away is not its parent's."""
    code = (
        "import os\nfrom regtrack.scratch import own_folder\nours = own_folder()\n"
        "if not (pid := os.fork()):\n    assert own_folder() != ours\n    raise SystemExit\n"
        "assert os.waitpid(pid, 0)[1] == 0\nassert ours.is_dir()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_workers_write_into_the_folder_of_who_started_them():
    """They end by a signal or at once; what TensorFlow leaves in TMPDIR then goes with the sweep's process."""
    assert environment()["TMPDIR"] == str(scratch.own_folder())


def test_nothing_else_asks_for_a_temporary_folder():
    """No module makes one beside it, which a signal would leave behind."""
    makes = {"TemporaryDirectory", "mkdtemp", "mkstemp", "NamedTemporaryFile"}
    found = set()
    for file in [*(ROOT / "src").rglob("*.py"), *(ROOT / "dashboard").rglob("*.py")]:
        text = file.read_text()
        for call in ast.walk(ast.parse(text)) if "tempfile" in text else ():
            named = isinstance(call, ast.Call) and getattr(call.func, "attr", getattr(call.func, "id", ""))
            if named in makes and not any(keyword.arg == "dir" for keyword in call.keywords):
                found.add(file.relative_to(ROOT).as_posix())
    assert found == {"src/regtrack/scratch.py"}
