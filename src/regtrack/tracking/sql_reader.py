"""Reads a local sqlite store with SQL, read-only: the same tables as `reader`, in a fraction of the time.

MLflow's schema is private, so it is read at the one revision it was written for; every other store is left to the
client (`ClientNeeded`).
"""

import json
import math
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from typing import TypeVar

import pandas as pd

from regtrack import names
from regtrack.errors import StoreError
from regtrack.foreign import is_file
from regtrack.shipped import how_to_start
from regtrack.tracking.addresses import refuse_missing, sqlite_path
from regtrack.tracking.half_made import CORE, holds_runs, refuse_half_made, tables_of
from regtrack.tracking.reader import SWEEP_ROLES, RunRow, history_table, sweeps_table, trials_table

REVISION = "dc11669786a5"
"""alembic_version of a store made by MLflow 3.17."""
BUSY_SECONDS = 5
NOT_SQLITE = "it is not a local sqlite store"

T = TypeVar("T")

SWEEPS = """
SELECT r.run_uuid, r.experiment_id, r.status, r.start_time FROM tags role JOIN runs r ON r.run_uuid = role.run_uuid
WHERE role.key = ? AND role.value IN (?, ?) AND r.lifecycle_stage = 'active'
  AND r.experiment_id IN (SELECT experiment_id FROM experiments WHERE lifecycle_stage = 'active')
ORDER BY r.start_time DESC, r.run_uuid
"""
TRIALS = """
SELECT r.run_uuid, r.experiment_id, r.status, r.start_time FROM tags sweep
JOIN tags role ON role.run_uuid = sweep.run_uuid AND role.key = ? AND role.value = ?
JOIN runs r ON r.run_uuid = sweep.run_uuid
WHERE sweep.key = ? AND sweep.value = ? AND r.experiment_id = ? AND r.lifecycle_stage = 'active'
  AND COALESCE((SELECT value FROM tags stage WHERE stage.run_uuid = r.run_uuid AND stage.key = ?), ?) = ?
ORDER BY r.start_time DESC, r.run_uuid
"""
"""Of one stage: the cells of ten thousand others are a million rows that nobody would look at."""
TAGS_OF_SWEEP = """
SELECT t.run_uuid, t.key, t.value FROM tags sweep JOIN tags t ON t.run_uuid = sweep.run_uuid
JOIN runs r ON r.run_uuid = sweep.run_uuid
WHERE sweep.key = ? AND sweep.value = ? AND r.experiment_id = ? AND r.lifecycle_stage = 'active'
"""
HISTORY = """
SELECT run_uuid, key, step, timestamp, CASE WHEN is_nan THEN NULL ELSE value END FROM metrics
WHERE run_uuid IN (SELECT value FROM json_each(?)) AND key IN (SELECT value FROM json_each(?))
"""
DATASETS = """
SELECT i.destination_id, d.name FROM inputs i JOIN datasets d ON d.dataset_uuid = i.source_id
WHERE i.destination_id IN (SELECT value FROM json_each(?)) AND i.destination_type = 'RUN' AND i.source_type = 'DATASET'
"""
CELLS = {
    "tags": "SELECT run_uuid, key, value FROM tags",
    "params": "SELECT run_uuid, key, value FROM params",
    "metrics": "SELECT run_uuid, key, CASE WHEN is_nan THEN NULL ELSE value END FROM latest_metrics",
}
"""A metric that is NaN is NULL here."""


RUNS = """
SELECT run_uuid, experiment_id, status, start_time, end_time, artifact_uri FROM runs WHERE lifecycle_stage = 'active'
  AND experiment_id IN (SELECT experiment_id FROM experiments WHERE lifecycle_stage = 'active')
ORDER BY start_time DESC, run_uuid
"""

MODELS = """
SELECT m.model_id, m.experiment_id, m.name, m.status, m.source_run_id, m.artifact_location, p.param_value FROM logged_models m
LEFT JOIN logged_model_params p ON p.model_id = m.model_id AND p.param_key = ? WHERE m.lifecycle_stage = 'active'
  AND m.experiment_id IN (SELECT experiment_id FROM experiments WHERE lifecycle_stage = 'active')
ORDER BY m.creation_timestamp_ms DESC, m.model_id
"""


class ClientNeeded(Exception):
    """This store is not read with SQL; the message says why."""


def sweeps(uri: str) -> pd.DataFrame:
    """As reader.sweeps. Raises ClientNeeded, or StoreError where no client could read it either."""

    def read(connection: sqlite3.Connection) -> pd.DataFrame:
        found = connection.execute(SWEEPS, (names.ROLE, *SWEEP_ROLES)).fetchall()
        rows = {row.run_id: row for row in _rows(connection, found, "tags")}
        for run_id, name in connection.execute(DATASETS, (json.dumps([*rows]),)):
            rows[run_id].datasets.add(name)
        return sweeps_table(rows.values())

    return _read(uri, read)


