"""The demo, run once for all tests by `mlflow run . --env-manager local` as a person would."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from click.testing import CliRunner

from support.project import load_script, run_project

TOLD = "demo.json"
TEMPORARY = "temporary"
"""The demo's folder for temporary files, in its own."""


@dataclass(frozen=True)
class DemoSweep:
    """Where it is, and what `mlflow run` printed."""

    uri: str
    experiment_id: str
    sweep_id: str
    output: str

    @property
    def folder(self) -> Path:
        """Holds the database and the artifacts."""
        return Path(self.uri.removeprefix("sqlite:///")).parent


def write_demo(folder: Path) -> None:
    """Run it in this folder, and leave there what it was."""
    (folder / TOLD).write_text(json.dumps(asdict(run_demo(folder))))


def read_demo(folder: Path) -> DemoSweep:
    return DemoSweep(**json.loads((folder / TOLD).read_text()))


def run_demo(folder: Path) -> DemoSweep:
    """The demo's grid, 11 variants x 5 seeds, in a new store."""
    uri = f"sqlite:///{folder}/mlflow.db"
    prepare = load_script("pipelines/prepare_store.py").main
    prepared = CliRunner().invoke(prepare, ["regtrack-demo"], env={"MLFLOW_TRACKING_URI": uri})
    assert prepared.exit_code == 0, prepared.output
    (folder / TEMPORARY).mkdir()
    done = run_project("--experiment-name", "regtrack-demo", uri=uri, TMPDIR=str(folder / TEMPORARY))
    assert done.returncode == 0, done.stdout
    from mlflow import MlflowClient

    client = MlflowClient(uri)
    experiment = client.get_experiment_by_name("regtrack-demo")
    [sweep] = client.search_runs([experiment.experiment_id], "tags.`regtrack.role` = 'sweep'")
    return DemoSweep(uri, experiment.experiment_id, sweep.info.run_id, done.stdout)
