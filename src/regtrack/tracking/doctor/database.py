"""The database behind a store: can it be written to, in which journal mode, on which file system, is it whole."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from mlflow import MlflowClient

from regtrack.masking import mask
from regtrack.tracking import sql_reader
from regtrack.tracking.addresses import is_folder_of_files, sqlite_path
from regtrack.tracking.doctor.finding import Finding
from regtrack.tracking.store import use_wal

JOURNAL_MODE = "journal mode"
NETWORK = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "lustre", "glusterfs", "ceph", "afs"}
"""File systems of another machine, as /proc/mounts names them: SQLite's locks cannot be trusted there."""
BUSY_SECONDS = 5
SERVER = "mlflow server --backend-store-uri URI on the machine that has the disk, and its http:// address here"


def examine_database(uri: str, *, deep: bool = False) -> list[Finding]:
    path, shown = sqlite_path(uri), mask(uri)
    if path is None:
        return _file_store(uri, shown)
    found = []
    system = file_system(path)
    if system in NETWORK:
        what = f"{path.absolute()} lies on a network file system ({system}), where two writers can damage it"
        found.append(Finding("network file system", shown, what, f"use {SERVER}"))
    mode, problem = _mode_and_problem(path, deep=deep)
    if problem:
        found.append(Finding("database", shown, f"{path.absolute()}: {problem[0]}", problem[1]))
    if mode not in ("wal", "") and system not in NETWORK:
        what = f"expected journal mode wal, received {mode}: a reader and a writer wait for each other"
        found.append(Finding(JOURNAL_MODE, shown, what, "set wal, which persists", fixable=not problem))
    return found


def _file_store(uri: str, shown: str) -> list[Finding]:
    if not is_folder_of_files(uri):
        return []
    what = "this is a file store, which MLflow keeps only for reading what is there"
    return [Finding("file store", shown, what, "mlflow migrate-filestore copies it into a database")]


def _mode_and_problem(path: Path, *, deep: bool) -> tuple[str, tuple[str, str] | None]:
    """(journal mode, None or (what is wrong, remedy)); what is written on trial is taken back."""
    mode = ""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True, timeout=BUSY_SECONDS)) as database:
            mode = str(database.execute("PRAGMA journal_mode").fetchone()[0])
            database.execute("BEGIN IMMEDIATE")
            database.execute("CREATE TABLE regtrack_doctor (tries_to_write)")  # a lock alone may be had read-only
            database.execute("ROLLBACK")
            if not os.access(path.resolve().parent, os.W_OK):  # its journal is made there
                return mode, ("its folder is read-only", f"let this user write to {path.resolve().parent}")
            check = database.execute("PRAGMA integrity_check(1)").fetchone()[0] if deep else "ok"
            if check != "ok":
                return mode, (f"it is damaged ({check})", "copy what can be read: sqlite3 OLD .recover | sqlite3 NEW")
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            return mode, (f"it was locked for {BUSY_SECONDS} seconds", "end the process that holds it (fuser shows it)")
        return mode, (f"it cannot be written to ({error})", "let this user write to it and to its folder")
    return mode, None


def set_wal(client: MlflowClient, _: str) -> str:
    use_wal(client.tracking_uri)
    return f"{mask(client.tracking_uri)}: journal mode is wal now"


def file_system(path: Path) -> str:
    """The type of the file system that `path` is on; "" where the system does not say."""
    try:
        lines = Path("/proc/self/mounts").read_text().splitlines()
    except OSError:
        return ""
    place, best = path.resolve(), ("", "")
    for _, mount, system, *_ in (line.split(" ") for line in lines):
        mount = mount.replace("\\040", " ")
        if place.is_relative_to(mount) and len(mount) >= len(best[0]):
            best = (mount, system)
    return best[1]


def database_facts(uri: str) -> list[str]:
    """What there is, a line each, for a person to read."""
    path = sqlite_path(uri)
    if path is None:
        return [f"store {mask(uri)}"]
    reason = sql_reader.why_client(uri)
    how = f"read through MLflow's client: {reason}" if reason else f"schema revision {sql_reader.REVISION}"
    return [f"store {path.absolute()}, {path.stat().st_size / 1e6:.1f} MB, {how}"]
