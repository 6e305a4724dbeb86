"""SQL reader: the reader's own tables, read straight from a sqlite store, and never a byte written to it."""

import os
import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from mlflow import MlflowClient
from mlflow.entities import Dataset, DatasetInput
from pandas.testing import assert_frame_equal
from support.store_files import copy_database

from regtrack import names
from regtrack.errors import StoreError
from regtrack.tracking import reader, sql_reader
from regtrack.tracking.addresses import sqlite_path

SOMEBODY = 65534
"""A user who is not root: root may write to a folder that is read-only."""


def add(store, role: str, sweep_id: str, status: str = "FINISHED", *, at: int = 0, params=None, metrics=None, **tags):
    """A run in the experiment `tests`; returns its id."""
    tags = {names.ROLE: role, names.SWEEP_ID: sweep_id} | {f"regtrack.{key}": value for key, value in tags.items()}
    run_id = store.create_run(experiment(store), start_time=at, tags=tags).info.run_id
    for name, value in (params or {}).items():
        store.log_param(run_id, name, value)
    for name, values in (metrics or {}).items():
        for step, value in enumerate(np.atleast_1d(values)):
            store.log_metric(run_id, name, float(value), step=step)
    if status != "RUNNING":
        store.set_terminated(run_id, status)
    return run_id


def experiment(store) -> str:
    return store.get_experiment_by_name("tests").experiment_id


def sql(uri: str, statement: str, *values) -> None:
    with closing(sqlite3.connect(sqlite_path(uri))) as connection:
        connection.execute(statement, values)
        connection.commit()


@pytest.fixture
def awkward(store) -> MlflowClient:
    """A store with two sweeps and everything that a table has to bear."""
    text = {"optimizer": "adam", "hidden_widths": "", "l2": "1e-3", "odd": "10", "seed": "0"}
    add(store, "sweep", "s", "KILLED", at=1000, trials_planned="4")
    add(store, "trial", "s", at=2000, trial_key="a", variant="10", params=text, metrics={"test/accuracy": [0.5, 0.25]})
    add(store, "trial", "s", "FAILED", at=3000, trial_key="b", variant="baseline", failure="first")
    add(store, "trial", "s", at=3000, trial_key="b", variant="baseline", params={"seed": "1", "odd": "zehn"},
        metrics={"nan": np.nan, "inf": np.inf, "minus_inf": -np.inf, "sometimes": 1.5, "penalty": [np.nan, 0.0]})  # fmt: skip
    add(store, "trial", "s", "FAILED", at=4000, trial_key="c", variant="größer <b>", failure="Fehler: 'x' \"y\"")
    add(store, "trial", "s", "FAILED", at=5000, trial_key="c", variant="größer <b>", metrics={"nan": 1.0})
    add(store, "trial", "s", "RUNNING", at=6000, trial_key="d", variant="l2=0.1", params={"l2": "inf", "seed": "2"})
    store.delete_run(add(store, "trial", "s", at=7000, trial_key="e", variant="deleted"))
    add(store, "trial", "other", at=1, trial_key="a", variant="of another sweep")
    add(store, "trial", "clash", at=1, trial_key="a", params={"both": "text", "status": "mine"}, metrics={"both": 2.0})
    add(store, "trial", "clash", at=1, trial_key="b", params={"all_nan": "nan"}, metrics={"missing": np.nan})
    add(store, "uncertainty", "s", at=8000)
    store.create_run(experiment(store), tags={names.ROLE: "sweep"}, start_time=1000)
    add(store, "sweep", "s", "RUNNING", at=9000, trials_planned="vier")
    elsewhere = store.create_experiment("deleted")
    store.create_run(elsewhere, tags={names.ROLE: "sweep", names.SWEEP_ID: "s"})
    store.delete_experiment(elsewhere)
    twice = add(store, "sweep", "of two", at=500)
    for name in ("fashion_mnist", "digits", "digits"):
        store.log_inputs(twice, [DatasetInput(Dataset(name, f"digest {name}", "regtrack", "{}"), [])])
    return store


