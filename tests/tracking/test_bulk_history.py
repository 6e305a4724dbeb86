"""Histories of many runs in one answer of a real server."""

import pytest
from mlflow import MlflowClient
from mlflow.entities import Metric
from support.mlflow_server import MlflowServer

from regtrack.tracking import bulk_history as module
from regtrack.tracking import reader
from regtrack.tracking.bulk_history import histories_at_once

pytestmark = pytest.mark.long  # a server imports for many seconds


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A client of `mlflow server` over a new sqlite store."""
    server = MlflowServer(tmp_path_factory.mktemp("server") / "store")
    try:
        server.start()
        yield MlflowClient(server.uri)
    finally:
        server.kill()


@pytest.fixture(scope="module")
def runs(server) -> list[str]:
    """103 runs: more than one answer takes. Each has logged two metrics at three steps, one of them no number."""
    found = [server.create_run("0").info.run_id for _ in range(103)]
    for number, run_id in enumerate(found):
        values = [Metric(name, number + step, step, step) for name in ("a", "b") for step in (1, 2)]
        server.log_batch(run_id, metrics=[*values, Metric("a", float("nan"), 3, 3)])
    return found


def test_a_server_gives_what_its_client_finds_run_by_run(server, runs, monkeypatch):
    """Every value of every run, whatever their number, missing ones as such."""
    at_once = reader.history(server, runs, ["a", "b"])
    monkeypatch.setattr(reader, "histories_at_once", lambda *_: None)
    assert at_once.equals(reader.history(server, runs, ["a", "b"]))
    assert len(at_once) == 103 * 5


def test_an_answer_that_may_be_cut_off_is_none(server, runs, monkeypatch):
    """As many values as an answer holds may be fewer than there are."""
    monkeypatch.setattr(module, "MOST_VALUES", 200)
    assert histories_at_once(server, runs, "a") is None


def test_a_server_without_this_answer_is_asked_run_by_run(server, runs, monkeypatch):
    """An older or another server says 404."""
    monkeypatch.setattr(module, "PATH", "/ajax-api/2.0/mlflow/metrics/none-such")
    assert histories_at_once(server, runs[:2], "a") is None


def test_a_store_that_is_no_server_is_none(store):
    """Its client reads the database itself."""
    assert histories_at_once(store, ["0" * 32], "a") is None
