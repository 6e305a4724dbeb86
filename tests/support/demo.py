"""The demo, run once for all tests by `mlflow run . --env-manager local` as a person would."""

import fcntl
import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from support.project import ROOT, project_environment, run_project


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


def demo_in(folder: Path) -> DemoSweep:
    """The demo in this folder: whoever comes first runs it, the other lane waits and reads what it was."""
    folder.mkdir(exist_ok=True)
    told = folder / "demo.json"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # let go of when the file is closed
        if not told.exists():
            told.write_text(json.dumps(asdict(run_demo(folder))))
    return DemoSweep(**json.loads(told.read_text()))


def run_demo(folder: Path) -> DemoSweep:
    """The demo's grid, 11 variants x 5 seeds, in a new store."""
    uri = f"sqlite:///{folder}/mlflow.db"
    prepare = [sys.executable, str(ROOT / "pipelines/prepare_store.py"), "regtrack-demo"]
    subprocess.run(prepare, env=project_environment(uri), check=True, timeout=120)
    done = run_project("--experiment-name", "regtrack-demo", uri=uri)
    assert done.returncode == 0, done.stdout
    from mlflow import MlflowClient

    client = MlflowClient(uri)
    experiment = client.get_experiment_by_name("regtrack-demo")
    [sweep] = client.search_runs([experiment.experiment_id], "tags.`regtrack.role` = 'sweep'")
    return DemoSweep(uri, experiment.experiment_id, sweep.info.run_id, done.stdout)