def test_both_ways_give_the_same_tables(awkward):
    """Re-run and failed trials, missing, NaN and infinite metrics, text, names that clash: cell by cell and dtype by
    dtype the client's."""
    uri = awkward.tracking_uri
    assert sql_reader.why_client(uri) == ""
    assert_frame_equal(sql_reader.sweeps(uri), reader.sweeps(awkward))
    sweeps = sql_reader.sweeps(uri).set_index("sweep_id")
    assert sweeps["trials_planned"].iloc[0] == 0  # "vier" is no number
    assert sweeps.loc["of two", "dataset"] == "digits, fashion_mnist"
    assert sweeps["dataset"].isna().sum() == len(sweeps) - 1
    for sweep_id, rows in {"s": 4, "other": 1, "clash": 2, "none": 0, "it's": 0}.items():
        found = sql_reader.trials(uri, experiment(awkward), sweep_id)
        assert len(found) == rows
        if sweep_id != "it's":  # MLflow's filter cannot hold a quote
            assert_frame_equal(found, reader.trials(awkward, experiment(awkward), sweep_id))


def test_both_ways_tell_a_confirmation_from_the_exploration(awkward):
    """A trial that confirms stands in its own table alone."""
    before = sql_reader.trials(awkward.tracking_uri, experiment(awkward), "s")
    fresh = before["run_id"].iloc[0]
    awkward.set_tag(fresh, names.STAGE, names.CONFIRM)
    for stage, expected in ((names.EXPLORE, set(before["run_id"]) - {fresh}), (names.CONFIRM, {fresh})):
        found = sql_reader.trials(awkward.tracking_uri, experiment(awkward), "s", stage)
        assert set(found["run_id"]) >= expected
        assert (fresh in set(found["run_id"])) == (stage == names.CONFIRM)
        assert_frame_equal(found, reader.trials(awkward, experiment(awkward), "s", stage))


def test_what_mlflow_made_of_a_number_is_read_as_such(awkward):
    """NaN is missing and not the 0 that the database holds; inf is the largest float; the latest step counts."""
    table = sql_reader.trials(awkward.tracking_uri, experiment(awkward), "s").set_index("trial_key")
    assert np.isnan(table.loc["b", "nan"])
    assert table.loc["b", "inf"] == pytest.approx(1.7976931348623157e308)
    assert table.loc["b", "penalty"] == 0
    assert np.isnan(table.loc["a", "sometimes"])
    assert table.loc["a", "test/accuracy"] == 0.25
    assert table.loc["a", "hidden_widths"] == ""
    assert table.loc["a", "variant"] == "10"


def test_runs_of_the_same_moment_stand_in_the_same_order(store):
    """Forty runs that began together, half of them run again: the order is the client's, not the database's."""
    rng = np.random.default_rng(0)
    for i in range(40):
        status = ("FINISHED", "FAILED", "KILLED")[rng.integers(3)]
        add(store, "trial", "s", status, at=int(rng.integers(3)), trial_key=f"k{i % 20}", variant=f"v{i % 20}")
        add(store, "sweep", f"s{i}", at=int(rng.integers(3)))
    assert_frame_equal(
        sql_reader.trials(store.tracking_uri, experiment(store), "s"), reader.trials(store, experiment(store), "s")
    )
    assert_frame_equal(sql_reader.sweeps(store.tracking_uri), reader.sweeps(store))


def test_an_empty_store_has_the_same_empty_tables(store):
    """No run: the client's columns without a row."""
    assert_frame_equal(sql_reader.sweeps(store.tracking_uri), reader.sweeps(store))
    assert_frame_equal(sql_reader.trials(store.tracking_uri, "0", "s"), reader.trials(store, "0", "s"))


def test_the_artifact_address_is_the_clients(awkward):
    """The address the store gives for a run; an id that is none is an error."""
    run_id = reader.sweeps(awkward)["run_id"].iloc[0]
    assert sql_reader.artifact_uri(awkward.tracking_uri, run_id) == awkward.get_run(run_id).info.artifact_uri
    with pytest.raises(StoreError, match="there is none"):
        sql_reader.artifact_uri(awkward.tracking_uri, "' OR 1=1 --")


def test_the_name_of_an_experiment_is_the_clients(awkward):
    """By its id; an id that is none is an error."""
    assert sql_reader.experiment_name(awkward.tracking_uri, experiment(awkward)) == "tests"
    assert reader.experiment_name(awkward, experiment(awkward)) == "tests"
    with pytest.raises(StoreError, match="there is none"):
        sql_reader.experiment_name(awkward.tracking_uri, "' OR 1=1 --")


