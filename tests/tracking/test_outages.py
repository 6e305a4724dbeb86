"""What counts as a store that is away, and what as one that refuses."""

import sqlite3

import pytest
import requests
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import INVALID_PARAMETER_VALUE, RESOURCE_DOES_NOT_EXIST, TEMPORARILY_UNAVAILABLE
from mlflow.store.artifact.local_artifact_repo import LocalArtifactRepository
from sqlalchemy.exc import OperationalError
from support.servers import free_port

from regtrack.errors import StoreAwayError, StoreError
from regtrack.tracking.outages import is_of_the_store, outage

AWAY = {
    "a server that is not there": MlflowException("API request to http://h failed with exception refused"),
    "a database that is locked": MlflowException("database is locked", TEMPORARILY_UNAVAILABLE),
    "a lock that MLflow did not wrap": sqlite3.OperationalError("database is locked"),
    "a connection that SQLAlchemy lost": OperationalError("SELECT 1", {}, Exception("server closed the connection")),
    "a full disk": OSError(28, "No space left on device"),
    "a folder that nobody may write to": PermissionError(13, "Permission denied"),
    "artifacts that cannot be read at this moment": StoreAwayError("it cannot be read (refused)"),
    "an upload that failed": requests.HTTPError("503 Server Error"),
}
REFUSED = {
    "a run that was deleted": MlflowException("no such run", RESOURCE_DOES_NOT_EXIST),
    "a value that MLflow does not take": MlflowException("not a metric", INVALID_PARAMETER_VALUE),
    "a person's mistake": StoreError("no tracking store"),
    "a mistake of ours": ZeroDivisionError("division by zero"),
}


@pytest.mark.parametrize("what", AWAY)
def test_a_store_that_is_away_is_waited_for(what):
    """The reason, in a line."""
    assert outage(AWAY[what])
    assert "\n" not in outage(AWAY[what])


def test_of_a_server_that_is_not_there_the_innermost_reason_is_told():
    """Not the addresses of three calls, which fill two lines of a terminal."""
    with pytest.raises(requests.ConnectionError) as found:
        requests.get(f"http://127.0.0.1:{free_port()}/api/2.0/mlflow/runs/log-batch", timeout=5)
    wrapped = MlflowException(f"API request to http://127.0.0.1/api failed with exception {found.value}")
    assert outage(wrapped) == outage(found.value) == "[Errno 111] Connection refused"


@pytest.mark.parametrize("what", REFUSED)
def test_a_refusal_is_no_outage(what):
    """Asking again changes nothing."""
    assert outage(REFUSED[what]) == ""


@pytest.mark.parametrize("what", sorted(set(AWAY) - {"a full disk", "a folder that nobody may write to"}))
def test_what_a_store_raises_is_of_the_store(what):
    """Known by its kind."""
    assert is_of_the_store(AWAY[what])


def test_an_error_of_this_machine_is_of_the_store_where_it_came_by_way_of_mlflow(tmp_path):
    """A file that stands where the folder of artifacts should be, met by MLflow, and met by ourselves."""
    (tmp_path / "file").write_text("")
    where = tmp_path / "file" / "artifacts"
    with pytest.raises(OSError, match="artifacts") as of_the_store:
        LocalArtifactRepository(where.as_uri()).log_artifact(__file__)
    with pytest.raises(OSError, match="artifacts") as of_ours:
        where.read_text()
    assert [is_of_the_store(error.value) for error in (of_the_store, of_ours)] == [True, False]
    assert outage(of_ours.value)
