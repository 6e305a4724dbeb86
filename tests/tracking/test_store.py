"""Store: where MLflow's settings point, ready to be written to; and one line when it cannot be had."""

import os
import socket
import sqlite3
import time
from contextlib import closing

import pytest
from mlflow import MlflowClient

import regtrack.tracking.store as module
from regtrack.errors import StoreError
from regtrack.tracking.addresses import sqlite_path
from regtrack.tracking.patience import SECONDS
from regtrack.tracking.store import (
    connect,
    connect_to_read,
    connect_to_write,
    current_experiment,
    ensure_experiment,
    folder_name,
)


def test_connect_goes_where_mlflow_points(store):
    """Without an address, MLFLOW_TRACKING_URI decides."""
    assert connect().tracking_uri == store.tracking_uri


def test_a_sqlite_store_is_in_wal_mode_and_stays_so(store):
    """Readers and the writer work at the same time; the mode persists in the file."""
    with closing(sqlite3.connect(sqlite_path(store.tracking_uri))) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


@pytest.mark.parametrize("uri", ["foo://bar", "http://127.0.0.1:9", "postgresql://127.0.0.1:9/db"])
def test_a_store_that_does_not_answer_is_named_in_one_error(monkeypatch, uri):
    """A wrong address, a server that is down, a driver that is missing: a StoreError with the address and a remedy."""
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    with pytest.raises(StoreError) as error:
        connect(uri)
    assert str(error.value).startswith(f"tracking store {uri} does not answer (")
    assert str(error.value).endswith(
        "set MLFLOW_TRACKING_URI to a store such as sqlite:////absolute/path/mlflow.db or http://host:5000"
    )


