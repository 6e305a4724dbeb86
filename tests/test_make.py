"""The Makefile, without building anything: what it lists, and what it says to a wrong Python."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TARGETS = ("demo", "test", "test-all", "soak", "dashboard", "ui", "cluster", "bench", "lint", "lock")


def make(*arguments: str, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess:
    outer = {name: value for name, value in os.environ.items() if not name.startswith("MAKE") and name != "MFLAGS"}
    return subprocess.run(
        ["make", "--no-print-directory", *arguments],
        cwd=cwd, env=outer | environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


@pytest.fixture
def bare(tmp_path) -> Path:
    """The project's Makefile where nothing is set up yet."""
    for name in ("Makefile", "requirements.txt", "requirements-dev.txt", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


@pytest.fixture
def python_310(tmp_path) -> str:
    """A Python that says it is 3.10: it fails every version check and does nothing else."""
    path = tmp_path / "fake-python"
    path.write_text('#!/bin/sh\n[ "$1" = --version ] && echo Python 3.10.14 && exit 0\nexit 1\n')
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize("arguments", [(), ("help",)])
def test_help_lists_every_target(arguments):
    """`make` alone and `make help` say what there is, a line a target."""
    done = make(*arguments)
    assert done.returncode == 0
    assert re.findall(r"^make ([\w-]+) ", done.stdout, flags=re.MULTILINE) == list(TARGETS)


@pytest.mark.parametrize("target", ["demo", "test", "test-all"])
def test_a_wrong_python_gets_one_clear_line_and_no_environment(bare, python_310, target):
    """With Python 3.10: what was expected, what was received, what to do; exit non-zero; nothing is built."""
    done = make(target, f"PYTHON={python_310}", cwd=bare)
    assert done.returncode != 0
    [line] = [line for line in done.stderr.splitlines() if not line.startswith("make:")]
    assert line == (
        "error: expected Python 3.11, 3.12 or 3.13, received Python 3.10.14; give one: make PYTHON=/path/to/python3.12"
    )
    assert not (bare / ".venv").exists()


def test_no_python_at_all_gets_one_clear_line(bare):
    """With none of the supported versions on the PATH, one line says so and what to do."""
    done = make("demo", "PYTHON=", cwd=bare)
    assert done.returncode != 0
    [line] = [line for line in done.stderr.splitlines() if not line.startswith("make:")]
    assert line.startswith("error: expected Python 3.11, 3.12 or 3.13 on the PATH, found none")
    assert not (bare / ".venv").exists()


@pytest.mark.parametrize(("target", "long"), [("test", False), ("test-all", True)])
def test_two_lanes_run_side_by_side_and_the_first_failure_stops_both(target, long):
    """`make test` leaves the long tests out, `make test-all` runs all; both in two lanes, ended by one failure."""
    [command] = [line for line in make("-n", target, "PYTHON=true").stdout.splitlines() if "pytest" in line]
    assert " -x -n 2 " in command
    assert ("-m 'not long'" not in command) is long


def test_continuous_integration_runs_all_tests_and_says_that_it_is_one():
    """.ci/run calls test-all with CI set, under which a missing Debian package is a failure."""
    lines = (ROOT / ".ci" / "run").read_text().splitlines()
    assert lines[-1] == "make test-all"
    assert "export CI=true" in lines


def test_the_store_is_the_projects_own_unless_mlflow_is_told_otherwise():
    """MLFLOW_TRACKING_URI is honoured by `make ui`; without it the store is mlflow.db in the project."""
    own = {name: "" for name in ("MLFLOW_TRACKING_URI",)}
    assert f'--backend-store-uri "sqlite:///{ROOT}/mlflow.db"' in make("-n", "ui", "PYTHON=true", **own).stdout
    other = make("-n", "ui", "PYTHON=true", MLFLOW_TRACKING_URI="sqlite:////elsewhere/x.db").stdout
    assert '--backend-store-uri "sqlite:////elsewhere/x.db"' in other
