"""A sweep's process is ended by a signal: what was finished is kept, nothing stays RUNNING, and it can go on."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest
from mlflow import MlflowClient
from support.mlflow_server import MlflowServer
from support.project import ROOT, project_environment, run_project
from support.store_files import left_in

from regtrack import names
from regtrack.errors import StoreError
from regtrack.sweeps.asked import Asked
from regtrack.sweeps.sweep import run_sweep
from regtrack.tracking import interrupted, reader
from regtrack.tracking.doctor import examine
from regtrack.tracking.store import connect, ensure_experiment
from regtrack.variants import Grid

LONG = 1000
GRID = f"""
settings: {{dataset: digits, train_size: 100, epochs: 2}}
seeds: 2
variants:
  - {{}}
  - {{epochs: {LONG}}}
"""
"""Two trials that end at once, then two that take seconds: time enough to be met in the middle."""
ENDLESS = GRID.replace(f"epochs: {LONG}", "epochs: 1000000")
"""The same where nobody goes on with it."""


def wait_until(condition, what: str, seconds: float = 900):
    """The first true value of `condition()`, polled; fails after `seconds`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.05)
    pytest.fail(f"waited {seconds} s for {what}")


def runs_of(client: MlflowClient, role: str) -> list:
    experiment_id = client.get_experiment_by_name("tests").experiment_id
    return client.search_runs([experiment_id], f"tags.`{names.ROLE}` = '{role}'")


def statuses(client: MlflowClient, role: str) -> Counter:
    return Counter(run.info.status for run in runs_of(client, role))


def children(pid: int) -> list[int]:
    """The template and what it forked, or workers that were started."""
    own = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return own + [one for child in own for one in children(child)]


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def _listening() -> None:
    """A background job inherits Ctrl-C ignored, one under nohup SIGHUP."""
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


