"""The dashboard as AppTest opens it, and words of a page."""

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest
from support.pages import open_page, words_of

from regtrack import names


@pytest.fixture
def open_view(monkeypatch) -> Callable[..., AppTest]:
    """open_view(uri, view, **query): a view of the dashboard on a store, by its file's name, with an address's query."""

    def opened(uri: str, view: str = "overview", **query) -> AppTest:
        monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
        return open_page(view, **query)

    return opened


@pytest.fixture
def words() -> Callable[[AppTest], str]:
    """All words of a page that are no cell of a table."""
    return words_of


@pytest.fixture
def charts() -> Callable[[AppTest], list[tuple[dict, list[dict]]]]:
    """Of each chart of a page its spec, and the rows of all its tables."""

    def of(app: AppTest) -> list[tuple[dict, list[dict]]]:
        found = []
        for chart in app.get("vega_lite_chart"):
            sent = [*(one.data.data for one in chart.proto.datasets), chart.proto.data.data]
            tables = [pa.ipc.open_stream(data).read_all() for data in sent if data]
            found.append((json.loads(chart.proto.spec), [row for table in tables for row in table.to_pylist()]))
        return found

    return of


@pytest.fixture
def half_done(store):
    """(uri, sweep_id) of a sweep of 4 trials that is running: two finished, one training, one failed."""
    experiment = store.create_experiment("half done")
    tags = {names.ROLE: names.ROLE_SWEEP, names.TRIALS_PLANNED: "4"}
    sweep = store.create_run(experiment, tags=tags).info.run_id
    store.set_tag(sweep, names.SWEEP_ID, sweep)
    for variant, val_accuracy in (("baseline", 0.90), ("l2=0.001", 0.93)):
        run_id = _trial(store, experiment, sweep, variant, seed=0)
        for name, value in FINISHED_METRICS.items():
            store.log_metric(run_id, name, value)
        store.log_metric(run_id, f"{names.SELECTED}val_accuracy", val_accuracy)
        store.set_terminated(run_id, "FINISHED")
    failed = _trial(store, experiment, sweep, "l2=0.1", seed=0)
    store.set_tag(failed, names.FAILURE, "loss is nan <img src=x onerror=alert(1)>")
    store.set_terminated(failed, "FAILED")
    running = _trial(store, experiment, sweep, "l2=0.01", seed=0)
    for epoch, accuracy in enumerate((0.5, 0.7), start=1):
        log_epoch(store, running, epoch, accuracy)
    return store.tracking_uri, sweep


FINISHED_METRICS = {
    f"{names.SELECTED}train_accuracy": 0.95, f"{names.TEST}/accuracy": 0.9, names.GENERALIZATION_GAP: 0.05,
    names.GENERALIZATION_GAP_LOW: 0.03, names.GENERALIZATION_GAP_HIGH: 0.07, names.VAL_ACCURACY: 0.9,
    names.TRAIN_ACCURACY: 0.95, names.BEST_EPOCH: 3, names.FIT_SECONDS: 2.0,
}  # fmt: skip


def _trial(client, experiment: str, sweep: str, variant: str, *, seed: int) -> str:
    tags = {names.ROLE: names.ROLE_TRIAL, names.SWEEP_ID: sweep, names.VARIANT: variant,
            names.TRIAL_KEY: f"{variant} {seed}"}  # fmt: skip
    run_id = client.create_run(experiment, tags=tags).info.run_id
    strength = variant.removeprefix("l2=") if "=" in variant else 0
    params = {
        names.SEED: seed,
        names.N_TRAIN: 100,
        names.N_VAL: 400,
        names.N_TEST: 100,
        "dataset": "digits",
        "l2": strength,
    }
    for name, value in params.items():
        client.log_param(run_id, name, value)
    return run_id


def log_epoch(client, run_id: str, epoch: int, accuracy: float) -> None:
    for name in (names.TRAIN_ACCURACY, names.VAL_ACCURACY):
        client.log_metric(run_id, name, accuracy, step=epoch)


@pytest.fixture
def own_artifacts(demo, demo_copy, tmp_path) -> Callable[[str], tuple[str, Path]]:
    """own_artifacts(run_id): uri of a copy of the demo in which this run has its artifacts to itself, and their folder."""

    def copied(run_id: str) -> tuple[str, Path]:
        target = tmp_path / run_id / "artifacts"
        with closing(sqlite3.connect(demo_copy.removeprefix("sqlite:///"))) as connection, connection:
            [old] = connection.execute("select artifact_uri from runs where run_uuid = ?", [run_id]).fetchone()
            shutil.copytree(old.removeprefix("file://"), target)
            connection.execute("update runs set artifact_uri = ? where run_uuid = ?", [target.as_uri(), run_id])
        return demo_copy, target

    return copied
