"""Store: find, open and prepare a tracking store and its experiment."""

import os
import re
import sqlite3
from contextlib import closing
from pathlib import Path

from mlflow import MlflowClient
from mlflow.exceptions import MlflowException
from mlflow.tracking import get_tracking_uri

from regtrack.errors import StoreError

SQLITE = "sqlite:///"


def connect(uri: str | None = None) -> MlflowClient:
    """A client of the store at `uri`, or where MLflow's own settings point. Raises StoreError if it does not answer."""
    client = _answering(uri or get_tracking_uri())
    use_wal(client.tracking_uri)
    return client


def _answering(uri: str) -> MlflowClient:
    try:
        client = MlflowClient(uri)
        client.search_experiments(max_results=1)
    except Exception as error:
        lines = str(error).strip().splitlines()
        raise StoreError(
            f"tracking store {without_password(uri)} does not answer "
            f"({without_password(lines[0]) if lines else type(error).__name__}); set "
            "MLFLOW_TRACKING_URI to a store such as sqlite:////absolute/path/mlflow.db or http://host:5000"
        ) from None
    return client


def connect_to_read(uri: str) -> MlflowClient:
    """As `connect`, for a reader: a missing sqlite file is an error and is not created. Raises StoreError."""
    path = sqlite_path(uri)
    if path and not path.is_file():
        raise StoreError(f"no tracking store at {path.absolute()}; run make demo, or set MLFLOW_TRACKING_URI to yours")
    return _answering(uri)


def without_password(uri: str) -> str:
    """The URI as it may be shown: user:***@host."""
    return re.sub(r"(//[^:/@]*):[^@/]*@", r"\1:***@", uri)


def sqlite_path(uri: str) -> Path | None:
    """The database file behind a sqlite tracking URI, None for any other store."""
    return Path(uri.removeprefix(SQLITE)) if uri.startswith(SQLITE) else None


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
            f"{what} is not in the store {without_password(client.tracking_uri)} ({error.message}); unset it"
        ) from None
    return ensure_experiment(client, os.environ.get("MLFLOW_EXPERIMENT_NAME") or "Default")