@pytest.fixture
def temporary(tmp_path) -> Path:
    """The folder for temporary files of what is started."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    return folder


@pytest.fixture
def sweep_on(tmp_path, temporary):
    """Start `python pipelines/sweep.py` on a grid, or without one where that is empty, with one worker; ended with the test, whatever
    happens."""
    file, started = tmp_path / "grid.yaml", []

    def start(client: MlflowClient, grid: str, *arguments: str) -> subprocess.Popen:
        if grid:
            file.write_text(grid)
            arguments = ("--grid", str(file), *arguments)
        process = subprocess.Popen(
            [sys.executable, "pipelines/sweep.py", "--workers", "1", *arguments],
            cwd=ROOT, env=project_environment(client.tracking_uri, MLFLOW_EXPERIMENT_NAME="tests", TMPDIR=str(temporary)), text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            preexec_fn=_listening,
        )  # fmt: skip
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def sweep(store, sweep_on):
    """Start a sweep on `store`."""
    return lambda grid: sweep_on(store, grid)


def in_the_middle(client: MlflowClient, process: subprocess.Popen) -> bool:
    """Both short trials FINISHED, a long one RUNNING."""
    assert process.poll() is None, process.communicate()
    return statuses(client, "trial") == {"FINISHED": 2, "RUNNING": 1}


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="looks for worker processes in /proc")
@pytest.mark.long
@pytest.mark.parametrize(("kind", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130), (signal.SIGHUP, 129)])
def test_a_signal_closes_every_run_and_the_sweep_can_go_on(store, sweep, kind, code, tmp_path, trained_here):
    """SIGTERM, Ctrl-C and SIGHUP: exit code as a shell expects, runs KILLED, workers gone, all within seconds, also where the signal
    comes twice; then only the missing are run."""
    process = sweep(GRID if kind == signal.SIGTERM else ENDLESS)
    wait_until(lambda: in_the_middle(store, process), "two finished trials and a running one")
    workers = children(process.pid)
    assert workers
    before = {run.info.run_id for run in runs_of(store, "trial") if run.info.status == "FINISHED"}
    began = time.monotonic()
    process.send_signal(kind)
    time.sleep(0.2)
    with suppress(ProcessLookupError):
        process.send_signal(kind)
    _, err = process.communicate(timeout=240)
    assert time.monotonic() - began < 20  # five on a machine without other work
    assert process.returncode == code, err
    assert "Traceback" not in err
    assert statuses(store, "trial") == {"FINISHED": 2, "KILLED": 1}
    assert statuses(store, "sweep") == {"KILLED": 1}
    wait_until(lambda: not any(map(is_running, workers)), "the workers to end", 120)
    assert "stopping ..." in err.splitlines()
    assert err.splitlines()[-1] == (
        "interrupted: finished trials are kept; go on with the same command and resume=latest (--resume latest)"
    )
    if kind != signal.SIGTERM:
        return

    said = []
    run_sweep(Grid.from_yaml(tmp_path / "grid.yaml"), client=store, asked=Asked(resume="latest"), say=said.append)
    assert any("2 of 4 trials done" in line for line in said)
    assert statuses(store, "trial") == {"FINISHED": 4, "KILLED": 1}
    assert statuses(store, "sweep") == {"KILLED": 1, "FINISHED": 1}
    assert before < {run.info.run_id for run in runs_of(store, "trial") if run.info.status == "FINISHED"}


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="looks for worker processes in /proc")
@pytest.mark.long
def test_a_killed_sweep_is_resumed_by_the_project_and_what_it_left_is_closed(store, sweep, tmp_path, temporary):
    """SIGKILL closes nothing: `mlflow run . -P resume=latest` does, takes over the sweep, runs only the missing, and takes its
    temporary files away.

    Not while it lives: resume is refused, and the doctor finds nothing; once it is killed, the doctor knows at once.
    """
    process = sweep(GRID)
    wait_until(lambda: in_the_middle(store, process), "two finished trials and a running one")
    workers = children(process.pid)
    [old] = runs_of(store, "sweep")
    assert examine(store) == []
    with pytest.raises(StoreError, match=f"{old.info.run_id} is still running in process {process.pid}; "):
        interrupted.close_interrupted(store, old.info.experiment_id, old.info.run_id, None)
    assert in_the_middle(store, process)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=240)
    wait_until(lambda: not any(map(is_running, workers)), "the orphaned workers to end", 120)
    assert statuses(store, "trial") == {"FINISHED": 2, "RUNNING": 1}
    [old] = runs_of(store, "sweep")
    assert old.info.status == "RUNNING"
    assert sorted(finding.kind for finding in examine(store)) == ["stale run", "stale trial"]
    assert len(left_in(temporary)) == 1

    done = run_project(
        "-P", f"grid={tmp_path}/grid.yaml", "-P", "resume=latest", "--experiment-name", "tests", uri=store.tracking_uri,
        TMPDIR=str(temporary),
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert left_in(temporary) == []
    assert f"Resuming sweep {old.info.run_id}: 2 of 4 trials done" in done.stdout.splitlines()
    assert statuses(store, "trial") == {"FINISHED": 4, "KILLED": 1}
    sweeps = {run.info.run_id: run for run in runs_of(store, "sweep")}
    assert sweeps.pop(old.info.run_id).info.status == "KILLED"
    [new] = sweeps.values()
    assert new.info.status == "FINISHED"
    assert new.data.tags[names.SWEEP_ID] == old.info.run_id
    table = reader.trials(store, new.info.experiment_id, old.info.run_id)
    assert (table["status"] == "FINISHED").all()
    assert sorted(zip(table["epochs"], table["seed"], strict=True)) == [(2, 0), (2, 1), (LONG, 0), (LONG, 1)]


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="looks for worker processes in /proc")
@pytest.mark.long
@pytest.mark.parametrize("kind", [signal.SIGTERM, signal.SIGKILL])
def test_what_mlflow_run_started_ends_with_it(store, tmp_path, kind):
    """MLflow ends without a word to what it started: the entry point closes its trial and the project's run, and no process is
    left."""
    (tmp_path / "grid.yaml").write_text(ENDLESS)
    mlflow = subprocess.Popen(
        ["mlflow", "run", str(ROOT), "--env-manager", "local", "--experiment-name", "tests", "-P", f"grid={tmp_path}/grid.yaml",
         "-P", "workers=1"],
        env=project_environment(store.tracking_uri), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_until(lambda: in_the_middle(store, mlflow), "two finished trials and a running one")
        started = children(mlflow.pid)
        assert len(started) >= 2
    finally:
        mlflow.send_signal(kind)
        mlflow.communicate(timeout=240)
    wait_until(lambda: not any(map(is_running, started)), "everything to end", 120)
    assert statuses(store, "trial") == {"FINISHED": 2, "KILLED": 1}
    assert statuses(store, "sweep") == {"KILLED": 1}
    assert examine(store) == []


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="looks for worker processes in /proc")
@pytest.mark.long
def test_ctrl_c_is_heard_at_once_while_the_server_is_away(tmp_path, monkeypatch, sweep_on):
    """MLflow itself would try for minutes: "stopping ..." at once, workers gone within seconds, and what could not be closed is
    closed by resume, which delivers first what was finished meanwhile and trains only what is missing."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    server = MlflowServer(tmp_path / "server")
    server.start()
    try:
        client = connect(server.uri)
        ensure_experiment(client, "tests")
        grid = GRID.replace("epochs: 2", "epochs: 300").replace(str(LONG), "301").replace("seeds: 2", "seeds: 3")
        process = sweep_on(client, grid)
        wait_until(lambda: statuses(client, "trial")["FINISHED"] >= 1, "a finished trial")
        server.kill()
        wait_until(lambda: [*(tmp_path / "home").rglob("*.trial")], "a trial that waits")
        workers = children(process.pid)
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=240)
        seconds = time.monotonic() - began
        assert process.returncode == 130, err
        assert "Traceback" not in err
        assert err.splitlines()[0] == "stopping ..."
        assert seconds < 20, seconds  # five on a machine without other work
        wait_until(lambda: not any(map(is_running, workers)), "the workers to end", 120)
        waiting = len([*(tmp_path / "home").rglob("*.trial")])
        server.start()
        assert statuses(client, "sweep") == {"RUNNING": 1}
        again = sweep_on(client, "", "--resume", "latest")
        out, err = again.communicate(timeout=900)
        assert again.returncode == 0, err
        assert f"{waiting} finished trial{'s' if waiting > 1 else ''} that waited on this machine delivered" in out
        assert statuses(client, "sweep") == {"KILLED": 1, "FINISHED": 1}
        assert statuses(client, "trial")["RUNNING"] == 0
        keys = Counter(
            run.data.tags[names.TRIAL_KEY] for run in runs_of(client, "trial") if run.info.status == "FINISHED"
        )
        assert sorted(keys.values()) == [1] * 6
    finally:
        server.kill()
