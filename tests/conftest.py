"""Shared by all tests: the order of stages, the real sweep that most of them look at, and a quiet environment."""

import gc
import os
from contextlib import chdir
from functools import cache
from pathlib import Path

import cloudpickle
import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from support.both_lanes import made_once
from support.demo import DemoSweep, read_demo, write_demo
from support.lanes import (  # noqa: F401 - hooks, found here by name
    pytest_configure,
    pytest_runtest_makereport,
    pytest_unconfigure,
    pytest_xdist_make_scheduler,
)
from support.row import row
from support.store_files import copy_database
from support.sweeps import Replay, TinySweep, ToldSweep, in_this_process, replayed_by, trials_here

gc.disable()  # imports and collection make a million objects that stay; pytest_collection_finish switches it on
# By itself Hypothesis fails an example that takes 0.2 s, or ten that took a second to draw: two lanes on a slow machine are no fault
# of ours.
hypothesis_settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("any machine")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# Two lanes on two cores: threads of each on both would wait for each other. NumPy, imported later, reads it.
for _library in ("OMP", "OPENBLAS"):
    os.environ.setdefault(f"{_library}_NUM_THREADS", "1")
os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
# Each server would start six processes more, each importing MLflow, for jobs that nobody here gives it.
os.environ["MLFLOW_SERVER_ENABLE_JOB_EXECUTION"] = "false"
# Four processes of a server would each import MLflow for one sender; and one that is first asked while its database is away tries
# for minutes to make its tables.
os.environ["MLFLOW_WORKERS"] = "1"
# Ray's own workers would be niced by 15: beside another lane they stand still, and a test of seconds takes minutes.
os.environ["RAY_worker_niceness"] = "0"  # noqa: SIM112 - so Ray spells it
for _name in ("MLFLOW_RUN_ID", "MLFLOW_EXPERIMENT_ID", "MLFLOW_EXPERIMENT_NAME", "MLFLOW_TRACKING_URI"):
    os.environ.pop(_name, None)


def pytest_collection_modifyitems(items):
    """By file, and within one as it stands there."""
    place = {file: i for i, file in enumerate(row(list({item.path for item in items})))}
    items.sort(key=lambda item: place[item.path])


def pytest_collection_finish():
    """What the imports and the collection left stays to the end: a full collection looks at what came since, and seldom."""
    gc.freeze()
    gc.enable()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session")
def demo(request) -> DemoSweep:
    """The one real sweep of all tests: the demo's grid, 11 variants x 5 seeds. Both lanes read the same."""
    return read_demo(made_once(request, "demo", write_demo))


@pytest.fixture
def demo_copy(demo, tmp_path) -> str:
    """A store of one's own with the demo's runs in it, to damage; its artifacts stay the demo's."""
    copy_database(demo.folder / "mlflow.db", tmp_path / "mlflow.db")
    return f"sqlite:///{tmp_path}/mlflow.db"


@pytest.fixture(scope="session")
def empty_database(request) -> Path:
    """A new store's database: MLflow needs seconds to make one. It is never opened, but copied."""

    def make(folder: Path) -> None:
        from regtrack.tracking.store import connect

        # There MLflow puts artifacts that nobody chose a place for: what lies in the checkout is a person's own.
        with chdir(folder):
            connect(f"sqlite:///{folder}/mlflow.db")

    from mlflow.store.db import utils

    # MLflow imports its 67 migrations for each store that it opens, which is half of opening one.
    utils._get_latest_schema_revision = cache(utils._get_latest_schema_revision)

    return made_once(request, "empty", make) / "mlflow.db"


@pytest.fixture
def database(empty_database) -> Path:
    """What each `store` is a copy of. A module whose tests begin with the same runs writes them once, into its own."""
    return empty_database


@pytest.fixture
def store(database, tmp_path, monkeypatch):
    """A client of a store of one's own, empty by itself, to which MLflow's settings point; its experiment is `tests`."""
    import mlflow

    from regtrack.tracking.store import connect, ensure_experiment

    copy_database(database, tmp_path / "mlflow.db")
    uri = f"sqlite:///{tmp_path}/mlflow.db"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    monkeypatch.setenv("MLFLOW_EXPERIMENT_NAME", "tests")
    with chdir(tmp_path):  # as of `empty_database`
        client = connect(uri)
    ensure_experiment(client, "tests")
    yield client
    mlflow.set_tracking_uri(None)


@pytest.fixture(scope="session")
def tiny(request) -> TinySweep:
    """Baseline and dropout+l2+max-norm, seeds 0 and 1, on 100 digits for 3 epochs."""

    def make(folder: Path) -> None:
        (folder / "tiny.pickle").write_bytes(cloudpickle.dumps(_trained()))

    return cloudpickle.loads((made_once(request, "tiny", make) / "tiny.pickle").read_bytes())


def _trained() -> TinySweep:
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


@pytest.fixture
def unrehearsed(monkeypatch) -> None:
    """Nothing is tried before it is trained: a variant's tracing is half of a sweep of a hundred examples."""
    from regtrack.training import plan

    monkeypatch.setattr(plan, "rehearse", lambda *_: None)


@pytest.fixture
def without_pages(monkeypatch) -> None:
    """A report's page is its title and its answer, without figures: drawing it costs more than to judge and store a replayed
    sweep."""
    from regtrack.sweeps import contents, reporting

    monkeypatch.setattr(contents, "report_figures", lambda *_: [])
    monkeypatch.setattr(reporting, "render_report", lambda report: f"{report.title}\n{report.answer}")


@pytest.fixture
def replay(tiny, monkeypatch) -> Replay:
    """run_sweep replays `tiny`, and keeps no networks; its `tiny` may be another."""
    replay = Replay(tiny)
    replayed_by(monkeypatch, replay)
    return replay


@pytest.fixture
def trained_here(unrehearsed, monkeypatch) -> None:
    """run_sweep trains in this process, by the worker's code."""
    in_this_process(monkeypatch, trials_here)


@pytest.fixture(scope="session")
def told(tiny, empty_database, tmp_path_factory) -> ToldSweep:
    """`tiny` as run_sweep leaves it, in a store of its own."""
    import mlflow

    import regtrack.sweeps.sweep as module
    from regtrack.tracking.store import connect, ensure_experiment
    from regtrack.training import plan

    folder = tmp_path_factory.mktemp("told")
    copy_database(empty_database, folder / "mlflow.db")
    client = connect(f"sqlite:///{folder}/mlflow.db")
    ensure_experiment(client, "told")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLFLOW_TRACKING_URI", client.tracking_uri)
        patch.setenv("MLFLOW_EXPERIMENT_NAME", "told")
        in_this_process(patch, Replay(tiny))
        patch.setattr(plan, "rehearse", lambda *_: None)
        sweep = module.run_sweep(tiny.grid, client=client, say=lambda text: None)
    mlflow.set_tracking_uri(None)
    return ToldSweep(client, sweep, tiny)
