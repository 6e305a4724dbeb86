"""`make cluster`: PostgreSQL, an MLflow server with accounts, Ray and the dashboard, as a team has them; one sweep through all."""

import os
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from mlflow import MlflowClient
from support.cluster_parts import cluster_folder, with_postgresql

from regtrack import names
from regtrack.tracking import reader

pytestmark = pytest.mark.long
GRID = """
settings: {dataset: digits, epochs: 2, n_passes: 2, train_size: 200}
seeds: [0, 1]
variants:
  - {}
  - {dropout_rate: 0.2}
"""


@pytest.fixture(scope="module")
def team():
    """(environment, ports) of who works with a cluster that is up."""
    parts = with_postgresql()
    ports = parts.Ports.free()
    with cluster_folder() as folder, parts.started(folder, ports) as user:
        yield {name: value for name, value in os.environ.items() if not name.startswith("MLFLOW_")} | user, ports


@pytest.fixture(scope="module")
def done(team, tmp_path_factory):
    """The command of a sweep on the cluster, and what it said; amid its errors, what its own process imported."""
    grid = tmp_path_factory.mktemp("grid") / "grid.yaml"
    grid.write_text(GRID)
    command = [
        sys.executable,
        "-X",
        "importtime",
        "-m",
        "regtrack.cli.main",
        "run",
        "--grid",
        str(grid),
        "--executor",
        "ray",
    ]
    return subprocess.run(command, env=team[0], capture_output=True, text=True, timeout=1800, check=False)


def test_a_sweep_goes_to_the_cluster_and_into_the_servers_store(team, done, monkeypatch):
    """Four trials are trained by Ray, their runs and artifacts lie behind the server, judged and with a report."""
    assert done.returncode == 0, done.stderr
    for name in ("MLFLOW_TRACKING_USERNAME", "MLFLOW_TRACKING_PASSWORD"):
        monkeypatch.setenv(name, team[0][name])
    client = MlflowClient(team[0]["MLFLOW_TRACKING_URI"])
    [sweep] = reader.sweeps(client).itertuples()
    trials = reader.trials(client, sweep.experiment_id, sweep.sweep_id)
    assert trials["status"].tolist() == [names.FINISHED] * 4
    assert reader.artifact_uri(client, sweep.run_id).startswith("mlflow-artifacts:")
    assert names.REPORT in [file.path for file in client.list_artifacts(sweep.run_id, "report")]


def test_the_sweeps_own_process_imports_no_tensorflow(done):
    """Ray's machines train, and a process of the template checks; MLflow it does import."""
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}
    assert {"mlflow", "regtrack.training.executors.on_ray"} <= imported
    assert not {"tensorflow", "keras"} & imported


def test_nobody_comes_in_without_a_password(team):
    """The server answers strangers with 401."""
    with pytest.raises(urllib.error.HTTPError, match="401"):
        urllib.request.urlopen(
            f"http://127.0.0.1:{team[1].mlflow}/api/2.0/mlflow/experiments/search?max_results=1", timeout=120
        )


def test_what_was_drawn_is_on_no_screen_and_no_command_line(team, done):
    """Neither the password nor the token, in what the sweep said or in the list of this machine's processes."""
    drawn = [team[0][name] for name in ("MLFLOW_TRACKING_PASSWORD", "RAY_AUTH_TOKEN")]
    commands = []
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            commands.append(process.read_bytes().decode(errors="replace"))
        except OSError:  # it has ended
            continue
    assert len(commands) > 5
    for secret in drawn:
        assert secret not in done.stdout + done.stderr
        assert not [command for command in commands if secret in command]


def test_the_dashboard_answers(team):
    """At its own port of this machine."""
    with urllib.request.urlopen(f"http://127.0.0.1:{team[1].dashboard}/_stcore/health", timeout=120) as answer:
        assert answer.status == 200
