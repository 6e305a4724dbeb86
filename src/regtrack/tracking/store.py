"""Store: find, open and prepare a tracking store and its experiment."""

import os
import re
import sqlite3
import time
from contextlib import closing
from urllib.parse import urlsplit

from mlflow import MlflowClient
from mlflow.entities import Experiment
from mlflow.exceptions import MlflowException
from mlflow.tracking import get_tracking_uri

from regtrack.errors import StoreError
from regtrack.foreign import is_file
from regtrack.masking import mask
from regtrack.tracking.addresses import is_folder_of_files, quoted, refuse_missing, sqlite_path
from regtrack.tracking.moved import from_and_to
from regtrack.tracking.patience import CONNECT_SECONDS, FIRST_CONTACT, for_a_while
from regtrack.tracking.sql_reader import refuse_what_a_client_would_change
from regtrack.words.failures import first_line

TIMEOUTS = {"postgresql": "connect_timeout", "mysql": "connect_timeout", "mssql+pyodbc": "timeout"}
"""What the drivers of a kind of database server call their patience, in seconds."""
CREATION_TRIES = 5


def connect(uri: str | None = None) -> MlflowClient:
    """A client, to write, of the store at `uri`, or where MLflow's own settings point.

    Raises StoreError if it does not answer, and for a folder of files.
    """
    uri = uri or get_tracking_uri()
    _refuse_files(uri)
    path = sqlite_path(uri)
    client = _created(uri) if path and not is_file(path) else _answering(uri)
    use_wal(client.tracking_uri)
    return client


def _created(uri: str) -> MlflowClient:
    """A sqlite store that is new. Another process may be making its tables at this moment, and one of the two fails."""
    for _ in range(CREATION_TRIES):
        try:
            return _answering(uri)
        except StoreError:
            if not is_file(sqlite_path(uri)):  # nobody is: it cannot be made at all
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
    return _WhenAsked(uri) if path and not is_file(path) else connect(uri)


def _refuse_files(uri: str) -> None:
    """MLflow's folder of files cannot hold a metric `a` beside metrics `a/b`: the first trial would fail at its end."""
    if is_folder_of_files(uri):
        raise StoreError(
            f"store: expected a database or a server, since a folder of files cannot hold a trial's measures, received {uri}; "
            "give sqlite:////absolute/path/mlflow.db (mlflow migrate-filestore copies what is in the folder into one)"
        )


def _refuse_unreadable(uri: str) -> None:
    """Raises StoreError for a server's address in which a password ends the host: libraries would quote its pieces."""
    try:
        uri.startswith("http") and urlsplit(uri).port
    except ValueError:
        raise StoreError(
            f"tracking store {mask(uri)}: expected a number as its port, received something else; / ? # @ of a password are "
            "written %2F %3F %23 %40"
        ) from None


def _knock(uri: str) -> None:
    """Connect to a database server once: MLflow's client would try for 100 s before it says that there is none."""
    if uri.startswith(tuple(TIMEOUTS)):
        import sqlalchemy

        name = next(name for kind, name in TIMEOUTS.items() if uri.startswith(kind))
        engine = sqlalchemy.create_engine(uri, connect_args={name: CONNECT_SECONDS})
        try:
            engine.connect().close()
        finally:
            engine.dispose()


def _answering(uri: str) -> MlflowClient:
    path = sqlite_path(uri)
    if path and is_file(path):  # opening a database that is no MLflow store would make one of it
        refuse_what_a_client_would_change(uri)
    _refuse_unreadable(uri)
    try:
        _knock(uri)
        client = MlflowClient(uri)
        with for_a_while(FIRST_CONTACT):
            client.search_experiments(max_results=1)
    except Exception as error:
        raise StoreError(
            f"tracking store {mask(uri)} does not answer ({first_line(error)}); set "
            "MLFLOW_TRACKING_URI to a store such as sqlite:////absolute/path/mlflow.db or http://host:5000"
        ) from None
    os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")  # a bar a file, through the lines of a sweep
    if mask(uri) != uri:  # MLflow prints the server's address as each run ends
        os.environ["MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT"] = "true"
    return client


def connect_to_read(uri: str | None = None) -> MlflowClient:
    """As `connect`, for a reader: a missing sqlite file is an error and is not created. Raises StoreError."""
    refuse_missing(uri)
    return _answering(uri or get_tracking_uri())


def use_wal(uri: str) -> None:
    """Let readers and a writer work at the same time: 2 to 9 times faster, and it persists. No other store needs it."""
    path = sqlite_path(uri)
    if path and is_file(path):
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
        refuse_moved(client, experiment.experiment_id)
        return experiment.experiment_id
    path = sqlite_path(client.tracking_uri)
    if artifact_location is None and path:
        artifact_location = (path.resolve().parent / "mlartifacts" / folder_name(name)).as_uri()
    return client.create_experiment(name, artifact_location=artifact_location)


def refuse_moved(client: MlflowClient, experiment_id: str) -> None:
    """Raises StoreError for an experiment whose runs' artifacts were moved: what is logged to it now would make the old folder
    again, and lie apart from the rest. Its newest run is asked: a run's folder cannot be taken for another's."""
    for run in client.search_runs([experiment_id], max_results=1):
        if moved := from_and_to(client.tracking_uri, run.info.artifact_uri):
            folder, place = moved
            name = client.get_experiment(experiment_id).name
            raise StoreError(
                f"the store was moved: the artifacts of experiment {name!r} were below {folder.parent.parent} and are below "
                f"{place.parent.parent}; run regtrack doctor --fix --store {quoted(client.tracking_uri)}"
            )


def folder_name(experiment: str) -> str:
    """A folder for an experiment of any name, which may be a path (/Users/me/mine, ../mine) or longer than a file's may be.

    Two experiments may come to share one: each run has a folder of its own in it.
    """
    return re.sub(r"[^\w. -]", "_", experiment).lstrip(".")[:60].rstrip(" .") or "_"


def known_experiment(client: MlflowClient) -> Experiment | None:
    """The one that `current_experiment` gives, where it need not be made for that."""
    if os.environ.get("MLFLOW_RUN_ID") or os.environ.get("MLFLOW_EXPERIMENT_ID"):
        return client.get_experiment(current_experiment(client))
    return client.get_experiment_by_name(os.environ.get("MLFLOW_EXPERIMENT_NAME") or "Default")


def current_experiment(client: MlflowClient) -> str:
    """The experiment a person chose: of the MLflow project run, else MLFLOW_EXPERIMENT_ID or _NAME, else Default."""
    run_id, experiment_id = os.environ.get("MLFLOW_RUN_ID"), os.environ.get("MLFLOW_EXPERIMENT_ID")
    try:
        if run_id:
            experiment_id = client.get_run(run_id).info.experiment_id
        if experiment_id:
            experiment_id = client.get_experiment(experiment_id).experiment_id
            refuse_moved(client, experiment_id)
            return experiment_id
    except MlflowException as error:
        what = f"MLFLOW_RUN_ID={run_id}" if run_id else f"MLFLOW_EXPERIMENT_ID={experiment_id}"
        raise StoreError(
            f"{what} is not in the store {mask(client.tracking_uri)} ({error.message}); unset it"
        ) from None
    return ensure_experiment(client, os.environ.get("MLFLOW_EXPERIMENT_NAME") or "Default")
