"""Store: find, open and prepare a tracking store and its experiment."""

import os
import sqlite3
import time
from contextlib import closing

from mlflow import MlflowClient
from mlflow.exceptions import MlflowException
from mlflow.tracking import get_tracking_uri

from regtrack.errors import StoreError
from regtrack.masking import mask
from regtrack.tracking.addresses import refuse_missing, sqlite_path
from regtrack.tracking.sql_reader import refuse_what_a_client_would_change

CONNECT_SECONDS = 5
CREATION_TRIES = 5


def connect(uri: str | None = None) -> MlflowClient:
    """A client of the store at `uri`, or where MLflow's own settings point. Raises StoreError if it does not answer."""
    uri = uri or get_tracking_uri()
    path = sqlite_path(uri)
    client = _created(uri) if path and not path.is_file() else _answering(uri)
    use_wal(client.tracking_uri)
    return client


def _created(uri: str) -> MlflowClient:
    """A sqlite store that is new. Another process may be making its tables at this moment, and one of the two fails."""
    for _ in range(CREATION_TRIES):
        try:
            return _answering(uri)
        except StoreError:
            if not sqlite_path(uri).is_file():  # nobody is: it cannot be made at all
                raise
            time.sleep(1)
    return _answering(uri)


class _WhenAsked:
    """Stands for a client until something is asked of it: the store is made then, and not for a sweep that is refused."""

    def __init__(self, uri: str):
        self._uri = uri

    def __getattr__(self, name: str):
        if name == "_client":
            self._client = connect(self._uri)
            return self._client
        return getattr(self._client, name)


def connect_to_write(uri: str | None = None) -> MlflowClient:
    """As `connect`, but a sqlite file that is new is made only when something is asked of the store."""
    uri = uri or get_tracking_uri()
    path = sqlite_path(uri)
    return _WhenAsked(uri) if path and not path.is_file() else connect(uri)


def _knock(uri: str) -> None:
    """Connect to a database server once: MLflow's client would try for 100 s before it says that there is none."""
    if uri.startswith(("postgresql", "mysql")):
        import sqlalchemy

        engine = sqlalchemy.create_engine(uri, connect_args={"connect_timeout": CONNECT_SECONDS})
        try:
            engine.connect().close()
        finally:
            engine.dispose()


def _answering(uri: str) -> MlflowClient:
    path = sqlite_path(uri)
    if path and path.is_file():  # opening a database that is no MLflow store would make one of it
        refuse_what_a_client_would_change(uri)
    try:
        _knock(uri)
        client = MlflowClient(uri)
        client.search_experiments(max_results=1)
    except Exception as error:
        lines = str(error).strip().splitlines()
        raise StoreError(
            f"tracking store {mask(uri)} does not answer "
            f"({mask(lines[0]) if lines else type(error).__name__}); set "
            "MLFLOW_TRACKING_URI to a store such as sqlite:////absolute/path/mlflow.db or http://host:5000"
        ) from None
    return client


def connect_to_read(uri: str | None = None) -> MlflowClient:
    """As `connect`, for a reader: a missing sqlite file is an error and is not created. Raises StoreError."""
    refuse_missing(uri)
    return _answering(uri or get_tracking_uri())


def use_wal(uri: str) -> None:
    """Let readers and a writer work at the same time: 2 to 9 times faster, and it persists. No other store needs it."""
    path = sqlite_path(uri)
    if path and path.is_file():
        with closing(sqlite3.connect(path, timeout=20)) as connection:
            connection.execute("PRAGMA journal_mode=WAL")


def ensure_experiment(client: MlflowClient, name: str, artifact_location: str | None = None) -> str:
    """The experiment's id; created, with an explicit artifact location, where it is new.

    Left to itself MLflow puts the artifacts of a sqlite store below the directory of whoever came first.
    """
    experiment = client.get_experiment_by_name(name)
    if experiment and experiment.lifecycle_stage == "deleted":
        raise StoreError(
            f"experiment {name!r} was deleted; restore it (mlflow experiments restore) or use another name"
        )
    if experiment:
        return experiment.experiment_id
    path = sqlite_path(client.tracking_uri)
    if artifact_location is None and path:
        artifact_location = (path.resolve().parent / "mlartifacts" / name).as_uri()
    return client.create_experiment(name, artifact_location=artifact_location)


def current_experiment(client: MlflowClient) -> str:
    """The experiment a person chose: of the MLflow project run, else MLFLOW_EXPERIMENT_ID or _NAME, else Default."""
    run_id, experiment_id = os.environ.get("MLFLOW_RUN_ID"), os.environ.get("MLFLOW_EXPERIMENT_ID")
    try:
        if run_id:
            return client.get_run(run_id).info.experiment_id
        if experiment_id:
            return client.get_experiment(experiment_id).experiment_id
    except MlflowException as error:
        what = f"MLFLOW_RUN_ID={run_id}" if run_id else f"MLFLOW_EXPERIMENT_ID={experiment_id}"
        raise StoreError(
            f"{what} is not in the store {mask(client.tracking_uri)} ({error.message}); unset it"
        ) from None
    return ensure_experiment(client, os.environ.get("MLFLOW_EXPERIMENT_NAME") or "Default")