def test_tags_and_histories_are_the_clients(awkward):
    """A run's tags, and what runs have logged step by step: NaN, several values of one step, runs without any."""
    uri = awkward.tracking_uri
    table = reader.trials(awkward, experiment(awkward), "s")
    run_ids = table["run_id"].tolist()
    awkward.log_metric(run_ids[0], "test/accuracy", 0.125, step=1, timestamp=1)
    awkward.log_metric(run_ids[0], "test/accuracy", 0.75, step=1, timestamp=9_999_999_999_999)
    metrics = ["test/accuracy", "penalty", "none"]
    found = sql_reader.history(uri, iter(run_ids), iter(metrics))
    assert_frame_equal(found, reader.history(awkward, run_ids, metrics))
    accuracy = found[(found["run_id"] == run_ids[0]) & (found["metric"] == "test/accuracy")]
    assert (accuracy["step"].tolist(), accuracy["value"].tolist()) == ([0, 1], [0.5, 0.75])
    assert found["value"].isna().sum() == 1
    assert_frame_equal(sql_reader.history(uri, [], metrics), reader.history(awkward, [], metrics))
    for run_id in run_ids:
        assert sql_reader.tags(uri, run_id) == reader.tags(awkward, run_id)
    assert sql_reader.tags(uri, run_ids[0])[names.VARIANT] == "10"
    with pytest.raises(StoreError, match="there is none"):
        sql_reader.tags(uri, "none")


def test_a_schema_of_another_revision_is_left_to_the_client(store):
    """A store that another MLflow made: no guess at its tables, and the reason in words."""
    sql(store.tracking_uri, "UPDATE alembic_version SET version_num = 'ffffffffffff'")
    with pytest.raises(sql_reader.ClientNeeded):
        sql_reader.sweeps(store.tracking_uri)
    with pytest.raises(sql_reader.ClientNeeded):
        sql_reader.trials(store.tracking_uri, "0", "s")
    reason = sql_reader.why_client(store.tracking_uri)
    assert reason == f"its schema is of revision ffffffffffff, not {sql_reader.REVISION}"


def test_a_store_with_workspaces_is_left_to_the_client(store):
    """Whose runs one may see there is MLflow's to say."""
    sql(store.tracking_uri, "UPDATE experiments SET workspace = 'team' WHERE name = 'tests'")
    assert sql_reader.why_client(store.tracking_uri) == "it has workspaces"


@pytest.mark.parametrize("uri", ["http://127.0.0.1:9", "postgresql://user:secret@host/db", "file:///tmp/mlruns"])
def test_another_kind_of_store_is_left_to_the_client(uri):
    """Only sqlite is read with SQL; nothing is opened to find that out."""
    assert sql_reader.why_client(uri) == sql_reader.NOT_SQLITE
    sql_reader.refuse_what_a_client_would_change(uri)


def test_the_installed_mlflow_makes_the_revision_that_is_read(store):
    """The constant is the revision of the MLflow that is pinned: the fast path is taken at all."""
    with closing(sqlite3.connect(sqlite_path(store.tracking_uri))) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(sql_reader.REVISION,)]


def test_a_missing_file_is_said_and_not_made(tmp_path):
    """Looking makes no database."""
    with pytest.raises(StoreError, match=r"no tracking store at .*none\.db; run make demo"):
        sql_reader.sweeps(f"sqlite:///{tmp_path}/none.db")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"", "is no MLflow store"), (b"no database" * 500, "is no sqlite database"), (None, "is no MLflow store")],
    ids=["empty", "text", "another program's"],
)
def test_what_is_no_store_is_said_and_left_alone(tmp_path, content, message):
    """An empty file, a text, another program's database: a StoreError, and not a byte is changed, by a client neither."""
    path = tmp_path / "a b%20#?.db"
    if content is None:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("CREATE TABLE mine (a)")
    else:
        path.write_bytes(content)
    before = path.read_bytes()
    for look in (sql_reader.sweeps, sql_reader.why_client, sql_reader.refuse_what_a_client_would_change):
        with pytest.raises(StoreError, match=message):
            look(f"sqlite:///{path}")
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


def test_a_damaged_store_is_a_store_error(awkward, tmp_path):
    """Pages that are overwritten: an error in words, whatever sqlite makes of them."""
    broken = tmp_path / "broken.db"
    copy_database(sqlite_path(awkward.tracking_uri), broken)
    content = bytearray(broken.read_bytes())
    content[4096:] = np.random.default_rng(0).bytes(len(content) - 4096)
    broken.write_bytes(content)
    with pytest.raises(StoreError, match="damaged"):
        sql_reader.trials(f"sqlite:///{broken}", "1", "s")


