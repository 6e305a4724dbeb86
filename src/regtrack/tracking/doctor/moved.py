"""A store that was moved as a whole: its database is made to point to where its artifacts are now."""

import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

from mlflow import MlflowClient

from regtrack.tracking.addresses import sqlite_path
from regtrack.tracking.doctor.contents import Contents
from regtrack.tracking.doctor.finding import Finding
from regtrack.tracking.moved import from_and_to

MOVED_STORE = "moved store"
ADDRESSES = (
    ("experiments", "artifact_location"), ("runs", "artifact_uri"), ("logged_models", "artifact_location"),
    ("model_versions", "source"), ("model_versions", "storage_location"),
)  # fmt: skip
"""Where MLflow keeps absolute addresses: its API changes none of them."""


def examine_moved(contents: Contents) -> list[Finding]:
    """A finding a folder that runs' artifacts were moved from; `where` is that folder."""
    return [
        Finding(
            MOVED_STORE, str(old), f"the artifacts of {runs} runs are looked for there, and lie at {new}",
            f"make the database point to {new}; until then regtrack finds them, MLflow does not", fixable=True,
        )
        for (old, new), runs in sorted(_moved(contents).items())
    ]  # fmt: skip


def _moved(contents: Contents) -> Counter[tuple[Path, Path]]:
    """How many runs' artifacts were moved from where to where."""
    uri, moved = contents.client.tracking_uri, Counter()
    for run in contents.runs if sqlite_path(uri) else ():
        if found := from_and_to(uri, run.info.artifact_uri):
            moved[_before_what_is_shared(*found)] += 1
    return moved


def _before_what_is_shared(old: Path, new: Path) -> tuple[Path, Path]:
    """/a/b/x/y, /c/x/y -> /a/b, /c"""
    while old.name and old.name == new.name:
        old, new = old.parent, new.parent
    return old, new


def point_to_new_place(client: MlflowClient, old: str) -> str:
    """Rewrite each address below folder `old`; "" where nothing is moved from there any more."""
    new = next((str(to) for origin, to in sorted(_moved(Contents(client))) if str(origin) == old), None)
    if new is None:
        return ""
    with closing(sqlite3.connect(sqlite_path(client.tracking_uri), timeout=20)) as connection, connection:
        for table, column in ADDRESSES:
            if any(found[1] == column for found in connection.execute(f"PRAGMA table_info({table})")):
                for before, after in ((Path(old).as_uri(), Path(new).as_uri()), (old, new)):
                    connection.execute(
                        f"UPDATE {table} SET {column} = ? || substr({column}, ?) WHERE substr({column}, 1, ?) = ?",
                        (after, len(before) + 1, len(before) + 1, f"{before}/"),
                    )
    return f"{old}: the database points to {new} now"
