"""What is the matter with a store that cannot be written to: it is away for a while, or it refuses what it is asked."""

import sqlite3
from traceback import walk_tb

from mlflow.exceptions import MlflowException

from regtrack.errors import StoreAwayError
from regtrack.words.failures import first_line

REFUSALS = {
    "BAD_REQUEST",
    "FEATURE_DISABLED",
    "INVALID_PARAMETER_VALUE",
    "INVALID_STATE",
    "NOT_IMPLEMENTED",
    "RESOURCE_ALREADY_EXISTS",
    "RESOURCE_DOES_NOT_EXIST",
}
"""Codes of MLflow's errors that asking again does not change."""

OF_THE_WAY = ("botocore", "boto3", "requests", "sqlalchemy", "urllib3")
"""Packages whose errors are of the way to a store: those that MLflow hands on as they are."""


def outage(error: BaseException) -> str:
    """Why the store is away, in a line; "" where the error is of another kind.

    Away is a server that does not answer or fails, a database that is locked or full, a folder of artifacts that is full,
    read-only or not there.
    """
    if isinstance(error, MlflowException):
        return "" if error.error_code in REFUSALS else _innermost(first_line(error))
    away = isinstance(error, OSError | sqlite3.OperationalError | StoreAwayError)
    return _innermost(first_line(error)) if away or type(error).__module__.startswith(OF_THE_WAY) else ""


def is_of_the_store(error: BaseException) -> bool:
    """Whether an outage is one of the store, or of where its artifacts lie: of any other OSError (a full disk of temporary files,
    too many open files) only what came by way of MLflow is."""
    named = isinstance(error, MlflowException | sqlite3.OperationalError | StoreAwayError)
    if named or type(error).__module__.startswith(OF_THE_WAY):
        return True
    modules = (frame.f_globals.get("__name__", "") for frame, _ in walk_tb(error.__traceback__))
    return isinstance(error, OSError) and any(name.partition(".")[0] == "mlflow" for name in modules)


def _innermost(text: str) -> str:
    """What went wrong on the way to a server, without the three calls that it is wrapped in and their addresses."""
    _, caused, inner = text.partition("(Caused by ")
    return inner.partition("(")[2].rstrip("'\")").rpartition(": ")[2] if caused else text