def test_an_older_store_is_not_migrated_by_looking(store):
    """MLflow's client brings a store that lacks tables up to date when it opens it; a dashboard must not."""
    uri = store.tracking_uri
    sql_reader.refuse_what_a_client_would_change(uri)
    sql(uri, "UPDATE alembic_version SET version_num = '0123456789ab'")
    sql_reader.refuse_what_a_client_would_change(uri)  # all tables are there: the client only refuses it
    sql(uri, "DROP TABLE registered_model_aliases")
    with pytest.raises(StoreError, match=r"lacks registered_model_aliases\).*mlflow db upgrade"):
        sql_reader.refuse_what_a_client_would_change(uri)


def everything(folder: Path) -> dict:
    return {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir() if path.is_file()}


@pytest.fixture
def closed_copy(awkward):
    """Makes a copy of the store that nobody writes to, alone in a folder that other users may enter."""
    folders = []

    def copy(journal: str) -> Path:
        folder = Path(tempfile.mkdtemp())
        folders.append(folder)
        with (
            closing(sqlite3.connect(sqlite_path(awkward.tracking_uri))) as old,
            closing(sqlite3.connect(folder / "mlflow.db")) as new,
        ):
            old.backup(new)
            new.execute(f"PRAGMA journal_mode={journal}")
        folder.chmod(0o755)
        return folder

    yield copy
    for folder in folders:
        folder.chmod(0o755)
        shutil.rmtree(folder)


@pytest.mark.parametrize("journal", ["WAL", "DELETE"])
def test_reading_writes_nothing(awkward, closed_copy, journal):
    """After every kind of read the folder has the same files with the same bytes and times: no journal beside it."""
    folder = closed_copy(journal)
    uri, before = f"sqlite:///{folder}/mlflow.db", everything(folder)
    assert len(sql_reader.sweeps(uri)) == 4
    assert len(sql_reader.trials(uri, experiment(awkward), "s")) == 4
    sql_reader.why_client(uri)
    sql_reader.refuse_what_a_client_would_change(uri)
    assert list(before) == ["mlflow.db"]
    assert everything(folder) == before


@pytest.mark.parametrize("journal", ["WAL", "DELETE"])
def test_a_store_in_a_read_only_folder_is_read(awkward, closed_copy, journal):
    """Somebody who may read the store and not write beside it sees the same tables."""
    folder = closed_copy(journal)
    (folder / "mlflow.db").chmod(0o444)
    folder.chmod(0o555)
    me, of = os.geteuid(), experiment(awkward)
    if me == 0:
        os.seteuid(SOMEBODY)
    try:
        with pytest.raises(PermissionError):
            (folder / "new").touch()
        found = sql_reader.trials(f"sqlite:///{folder}/mlflow.db", of, "s")
    finally:
        os.seteuid(me)
    assert_frame_equal(found, reader.trials(awkward, of, "s"))


def test_a_running_sweep_is_read_as_far_as_it_is_written(awkward):
    """With a writer at work, what it has committed is seen and what it has not is not."""
    uri = awkward.tracking_uri
    with closing(sqlite3.connect(sqlite_path(uri))) as writer:
        writer.execute("UPDATE tags SET value = 'committed' WHERE value = 'l2=0.1'")
        writer.commit()
        writer.execute("UPDATE tags SET value = 'not yet' WHERE value = 'committed'")
        table = sql_reader.trials(uri, experiment(awkward), "s")
        assert {"committed", "10"} < set(table["variant"])
        assert "not yet" not in set(table["variant"])


def test_a_store_that_is_written_to_meanwhile_is_read_again(awkward, closed_copy, monkeypatch):
    """A writer that begins during a reading without locks: the table is that of the moment after."""
    folder = closed_copy("DELETE")
    uri, calls = f"sqlite:///{folder}/mlflow.db", []

    def interrupted(runs) -> pd.DataFrame:
        calls.append(1)
        if len(calls) == 1:
            sql(uri, "UPDATE runs SET status = 'SCHEDULED'")
        return reader.sweeps_table(runs)

    monkeypatch.setattr(sql_reader, "sweeps_table", interrupted)
    assert set(sql_reader.sweeps(uri)["status"]) == {"SCHEDULED"}
    assert len(calls) == 2
