"""Half-made stores: sqlite databases that MLflow was making, or upgrading, when its process was killed."""

import shlex
import sqlite3
from pathlib import Path

from regtrack.errors import StoreError

CORE = {"alembic_version", "experiments", "runs"}
"""Tables of every MLflow store; they are among the first that are made."""
BEING_CHANGED = "_alembic_tmp_"
"""Begins the name of the copy of a table that a step of an upgrade works on, and that it removes at its end."""


def refuse_half_made(connection: sqlite3.Connection, path: Path) -> set[str]:
    """The store's tables. Raises StoreError where it lacks some of CORE, or was left in a step of an upgrade.

    MLflow would fail on either with an error of SQL, each time it is asked.
    """
    again = f"unless another process is making it now, delete it (rm {shlex.quote(str(path.absolute()))}*), then start again"
    tables = tables_of(connection)
    if not tables:
        raise StoreError(f"the database at {path.absolute()} is no MLflow store: it is empty; {again}")
    begun = {name for name in tables if name.startswith(BEING_CHANGED)}
    if not begun and (tables >= CORE or not tables & CORE):  # whole, or somebody else's database
        return tables
    if not holds_runs(connection):
        raise StoreError(
            f"the store at {path.absolute()} is half made: MLflow was stopped while it made the tables, and no run is in it; "
            f"{again}"
        )
    if begun:
        raise StoreError(
            f"the store at {path.absolute()} was left in the middle of an upgrade ({min(begun)}): MLflow was stopped; put back "
            "the copy that was taken before it"
        )
    return tables


def tables_of(connection: sqlite3.Connection) -> set[str]:
    return {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def holds_runs(connection: sqlite3.Connection) -> bool:
    try:
        return connection.execute("SELECT 1 FROM runs LIMIT 1").fetchone() is not None
    except sqlite3.OperationalError:  # no such table
        return False
