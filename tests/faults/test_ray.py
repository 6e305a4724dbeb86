"""A sweep on a Ray cluster ends by a signal, or loses the cluster's head: closed within seconds, in words, and nothing is lost."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import pytest
from mlflow import MlflowClient
from support.cluster_parts import cluster_folder, cluster_parts
from support.store_files import copy_database

from regtrack import names
from regtrack.tracking.store import connect, ensure_experiment

pytest.importorskip("ray", reason="the extra ray is in the developers' requirements")
pytestmark = pytest.mark.long
GRID = """
settings: {dataset: digits, train_size: 100, epochs: 2}
seeds: 1
variants:
  - {}
  - {epochs: 1000000}
"""
COMMAND = """
import os, sys
os.environ["RAY_CLIENT_RECONNECT_GRACE_PERIOD"] = "3"  # in place of 30
from regtrack.training.executors.ray_cluster import Head
Head.EVERY, Head.GIVEN_UP = 1.0, 3.0  # in place of 5 and 30
from regtrack.cli.main import main
main()
"""


@pytest.fixture(scope="module")
def cluster():
    """(the parts that run, the environment of who works with them, the address from outside) of a head that trains nothing and two
    machines of one core."""
    parts = cluster_parts()
    ports = parts.Ports.free()
    with cluster_folder() as folder:
        user = parts.drawn_environment(folder, ports)
        with parts.ray_machines(folder, ports, user, 2):
            own = {name: user[name] for name in user if name.startswith("RAY_")}
            yield parts.running, own, f"ray://127.0.0.1:{ports.ray_client}"


@pytest.fixture
def sweep(cluster, store, tmp_path):
    """A sweep on the cluster, one trial finished and one that never ends under way; ended with the test."""
    with swept(cluster, store, tmp_path) as process:
        until_under_way(process, store)
        yield process


@contextmanager
def swept(cluster, store: MlflowClient, folder: Path, *more: str):
    (folder / "grid.yaml").write_text(GRID)
    process = subprocess.Popen(
        [sys.executable, "-c", COMMAND, "run", "--grid", str(folder / "grid.yaml"), "--executor", "ray", *more],
        env=os.environ | cluster[1] | {"MLFLOW_TRACKING_URI": store.tracking_uri}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def until_under_way(process: subprocess.Popen, store: MlflowClient) -> None:
    deadline = time.monotonic() + 900
    while trials(store) != {"FINISHED": 1, "RUNNING": 1}:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline, trials(store)
        time.sleep(0.05)


def trials(client: MlflowClient, role: str = "trial") -> Counter:
    experiment_id = client.get_experiment_by_name("tests").experiment_id
    found = client.search_runs([experiment_id], f"tags.`{names.ROLE}` = '{role}'")
    return Counter(run.info.status for run in found)


@pytest.mark.parametrize(("kind", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_closes_every_run(sweep, store, kind, code):
    """SIGTERM and Ctrl-C: exit code as a shell expects, runs KILLED, within seconds; Ray says nothing."""
    began = time.monotonic()
    sweep.send_signal(kind)
    out, err = sweep.communicate(timeout=240)
    assert time.monotonic() - began < 20  # five on a machine without other work
    assert sweep.returncode == code, err
    assert err.splitlines()[0] == "stopping ..."
    assert "Traceback" not in err
    assert "raylet" not in out + err
    assert trials(store) == {"FINISHED": 1, "KILLED": 1}
    assert trials(store, "sweep") == {"KILLED": 1}


def test_a_head_that_is_gone_ends_the_sweeps_in_words(sweep, store, cluster, empty_database, tmp_path):
    """SIGKILL of all its processes: one line, what was finished kept, every run closed; of one in the cluster as of one that came by
    Ray's client. Last, since it ends the cluster."""
    outside = tmp_path / "outside"
    outside.mkdir()
    copy_database(empty_database, outside / "mlflow.db")
    other = connect(f"sqlite:///{outside}/mlflow.db")
    ensure_experiment(other, "tests")
    with swept(cluster, other, outside, "--address", cluster[2]) as by_client:
        until_under_way(by_client, other)
        os.killpg(cluster[0]["ray-head"].pid, signal.SIGKILL)
        for process, client, begins, ends in (
            (sweep, store, "the head of the Ray cluster at ", "; start the cluster again and go on with resume=latest"),
            (
                by_client,
                other,
                f"the Ray cluster at {cluster[2]} answers no more (",
                "; start it again and go on with resume=latest",
            ),
        ):
            _, err = process.communicate(timeout=240)
            assert process.returncode == 2, err
            assert "Traceback" not in err
            assert "econnect" not in err  # by which Ray's client would say that it tries
            [line] = [line for line in err.splitlines() if line.startswith("error: ")]
            assert line.startswith(f"error: {begins}")
            assert line.endswith(ends)
            assert trials(client) == {"FINISHED": 1, "KILLED": 1}
            assert trials(client, "sweep") == {"FAILED": 1}
    # Asked to stop, a machine without its head looks for it for 20 seconds.
    for machine in ("ray-worker-1", "ray-worker-2"):
        os.killpg(cluster[0][machine].pid, signal.SIGKILL)
