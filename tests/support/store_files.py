"""The files of a store: its database copied whole, artifacts that moved, where a run's lie, and what is left behind elsewhere."""

import sqlite3
from contextlib import closing
from pathlib import Path


def copy_database(source: Path, target: Path) -> None:
    """With what still stands in the write-ahead log: copying the file would leave that behind."""
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


LOCATIONS = {"experiments": "artifact_location", "runs": "artifact_uri", "logged_models": "artifact_location"}
"""Where MLflow keeps absolute paths."""


def relocate(database: Path, old: str, new: str) -> None:
    """A store whose files were moved from folder `old` to `new` finds its artifacts again."""
    with closing(sqlite3.connect(database)) as connection, connection:
        for table, column in LOCATIONS.items():
            connection.execute(f"UPDATE {table} SET {column} = replace({column}, ?, ?)", [old, new])


def left_in(temporary: Path) -> list[str]:
    """What lies in a folder for temporary files, but for an empty folder, such as `mlflow run` itself leaves."""
    return [path.name for path in temporary.iterdir() if path.is_file() or [*path.iterdir()]]


def artifact_of(client, run_id: str, artifact: str = "") -> Path:
    """The file of a run's artifact in a store on this machine, or the folder of all of them."""
    return Path(client.get_run(run_id).info.artifact_uri.removeprefix("file://")) / artifact