def trials(uri: str, experiment_id: str, sweep_id: str, stage: str = names.EXPLORE) -> pd.DataFrame:
    """As reader.trials. Raises ClientNeeded, or StoreError where no client could read it either."""

    def read(connection: sqlite3.Connection) -> pd.DataFrame:
        of_stage = (names.STAGE, names.EXPLORE, stage)
        which = (names.ROLE, names.ROLE_TRIAL, names.SWEEP_ID, sweep_id, experiment_id, *of_stage)
        found = connection.execute(TRIALS, which).fetchall()
        return trials_table(_rows(connection, found, *CELLS), stage)

    return _read(uri, read)


def runs(uri: str) -> list[tuple[str, str, str, int | None, int | None, str, dict[str, str]]]:
    """(id, experiment, status, began, ended, address of its artifacts, tags) of every run, the newest first. Raises ClientNeeded, or
    StoreError where no client could read it either."""

    def read(connection: sqlite3.Connection) -> list[tuple]:
        found = {row[0]: (row[0], str(row[1]), *row[2:], {}) for row in connection.execute(RUNS)}
        for run_id, key, value in connection.execute(CELLS["tags"]):
            if run_id in found:
                found[run_id][-1][key] = value
        return list(found.values())

    return _read(uri, read)


def models(uri: str, param: str) -> list[tuple[str, str, str, int, str | None, str, str | None]]:
    """(id, experiment, name, status, run, address of its files, this one of its params) of every logged model, the newest first.
    Raises as `runs`."""

    def read(connection: sqlite3.Connection) -> list[tuple]:
        return [(row[0], str(row[1]), *row[2:]) for row in connection.execute(MODELS, (param,))]

    return _read(uri, read)


def run_ids(uri: str, experiment_ids: Iterable[str]) -> set[str]:
    """Of these experiments' runs, also of deleted ones. Raises as `runs`."""
    query = "SELECT run_uuid FROM runs WHERE experiment_id IN (SELECT CAST(value AS INTEGER) FROM json_each(?))"

    def read(connection: sqlite3.Connection) -> set[str]:
        return {run_id for (run_id,) in connection.execute(query, (json.dumps(list(experiment_ids)),))}

    return _read(uri, read)


def tags(uri: str, run_id: str) -> dict[str, str]:
    """As reader.tags. Raises ClientNeeded, or StoreError: no such run."""

    def read(connection: sqlite3.Connection) -> dict[str, str]:
        return _rows(connection, [_run(connection, run_id)[:4]], "tags")[0].tags

    return _read(uri, read)


def tags_of_sweep(uri: str, experiment_id: str, sweep_id: str) -> dict[str, dict[str, str]]:
    """Run id -> tags, of every run that carries the sweep's id. Raises ClientNeeded, or StoreError where no client could read it
    either."""

    def read(connection: sqlite3.Connection) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for run_id, key, value in connection.execute(TAGS_OF_SWEEP, (names.SWEEP_ID, sweep_id, experiment_id)):
            found.setdefault(run_id, {})[key] = value
        return found

    return _read(uri, read)


def history(uri: str, run_ids: Iterable[str], metrics: Iterable[str]) -> pd.DataFrame:
    """As reader.history. Raises ClientNeeded, or StoreError where no client could read it either."""

    def read(connection: sqlite3.Connection) -> pd.DataFrame:
        found = connection.execute(HISTORY, (json.dumps(list(run_ids)), json.dumps(list(metrics))))
        return history_table((*row, math.nan if value is None else value) for *row, value in found)

    return _read(uri, read)


def artifact_uri(uri: str, run_id: str) -> str:
    """Where a run's artifacts lie, as the store says. Raises ClientNeeded, or StoreError: no such run."""

    def read(connection: sqlite3.Connection) -> str:
        return _run(connection, run_id)[4]

    return _read(uri, read)


def artifact_uris(uri: str, run_ids: Iterable[str]) -> dict[str, str]:
    """Run id -> where its artifacts lie, of these that the store has. Raises ClientNeeded, or StoreError where no client could read it
    either."""
    query = "SELECT run_uuid, artifact_uri FROM runs WHERE run_uuid IN (SELECT value FROM json_each(?))"

    def read(connection: sqlite3.Connection) -> dict[str, str]:
        return dict(connection.execute(query, (json.dumps(list(run_ids)),)).fetchall())

    return _read(uri, read)


def experiment_name(uri: str, experiment_id: str) -> str:
    """As reader.experiment_name. Raises ClientNeeded, or StoreError: no such experiment."""

    def read(connection: sqlite3.Connection) -> str:
        query = "SELECT name FROM experiments WHERE experiment_id = ?"
        if found := connection.execute(query, (experiment_id,)).fetchone():
            return found[0]
        raise StoreError(f"experiment: expected the id of one in this store, received {experiment_id!r}; there is none")

    return _read(uri, read)


def _run(connection: sqlite3.Connection, run_id: str) -> tuple:
    query = "SELECT run_uuid, experiment_id, status, start_time, artifact_uri FROM runs WHERE run_uuid = ?"
    if found := connection.execute(query, (run_id,)).fetchone():
        return found
    raise StoreError(f"run: expected the id of a run in this store, received {run_id!r}; there is none")


