"""Half-made stores: sqlite databases that MLflow was making, or upgrading, when its process was killed."""

import sqlite3
from pathlib import Path

from regtrack.errors import StoreError

CORE = {"alembic_version", "experiments", "runs"}
"""Tables of every MLflow store; they are among the first that are made."""
BEING_CHANGED = "_alembic_tmp_"
"""Begins the name of the copy of a table that a step of an upgrade works on, and that it removes at its end."""


def refuse_half_made(connection: sqlite3.Connection, path: Path, all_tables: set[str] = CORE) -> None:
    """Raises StoreError where a store lacks some of `all_tables` and holds no run, or was left in a step of an upgrade.

    MLflow would fail on either with an error of SQL, each time it is asked.
    """
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    begun = {name for name in tables if name.startswith(BEING_CHANGED)}
    if tables and not tables & CORE and not begun:
        return  # somebody else's database
    if not begun and tables >= all_tables:
        return
    if "runs" not in tables or not connection.execute("SELECT 1 FROM runs LIMIT 1").fetchone():
        raise StoreError(
            f"the store at {path.absolute()} is half made: MLflow was stopped while it made the tables, and no run is in it; "
            f"unless another process is making it now, delete it (rm {path.absolute()}*), then start again"
        )
    if begun:
        raise StoreError(
            f"the store at {path.absolute()} was left in the middle of an upgrade ({min(begun)}): MLflow was stopped; put back "
            "the copy that was taken before it"
        )
