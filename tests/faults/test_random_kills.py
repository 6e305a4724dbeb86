"""SIGKILL at random moments, then resume: nothing lost, nothing doubled, nothing left RUNNING, every number as if nothing had been.

One kill, or as many as `make soak` asks for, of sweeps into a database each or into one `mlflow server`, which is told of several
trials at once. The seed of the moments is printed with a failure.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import pytest
from mlflow import MlflowClient
from support.mlflow_server import MlflowServer
from support.project import ROOT, project_environment
from support.store_files import copy_database

from regtrack import names
from regtrack.sweeps.asked import Asked
from regtrack.sweeps.sweep import run_sweep
from regtrack.tracking.doctor import examine
from regtrack.tracking.store import connect, ensure_experiment
from regtrack.variants import Grid

KILLS = int(os.environ.get("REGTRACK_SOAK_KILLS", "1"))
SEED = int(os.environ.get("REGTRACK_SOAK_SEED", "0"))
GRID = """
settings: {dataset: digits, train_size: 100, epochs: 300, n_passes: 5}
seeds: 3
variants:
  - {}
  - {dropout_rate: 0.2}
"""
WHAT = os.environ.get("REGTRACK_SOAK_KINDS", "group worker both parent").split()
"""Who is killed, in turn."""
THROUGH = os.environ.get("REGTRACK_SOAK_THROUGH", "database")
pytestmark = [
    pytest.mark.long,
    pytest.mark.usefixtures("without_pages", "trained_here"),
    pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="looks for worker processes in /proc"),
]


def below(pid: int) -> list[int]:
    """The processes below one, at this moment."""
    try:
        own = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []
    return own + [one for child in own for one in below(child)]


def kill(what: str, process: subprocess.Popen) -> None:
    workers = below(process.pid)
    if what == "group":
        os.killpg(process.pid, signal.SIGKILL)
    for pid in workers * (what in ("worker", "both")) + [process.pid] * (what in ("parent", "both")):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


def numbers(client: MlflowClient, experiment_id: str) -> dict[str, tuple]:
    """By trial key, of its one FINISHED run: every metric but times, and its curve."""
    runs = client.search_runs([experiment_id], f"tags.`{names.ROLE}` = 'trial'", max_results=1000)
    assert all(run.info.status != "RUNNING" for run in runs)
    finished = [run for run in runs if run.info.status == "FINISHED"]
    counts = Counter(run.data.tags[names.TRIAL_KEY] for run in finished)
    assert set(counts.values()) == {1}
    return {
        run.data.tags[names.TRIAL_KEY]: (
            {name: value for name, value in run.data.metrics.items() if not name.startswith("cost/")},
            [(m.step, m.value) for m in client.get_metric_history(run.info.run_id, names.VAL_CROSS_ENTROPY)],
        )
        for run in finished
    }


@pytest.fixture
def new_store(empty_database, tmp_path):
    """A function of a name: the client of an empty experiment of that name, and its id."""
    with ExitStack() as ending:
        if THROUGH == "server":
            server = MlflowServer(tmp_path / "server")
            ending.callback(server.kill)
            server.start()

        def new(name: str) -> tuple[MlflowClient, str]:
            uri = server.uri if THROUGH == "server" else f"sqlite:///{tmp_path}/{name}.db"
            if THROUGH != "server":
                copy_database(empty_database, tmp_path / f"{name}.db")
            client = connect(uri)
            return client, ensure_experiment(client, name)

        yield new


def test_killed_at_random_and_resumed_a_sweep_is_as_if_nothing_had_been(new_store, tmp_path, monkeypatch):
    """Parent, worker, both, the whole group: whatever the moment."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    chance, grid = random.Random(SEED), tmp_path / "grid.yaml"
    grid.write_text(GRID)
    client, where = new_store("undisturbed")
    run_sweep(Grid.from_yaml(grid), client=client, say=lambda _: None, asked=Asked(experiment_id=where))
    expected = numbers(client, where)
    assert len(expected) == 6
    for n in range(KILLS):
        what, delay = WHAT[n % len(WHAT)], chance.uniform(0, 6)
        client, where = new_store(f"killed-{n}")
        process = subprocess.Popen(
            [sys.executable, "pipelines/sweep.py", "--grid", str(grid), "--workers", "2"],
            cwd=ROOT, env=project_environment(client.tracking_uri, MLFLOW_EXPERIMENT_NAME=f"killed-{n}"),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        while process.poll() is None and not client.search_runs([where], f"tags.`{names.ROLE}` = 'trial'"):
            time.sleep(0.05)
        time.sleep(delay)
        kill(what, process)
        process.wait(timeout=900)  # whose workers were killed goes on by itself
        told = f"seed {SEED}, kill {n}: {what} after {delay:.2f} s"
        if client.search_runs([where], f"tags.`{names.ROLE}` = 'sweep' and attributes.status = 'RUNNING'"):
            asked = Asked(experiment_id=where, resume="latest")
            run_sweep(Grid.from_yaml(grid), client=client, say=lambda _: None, asked=asked)
        assert numbers(client, where) == expected, told
        assert [finding for finding in examine(client) if finding.kind in STALE] == [], told


STALE = ("stale trial", "stale run", "undelivered trials")
