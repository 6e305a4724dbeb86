"""Shared by all tests: the order of stages, the real sweep that most of them look at, and a quiet environment."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
STAGES = ("pure", "keras", "store", "browser")
"""First failure stops (make test), so the cheap ones come first."""
_STAGE_OF = {
    "models": "keras",
    "training": "keras",
    "assumptions": "keras",
    "tracking": "store",
    "sweeps": "store",
    "pipelines": "store",
    "faults": "browser",
    "test_docs_run.py": "store",
    "test_wheel.py": "browser",
    "stories": "browser",
    "dashboard": "browser",
    "browser": "browser",
}

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
for _name in ("MLFLOW_RUN_ID", "MLFLOW_EXPERIMENT_ID", "MLFLOW_EXPERIMENT_NAME", "MLFLOW_TRACKING_URI"):
    os.environ.pop(_name, None)


def stage_of(path: Path) -> str:
    """The stage of a test file: by its folder, and Monte Carlo dropout needs Keras wherever it stands."""
    if path.name.startswith("test_mc_"):
        return "keras"
    return _STAGE_OF.get(path.relative_to(ROOT / "tests").parts[0], "pure")


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: STAGES.index(stage_of(item.path)))


@dataclass(frozen=True)
class DemoSweep:
    """The demo, run once for all tests by `mlflow run . --env-manager local` as a person would."""

    uri: str
    experiment_id: str
    sweep_id: str
    output: str
    folder: Path


def project_environment(uri: str, **more: str) -> dict[str, str]:
    """The environment of a person inside the project's virtual environment, with a store of their own."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "MLFLOW_TRACKING_URI": uri, **more}


def run_project(*arguments: str, uri: str, timeout: int = 300, **more: str) -> subprocess.CompletedProcess:
    """`mlflow run . --env-manager local ARGUMENTS` in the project, its output as text."""
    return subprocess.run(
        ["mlflow", "run", str(ROOT), "--env-manager", "local", *arguments],
        env=project_environment(uri, **more),
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=timeout,
        check=False,
    )


@pytest.fixture(scope="session")
def demo(tmp_path_factory) -> DemoSweep:
    """The one real sweep of the session: the demo's grid, 11 variants x 5 seeds."""
    folder = tmp_path_factory.mktemp("demo")
    uri = f"sqlite:///{folder}/mlflow.db"
    prepare = [sys.executable, str(ROOT / "pipelines/prepare_store.py"), "regtrack-demo"]
    subprocess.run(prepare, env=project_environment(uri), check=True, timeout=120)
    done = run_project("--experiment-name", "regtrack-demo", uri=uri)
    assert done.returncode == 0, done.stdout
    from mlflow import MlflowClient

    client = MlflowClient(uri)
    experiment = client.get_experiment_by_name("regtrack-demo")
    [sweep] = client.search_runs([experiment.experiment_id], "tags.`regtrack.role` = 'sweep'")
    return DemoSweep(uri, experiment.experiment_id, sweep.info.run_id, done.stdout, folder)


@pytest.fixture
def demo_copy(demo, tmp_path) -> str:
    """A store of one's own with the demo's runs in it, to damage; its artifacts stay the demo's."""
    _copy_database(demo.folder / "mlflow.db", tmp_path / "mlflow.db")
    return f"sqlite:///{tmp_path}/mlflow.db"


def _copy_database(source: Path, target: Path) -> None:
    """With what still stands in the write-ahead log: copying the file would leave that behind."""
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


@pytest.fixture
def mlflow_run():
    """`run_project`, for tests (there is nowhere to import it from)."""
    return run_project


@pytest.fixture
def environment():
    """`project_environment`, for tests."""
    return project_environment


@pytest.fixture(scope="session")
def _empty_database(tmp_path_factory) -> Path:
    """A new store's database: MLflow needs seconds to make one."""
    from regtrack.tracking.store import connect

    path = tmp_path_factory.mktemp("store") / "mlflow.db"
    connect(f"sqlite:///{path}")
    return path


@pytest.fixture
def store(_empty_database, tmp_path, monkeypatch):
    """A client of an empty store, to which MLflow's settings point, with its experiment `tests` chosen."""
    import mlflow

    from regtrack.tracking.store import connect, ensure_experiment

    _copy_database(_empty_database, tmp_path / "mlflow.db")
    uri = f"sqlite:///{tmp_path}/mlflow.db"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    monkeypatch.setenv("MLFLOW_EXPERIMENT_NAME", "tests")
    client = connect(uri)
    ensure_experiment(client, "tests")
    yield client
    mlflow.set_tracking_uri(None)


