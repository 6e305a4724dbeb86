"""Half-made stores: what a kill leaves of a database that MLflow was making or upgrading."""

import sqlite3
from contextlib import closing

import pytest
from support.store_files import copy_database

from regtrack.errors import StoreError
from regtrack.tracking import sql_reader
from regtrack.tracking.store import connect, connect_to_read

LEFT = {
    "some of the first tables": ["CREATE TABLE experiments (a)", "CREATE TABLE runs (a)"],
    "a step of an upgrade": [
        "CREATE TABLE experiments (a)", "CREATE TABLE runs (a)", "CREATE TABLE alembic_version (version_num)",
        "CREATE TABLE _alembic_tmp_runs (a)",
    ],
}  # fmt: skip


@pytest.mark.parametrize("opening", [connect, connect_to_read, sql_reader.sweeps])
@pytest.mark.parametrize("left", LEFT)
def test_a_store_that_was_being_made_is_recognised(tmp_path, monkeypatch, left, opening):
    """One line with the remedy, for writers and readers, and nothing is changed."""
    path = tmp_path / "a b.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(";".join(LEFT[left]))
    before = path.read_bytes()
    with pytest.raises(StoreError) as error:
        opening(f"sqlite:///{path}")
    assert str(error.value).startswith(f"the store at {path} is half made: MLflow was stopped while it made the tables")
    assert f"delete it (rm '{path}'*)" in str(error.value)
    assert path.read_bytes() == before


def test_an_empty_file_and_an_early_revision_may_be_deleted_too(tmp_path):
    """What a kill leaves before the first table, and between two steps: in neither is a run."""
    empty, early = tmp_path / "empty.db", tmp_path / "early.db"
    empty.touch()
    with closing(sqlite3.connect(early)) as connection:
        connection.executescript(
            "CREATE TABLE experiments (a); CREATE TABLE runs (a); CREATE TABLE alembic_version (v)"
        )
    with pytest.raises(StoreError, match=rf"it is empty; unless .* delete it \(rm {empty}\*\), then start again"):
        connect(f"sqlite:///{empty}")
    with pytest.raises(StoreError, match=r"mlflow db upgrade .* \(or delete it: no run is in it\)"):
        connect(f"sqlite:///{early}")


def test_what_was_left_by_an_upgrade_is_not_to_be_deleted(empty_database, tmp_path):
    """It holds runs: the remedy is the copy that was taken before."""
    path = tmp_path / "a.db"
    copy_database(empty_database, path)
    client = connect(f"sqlite:///{path}")
    client.create_run("0")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE _alembic_tmp_runs (a)")
    with pytest.raises(StoreError) as error:
        connect(f"sqlite:///{path}")
    assert "left in the middle of an upgrade (_alembic_tmp_runs)" in str(error.value)
    assert "rm" not in str(error.value).split()


def test_a_whole_store_and_anybodys_database_are_not_half_made(empty_database, tmp_path):
    """A store without runs opens; tables of somebody else are said to be no store."""
    path = tmp_path / "a.db"
    copy_database(empty_database, path)
    assert connect(f"sqlite:///{path}").search_experiments()
    other = tmp_path / "other.db"
    with closing(sqlite3.connect(other)) as connection, connection:
        connection.execute("CREATE TABLE mine (a)")
    with pytest.raises(StoreError, match="is no MLflow store"):
        connect(f"sqlite:///{other}")
