"""What `make test` makes of tests: two lanes, one closing line, and an end at the first failure of either."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

from support.project import ROOT
from support.row import STAGES, row, spread, stage_of, waits

BAD = """
from pathlib import Path

def test_bad():
    Path("about to fail").touch()
    assert 0
"""
SLOW = """
import time
from pathlib import Path

import pytest

def test_begin():
    for _ in range(1000):
        if Path("about to fail").exists():
            break
        time.sleep(0.1)

@pytest.mark.parametrize("i", range(300))
def test_slow(i):
    time.sleep(0.1)
"""
"""Waits for the other lane, which may get its turn of a busy processor half a minute later."""


def make_test(folder: Path, **files: str) -> list[str]:
    """The lines that the command of `make test` prints for these test files."""
    for name, text in files.items():
        (folder / f"test_{name}.py").write_text(text)
    (folder / "pytest.ini").write_text("[pytest]\nmarkers = long\n")
    # The Makefile's own lanes, whatever the `make` that runs this test was given.
    env = {
        name: value
        for name, value in os.environ.items()
        if name not in ("MAKEFLAGS", "MAKEOVERRIDES", "MFLAGS", "LANES")
    }
    lines = subprocess.run(
        ["make", "-n", "test", "PYTHON=true"], cwd=ROOT, env=env, capture_output=True, text=True, check=True
    )
    [command] = [line for line in lines.stdout.splitlines() if "-m pytest" in line]
    arguments = shlex.split(command.partition("-m pytest")[2])
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "xdist", "-p", "support.lanes", *arguments],
        cwd=folder, capture_output=True, text=True, timeout=600,
        # Other plugins, which nobody asks for here, cost each of three processes a second.
        env=os.environ | {"PYTHONPATH": str(ROOT / "tests"), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        check=False,
    )  # fmt: skip
    return done.stdout.splitlines()


def test_the_closing_line_counts_both_lanes(tmp_path):
    """Passed, failed and skipped of all files together, alone on the last line; what is long is not among them."""
    one = "def test_a(): pass\n"
    two = "import pytest\ndef test_b(): pass\ndef test_c(): pytest.skip('no')\n@pytest.mark.long\ndef test_d(): assert 0\n"
    lines = make_test(tmp_path, one=one, two=two, three=one)
    assert lines[-1] == "3 passed, 0 failed, 1 skipped"


def test_the_first_failure_stops_both_lanes(tmp_path):
    """One lane fails: the other, which begins when it does, does not go on to the end of its 300 tests, half a minute."""
    lines = make_test(tmp_path, bad=BAD, slow=SLOW)
    passed, failed, _ = (int(part.split()[0]) for part in lines[-1].split(", "))
    assert failed == 1
    assert passed < 300


def test_what_waits_lies_apart_among_what_computes():
    """Two of six evenly among the rest, not among the first, which make what they look at; nobody is lost, and where nothing
    computes the order stays."""
    row = ["pure", "a", "b", "c", "d", "waits 1", "waits 2", "last"]
    found = spread(row, lambda one: one.startswith("waits"), lambda one: len(one) == 1)
    assert found == ["pure", "a", "b", "c", "waits 1", "d", "waits 2", "last"]
    assert spread(row[5:], lambda one: one.startswith("waits"), lambda one: len(one) == 1) == row[5:]


def test_the_row_is_the_same_whatever_order_files_come_in():
    """All test files there are, in stages, with those that wait among those that have a store and no
    two of them side by side."""
    files = [*(ROOT / "tests").rglob("test_*.py")]
    found = row(files)
    assert found == row(files[::-1])
    assert sorted(found) == sorted(files)
    stages = [STAGES.index(stage_of(file)) for file in found if not waits(file)]
    assert stages == sorted(stages)
    before = [found[i - 1] for i, file in enumerate(found) if waits(file)]
    assert {stage_of(file) for file in before} == {"store"}
    assert not any(map(waits, before))