@dataclass(frozen=True)
class TinySweep:
    """Two variants x two seeds that were really trained, in this process: what a sweep's workers would send."""

    grid: object
    job: object
    results: dict

    @property
    def dataset(self):
        return self.job.dataset

    def events(self, trials):
        """The events of these trials, as `run_trials` yields them."""
        from regtrack.training.events import EpochEnded, TrialFinished, TrialStarted

        for variant, seed in trials:
            yield TrialStarted(variant, seed)
            result = self.results[variant, seed]
            for epoch, metrics in enumerate(result.curve.epochs, start=1):
                yield EpochEnded(variant, seed, epoch, metrics)
            yield TrialFinished(result)


@pytest.fixture(scope="session")
def tiny() -> TinySweep:
    """Baseline and dropout+l2+max-norm, seeds 0 and 1, on 100 digits for 3 epochs."""
    from regtrack.data import load_dataset
    from regtrack.training.job import Job
    from regtrack.training.one_trial import LastTrainer, trial
    from regtrack.variants import Grid, Settings, Variant

    settings = Settings(train_size=100, epochs=3, label_noise=0.1, n_passes=20, learning_rate=0.01)
    grid = Grid((Variant(), Variant(l2=0.001, dropout_rate=0.2, max_norm=1.0)), (0, 1), settings)
    job, last = Job(load_dataset("digits", split_seed=0, train_size=100, label_noise=0.1), settings), LastTrainer()
    return TinySweep(
        grid, job, {(v, seed): trial(job, v, seed, last=last) for v in grid.variants for seed in grid.seeds}
    )


class Replay:
    """Stands in for run_trials: the recorded events of what is asked for; `fail` and `stop_after` interfere."""

    def __init__(self, tiny):
        self.tiny, self.ran, self.fail, self.stop_after = tiny, [], set(), None

    def __call__(self, trials, job, **_):
        from regtrack.training.events import EpochEnded, TrialFailed, TrialStarted
        from regtrack.training.result import Curve

        for trial in trials:
            if self.stop_after is not None and len(self.ran) >= self.stop_after:
                yield TrialStarted(*trial)
                raise KeyboardInterrupt
            self.ran.append(trial)
            if trial in self.fail:
                yield TrialStarted(*trial)
                curve = Curve(self.tiny.results[trial].curve.epochs[:1])
                yield EpochEnded(*trial, 1, curve.epochs[0])
                yield TrialFailed(*trial, "it diverged", curve)
            else:
                yield from self.tiny.events([trial])


@pytest.fixture
def replay(tiny, monkeypatch) -> Replay:
    """run_sweep replays `tiny`; its `tiny` may be another."""
    import regtrack.sweeps.sweep as module

    replay = Replay(tiny)
    monkeypatch.setattr(module, "run_trials", replay)
    return replay


@dataclass(frozen=True)
class ToldSweep:
    """A sweep that ended with its report, to read and not to change."""

    client: object
    sweep: object
    tiny: TinySweep

    def path(self, run_id: str, artifact: str) -> Path:
        return Path(self.client.get_run(run_id).info.artifact_uri.removeprefix("file://")) / artifact

    @property
    def record(self):
        return self.sweep.reported.record

    @property
    def judgement(self):
        return self.sweep.reported.judgement


@pytest.fixture(scope="session")
def told(tiny, _empty_database, tmp_path_factory) -> ToldSweep:
    """`tiny` as run_sweep leaves it, in a store of its own."""
    import mlflow

    import regtrack.sweeps.sweep as module
    from regtrack.tracking.store import connect, ensure_experiment

    folder = tmp_path_factory.mktemp("told")
    _copy_database(_empty_database, folder / "mlflow.db")
    client = connect(f"sqlite:///{folder}/mlflow.db")
    ensure_experiment(client, "told")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLFLOW_TRACKING_URI", client.tracking_uri)
        patch.setenv("MLFLOW_EXPERIMENT_NAME", "told")
        patch.setattr(module, "run_trials", Replay(tiny))
        sweep = module.run_sweep(tiny.grid, client=client, say=lambda text: None)
    mlflow.set_tracking_uri(None)
    return ToldSweep(client, sweep, tiny)