@pytest.mark.parametrize("kind", ["http", "https", "postgresql", "mysql+pymysql"])
def test_a_server_that_says_nothing_is_given_up_within_seconds(monkeypatch, kind):
    """It takes the connection and never answers; MLflow alone would wait for minutes."""
    for name in ("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "MLFLOW_HTTP_REQUEST_TIMEOUT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(module, "CONNECT_SECONDS", 1)
    monkeypatch.setitem(module.FIRST_CONTACT, SECONDS, "1")
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        start = time.monotonic()
        with pytest.raises(StoreError, match="does not answer"):
            connect(f"{kind}://127.0.0.1:{silent.getsockname()[1]}/db")
        assert time.monotonic() - start < 20  # two on a machine without other work
    assert "MLFLOW_HTTP_REQUEST_TIMEOUT" not in os.environ  # later calls are as patient as ever


@pytest.mark.parametrize("login", ["me:s3/cr3t", "me:s3?cr3t", "me:s3#cr3t"])
def test_a_password_that_ends_the_host_is_refused_and_not_quoted(login):
    """Libraries would show pieces of it; the message shows none and says how to write it."""
    with pytest.raises(StoreError) as error:
        connect(f"http://{login}@127.0.0.1:9")
    assert str(error.value).startswith("tracking store http://me:***@127.0.0.1:9: expected a number as its port")
    assert "cr3t" not in str(error.value)


def test_a_folder_of_files_is_refused_before_anything_is_written(tmp_path, monkeypatch):
    """MLflow's legacy store, opted in, fails as the first trial ends; as a path and as a URI."""
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    for uri in (str(tmp_path / "mlruns"), (tmp_path / "mlruns").as_uri()):
        for opening in (connect, connect_to_write):
            with pytest.raises(StoreError, match="expected a database or a server"):
                opening(uri)
    assert list(tmp_path.iterdir()) == []


def test_reading_does_not_create_a_missing_store(tmp_path):
    """MLflow would make an empty database at a mistyped path: a reader says that there is none."""
    path = tmp_path / "no.db"
    with pytest.raises(StoreError) as error:
        connect_to_read(f"sqlite:///{path}")
    assert str(error.value) == f"no tracking store at {path}; run make demo, or set MLFLOW_TRACKING_URI to yours"
    assert not path.exists()


def test_connect_to_read_reads_an_existing_store(store):
    """A store that is there is opened."""
    assert connect_to_read(store.tracking_uri).search_experiments()


def test_a_new_experiment_keeps_its_artifacts_beside_the_database(store, tmp_path, monkeypatch):
    """Not below the directory of whoever came first, as MLflow would have it."""
    monkeypatch.chdir("/")
    experiment = store.get_experiment(ensure_experiment(store, "mine"))
    assert experiment.artifact_location == (tmp_path / "mlartifacts" / "mine").as_uri()
    assert ensure_experiment(store, "mine") == experiment.experiment_id


@pytest.mark.parametrize(
    "name",
    [
        "/Users/x@y/exp",
        "../../escape",
        "..",
        ".",
        "a/../../b",
        "a\\b",
        "file:///etc",
        "x" * 300,
        "é" * 300,
        "a\nb",
        "%2e%2e%2f",
    ],
)
def test_the_name_of_an_experiment_is_no_path(store, tmp_path, name):
    """Whatever it is, its artifacts lie in one folder of mlartifacts, and are found there."""
    run = store.create_run(ensure_experiment(store, name))
    file = f"{run.info.run_id}.txt"
    store.log_text(run.info.run_id, "here", file)
    [found] = tmp_path.parent.rglob(file)
    assert found.relative_to(tmp_path / "mlartifacts").parts[1:] == (run.info.run_id, "artifacts", file)
    assert store.list_artifacts(run.info.run_id)[0].path == file


def test_an_experiment_with_a_plain_name_has_a_folder_of_that_name(store):
    """As before: words, digits, spaces, dots and dashes stay."""
    for name in ("Default", "of run", "v1.2-b_c", "größe"):
        assert folder_name(name) == name


def test_a_given_artifact_location_is_used(store):
    """A person's own artifact location stands."""
    experiment_id = ensure_experiment(store, "mine", "file:///elsewhere")
    assert store.get_experiment(experiment_id).artifact_location == "file:///elsewhere"


def test_a_deleted_experiment_is_not_written_to(store):
    """MLflow keeps the name of a deleted experiment taken: the message says how to go on."""
    store.delete_experiment(ensure_experiment(store, "gone"))
    with pytest.raises(StoreError) as error:
        ensure_experiment(store, "gone")
    assert str(error.value) == (
        "experiment 'gone' was deleted; restore it (mlflow experiments restore) or use another name"
    )


def test_the_experiment_is_the_one_mlflow_chose(store, monkeypatch):
    """That of the project run, else MLFLOW_EXPERIMENT_ID, else MLFLOW_EXPERIMENT_NAME, else Default."""
    ids = {name: ensure_experiment(store, name) for name in ("of run", "by id", "by name")}
    run = store.create_run(ids["of run"])
    monkeypatch.setenv("MLFLOW_RUN_ID", run.info.run_id)
    monkeypatch.setenv("MLFLOW_EXPERIMENT_ID", ids["by id"])
    monkeypatch.setenv("MLFLOW_EXPERIMENT_NAME", "by name")
    assert current_experiment(store) == ids["of run"]
    monkeypatch.delenv("MLFLOW_RUN_ID")
    assert current_experiment(store) == ids["by id"]
    monkeypatch.delenv("MLFLOW_EXPERIMENT_ID")
    assert current_experiment(store) == ids["by name"]
    monkeypatch.setenv("MLFLOW_EXPERIMENT_NAME", "new")
    assert store.get_experiment(current_experiment(store)).name == "new"
    monkeypatch.delenv("MLFLOW_EXPERIMENT_NAME")
    assert store.get_experiment(current_experiment(store)).name == "Default"


@pytest.mark.parametrize(("name", "value"), [("MLFLOW_RUN_ID", "0" * 32), ("MLFLOW_EXPERIMENT_ID", "99")])
def test_an_id_that_is_not_in_the_store_is_said_so(store, monkeypatch, name, value):
    """A left-over variable from another store is named, with the remedy."""
    monkeypatch.setenv(name, value)
    with pytest.raises(StoreError) as error:
        current_experiment(store)
    assert str(error.value).startswith(f"{name}={value} is not in the store {store.tracking_uri} (")
    assert str(error.value).endswith("); unset it")


def test_a_client_is_a_plain_mlflow_client(store):
    """Whatever MLflow offers can be done with it."""
    assert isinstance(store, MlflowClient)


def test_a_new_store_is_made_when_something_is_asked_of_it(store, tmp_path):
    """A sweep that is refused leaves no file; one that is there is opened at once."""
    path = tmp_path / "new.db"
    client = connect_to_write(f"sqlite:///{path}")
    assert not path.exists()
    assert client.tracking_uri == f"sqlite:///{path}"
    assert path.is_file()
    assert client.get_experiment_by_name("Default") is not None
    assert isinstance(connect_to_write(store.tracking_uri), MlflowClient)