def why_client(uri: str) -> str:
    """Why this store is left to MLflow's client; empty where it is read with SQL. Raises StoreError as `sweeps`."""
    try:
        _read(uri, lambda connection: None)
    except ClientNeeded as error:
        return str(error)
    return ""


def at_rest(uri: str) -> tuple[int, int] | None:
    """What is the same for as long as nobody writes to a local database; None while somebody does, and of any other store."""
    path = sqlite_path(uri)
    return _quiet(path) if path and is_file(path) else None


def refuse_what_a_client_would_change(uri: str) -> None:
    """Raises StoreError where opening MLflow's client would make or migrate a sqlite store's tables."""
    if sqlite_path(uri) is None:
        return
    import mlflow.store.tracking.sqlalchemy_store  # noqa: F401  its tables are known once it is imported
    from mlflow.store.db.base_sql_model import Base

    path, needed = sqlite_path(uri), set(Base.metadata.tables)

    def lacking(connection: sqlite3.Connection) -> tuple[set[str], bool]:
        return needed - tables_of(connection), holds_runs(connection)

    try:
        missing, with_runs = _read(uri, lacking, any_revision=True)
    except ClientNeeded:
        return  # it cannot be opened; the client says so
    if missing:
        raise StoreError(
            f"the store at {path.absolute()} is of another version of MLflow (it lacks "
            f"{min(missing)}); take a copy of it and run: mlflow db upgrade {uri}"
            f"{'' if with_runs else ' (or delete it: no run is in it)'}"
        )


def _read(uri: str, read: Callable[[sqlite3.Connection], T], *, any_revision: bool = False) -> T:
    path = sqlite_path(uri)
    if path is None:
        raise ClientNeeded(NOT_SQLITE)
    if not is_file(path):
        refuse_missing(uri)
    if before := _quiet(path):
        try:
            found = _once(path, "mode=ro&immutable=1", read, any_revision)
        except (StoreError, ClientNeeded):
            if _quiet(path) == before:
                raise
        else:
            if _quiet(path) == before:
                return found
        # Somebody has written meanwhile: what was read may be half of it.
    return _once(path, "mode=ro", read, any_revision)


def _once(path: Path, options: str, read: Callable[[sqlite3.Connection], T], any_revision: bool) -> T:
    address = f"{path.resolve().as_uri()}?{options}"
    try:
        with closing(sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS)) as connection:
            connection.execute("BEGIN")  # a table is of one moment
            _check_store(connection, path)
            if not any_revision:
                _check_revision(connection)
            return read(connection)
    except sqlite3.OperationalError as error:  # locked, or closed to this user: the client says so itself
        raise ClientNeeded(f"the database cannot be read directly ({error})") from None
    except sqlite3.DatabaseError as error:
        raise StoreError(
            f"the tracking store at {path.absolute()} is no sqlite database, or damaged ({error}); "
            "set MLFLOW_TRACKING_URI to a store such as sqlite:////absolute/path/mlflow.db"
        ) from None


def _quiet(path: Path) -> tuple[int, int] | None:
    """The database's time and size if nobody writes to it, else None.

    Such a file is read without locks, which for a store in WAL mode would leave two files beside it, and which a
    folder that is read-only does not allow.
    """
    for suffix in ("-wal", "-journal"):
        beside = path.with_name(path.name + suffix)
        if beside.is_file() and beside.stat().st_size:
            return None
    found = path.stat()
    return found.st_mtime_ns, found.st_size


def _check_store(connection: sqlite3.Connection, path: Path) -> None:
    if not refuse_half_made(connection, path) >= CORE:
        raise StoreError(
            f"the database at {path.absolute()} is no MLflow store; run {how_to_start()}, or set "
            "MLFLOW_TRACKING_URI to yours"
        )


def _check_revision(connection: sqlite3.Connection) -> None:
    found = [str(revision) for (revision,) in connection.execute("SELECT version_num FROM alembic_version")]
    if found != [REVISION]:
        raise ClientNeeded(f"its schema is of revision {', '.join(found) or 'none'}, not {REVISION}")
    if connection.execute("SELECT 1 FROM experiments WHERE workspace <> 'default' LIMIT 1").fetchone():
        raise ClientNeeded("it has workspaces")


def _rows(connection: sqlite3.Connection, found: list[tuple], *kinds: str) -> list[RunRow]:
    rows = [RunRow(run, str(experiment), status, start, {}, {}, {}, set()) for run, experiment, status, start in found]
    by_id, ids = {row.run_id: row for row in rows}, json.dumps([row.run_id for row in rows])
    of_these = "WHERE run_uuid IN (SELECT value FROM json_each(?))"
    for kind in kinds:
        missing = math.nan if kind == "metrics" else None
        for run_id, key, value in connection.execute(f"{CELLS[kind]} {of_these}", (ids,)):
            getattr(by_id[run_id], kind)[key] = missing if value is None else value
    return rows
