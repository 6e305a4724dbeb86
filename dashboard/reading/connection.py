"""The client of a store that SQL does not read, and what is said where a store has gone. MLflow is imported with the first client: half
of what a dashboard imports, and nothing for who looks at a database of this machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import streamlit as st

from regtrack.errors import StoreError
from regtrack.masking import mask
from regtrack.tracking import reader, sql_reader
from regtrack.tracking.patience import SECONDS, TRIES, set_patience
from regtrack.words.failures import first_line

if TYPE_CHECKING:
    from mlflow import MlflowClient

    from regtrack.tracking.remembered import RememberedRuns

# A page says that a server is gone; it does not wait.
set_patience({TRIES: "1", SECONDS: "20"})


@st.cache_resource
def client(uri: str) -> MlflowClient:
    """For what `sql_reader` leaves to it. Raises StoreError, also where opening it would change the store, and whatever
    a database server that is not there makes of itself."""
    from regtrack.tracking.store import connect_to_read

    return connect_to_read(uri)


@st.cache_resource
def remembered(uri: str) -> RememberedRuns:
    """What was read of such a store, for all sessions. Raises StoreError as `client`."""
    from regtrack.tracking.remembered import RememberedRuns

    return RememberedRuns(client(uri))


def _first_cause(error: BaseException) -> BaseException:
    """What went wrong first: "connection refused", and not the names of all the layers above it."""
    while before := error.__cause__ or error.__context__:
        error = before
    return error


@contextmanager
def in_words(uri: str) -> Iterator[None]:
    """Whatever a store that has gone makes of itself becomes a StoreError."""
    try:
        yield
    except StoreError:
        raise
    except Exception as error:  # each kind of store has errors of its own
        raise StoreError(
            f"tracking store {mask(uri)} does not answer any more ({first_line(_first_cause(error))}); "
            "look whether it is still there, then load this page again"
        ) from None


def read(uri: str, what: str, *arguments):
    """`what` of sql_reader, else the same of reader through MLflow's client. Raises StoreError."""
    with in_words(uri):
        try:
            return getattr(sql_reader, what)(uri, *arguments)
        except sql_reader.ClientNeeded:
            pass  # the client is asked outside, so that this is not taken for the cause of what it meets
        if what == "trials":
            return remembered(uri).trials(*arguments)
        return getattr(reader, what)(client(uri), *arguments)
