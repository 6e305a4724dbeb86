"""The `mlflow run` above an entry point: found over a shell between, and heard when it ends."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from regtrack.cli.watched_parent import mlflow_parent

pytestmark = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="asks /proc")

ENTRY = """
import os, signal, sys, time
from regtrack.cli import watched_parent
signal.signal(signal.SIGTERM, lambda *_: (print("SIGTERM", watched_parent.mlflow_has_gone(), flush=True), os._exit(0)))
watched_parent.end_with_mlflow()
print("parent", watched_parent.mlflow_parent(os.environ["MLFLOW_RUN_ID"]), flush=True)
time.sleep(60)
"""
STARTER = """
import os, subprocess, sys
subprocess.Popen({start}, env=os.environ | {{"MLFLOW_RUN_ID": "abc"}}).wait()
"""


@pytest.mark.parametrize("between", ["nothing", "a shell"])
def test_an_entry_point_hears_that_mlflow_has_gone(between):
    """SIGKILL of whoever started it with a run's id: SIGTERM comes, and it is known why."""
    start = [sys.executable, "-c", ENTRY]
    if between == "a shell":
        start = ["bash", "-c", f"{sys.executable} -c '{ENTRY}'; true"]  # `; true`, or bash becomes what it starts
    environment = {name: value for name, value in os.environ.items() if name != "MLFLOW_RUN_ID"}
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTER.format(start=start)], stdout=subprocess.PIPE, text=True, env=environment
    )
    try:
        assert starter.stdout.readline().split() == ["parent", str(starter.pid)]
    finally:
        starter.send_signal(signal.SIGKILL)
    assert starter.stdout.readline().split() == ["SIGTERM", "True"]
    starter.wait()


def test_a_person_who_sets_the_id_at_a_shell_is_nobodys_child():
    """The shell may be left, by nohup say: it is no `mlflow run`."""
    code = (
        "import os; from regtrack.cli.watched_parent import mlflow_parent as p; print(p(os.environ['MLFLOW_RUN_ID']))"
    )
    done = subprocess.run(
        ["bash", "-c", f'MLFLOW_RUN_ID=abc {sys.executable} -c "{code}"; true'],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "None\n"


def test_without_a_run_there_is_nobody_to_watch():
    """Outside `mlflow run` nothing is looked for."""
    assert mlflow_parent("") is None
