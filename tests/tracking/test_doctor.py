"""Doctor: every kind of damage is found, told in one line and repaired where that is possible; a sweep that lives is left alone."""

import re
import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from mlflow import MlflowClient
from mlflow.entities import LoggedModelStatus, Metric
from support.store_files import copy_database

from regtrack import names
from regtrack.diagnosis.criteria import Criteria
from regtrack.errors import StoreError
from regtrack.sweeps.reporting import report_sweep
from regtrack.tracking.addresses import sqlite_path
from regtrack.tracking.artifacts import later_columns, write_table
from regtrack.tracking.doctor import database, examine, repair, stale
from regtrack.tracking.doctor.artifacts import COLUMNS, check_artifact
from regtrack.tracking.process import this_process
from regtrack.tracking.reader import all_experiments, search_runs
from regtrack.tracking.record import read_record
from regtrack.tracking.store import ensure_experiment

GONE = this_process().rpartition(".")[0] + ".1"
"""A process of this machine that began with the kernel, under the number of another."""
HOUR = 3_600_000


@pytest.fixture
def patient(told, tmp_path) -> MlflowClient:
    """A sweep of one's own, artifacts included, to damage."""
    return told.copied_to(tmp_path / "patient")


@pytest.fixture
def trial(patient, told):
    """A finished trial with dropout of the patient."""
    trials = told.sweep.trials
    run_id = trials.loc[trials["dropout_rate"] > 0, "run_id"].iloc[0]
    return patient.get_run(run_id)


def folder_of(run) -> Path:
    return Path(run.info.artifact_uri.removeprefix("file://"))


def only(client, **options):
    [finding] = examine(client, **options)
    return finding


@pytest.mark.parametrize("deep", [False, True])
def test_nothing_is_found_where_all_is_well(patient, deep):
    """A sweep as it was left, its models included; and an empty store."""
    assert examine(patient, deep=deep) == []


def test_nothing_is_found_in_an_empty_store(store):
    """No run, no finding."""
    assert examine(store, deep=True) == []
    assert repair(store, []) == []


# ---- the database -------------------------------------------------------------------------------------------------


def test_another_journal_mode_is_found_and_repaired(patient):
    """MLflow leaves sqlite in mode delete: wal is set, and persists."""
    path = sqlite_path(patient.tracking_uri)
    patient._tracking_client.store._dispose_engine()  # the mode changes only while nobody has the database open
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
    finding = only(patient)
    assert (finding.kind, finding.fixable) == ("journal mode", True)
    assert finding.what.startswith("expected journal mode wal, received delete")
    assert repair(patient, [finding]) == [f"{patient.tracking_uri}: journal mode is wal now"]
    assert examine(patient) == []


def test_a_locked_database_is_named(patient, monkeypatch):
    """Somebody holds the write lock: said after the patience that is stated, and nothing hangs."""
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.1)
    with closing(sqlite3.connect(sqlite_path(patient.tracking_uri), isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        [finding] = database.examine_database(patient.tracking_uri)
    assert finding.what.endswith("it was locked for 0.1 seconds")
    assert not finding.fixable


def test_a_read_only_database_is_named(patient, monkeypatch):
    """What a trial would fail on, before it starts; opened as sqlite does for a user who may not write (root may)."""
    connect = sqlite3.connect
    monkeypatch.setattr(
        database.sqlite3, "connect", lambda address, **more: connect(address.replace("mode=rw", "mode=ro"), **more)
    )
    [finding] = database.examine_database(patient.tracking_uri)
    assert finding.what.endswith("it cannot be written to (attempt to write a readonly database)")


def test_a_damaged_database_is_found_when_all_of_it_is_read(tmp_path):
    """A page that is overwritten: MLflow may open the store all the same."""
    path = tmp_path / "a.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("CREATE TABLE t (a TEXT); CREATE INDEX i ON t (a); PRAGMA journal_mode=WAL;")
        connection.executemany("INSERT INTO t VALUES (?)", [(f"{i:0100}",) for i in range(1000)])
        connection.commit()
    content = bytearray(path.read_bytes())
    content[-4096 * 3 : -4096 * 2] = bytes(4096)
    path.write_bytes(content)
    assert database.examine_database(f"sqlite:///{path}") == []
    [finding] = database.examine_database(f"sqlite:///{path}", deep=True)
    assert "it is damaged" in finding.what


def test_a_network_file_system_is_warned_of_and_wal_not_set_there(patient, monkeypatch):
    """sqlite's locks do not hold there: a server is the remedy."""
    monkeypatch.setattr(database, "file_system", lambda path: "nfs4")
    monkeypatch.setattr(database, "_mode_and_problem", lambda path, deep: ("delete", None))
    [finding] = database.examine_database(patient.tracking_uri)
    assert finding.kind == "network file system"
    assert "(nfs4)" in finding.what
    assert not finding.fixable


def test_the_file_system_is_that_of_the_deepest_mount(tmp_path, monkeypatch):
    """/proc is another file system than the folder above it."""
    assert database.file_system(Path("/proc/self/status")) == "proc"
    assert database.file_system(tmp_path) not in ("", "proc")


def test_a_moved_store_is_called_moved_and_its_database_pointed_to_the_new_place(patient, tmp_path):
    """Nothing is called deleted; before the repair regtrack reads it, after it MLflow does too, and the old place stays gone."""
    old, new = tmp_path / "patient", tmp_path / "elsewhere" / "else"
    new.parent.mkdir()
    old.rename(new)
    client = MlflowClient(f"sqlite:///{new}/mlflow.db")
    finding = only(client)
    assert (finding.kind, finding.where, finding.fixable) == ("moved store", str(old), True)
    assert f"lie at {new}" in finding.what
    [run] = [run for run in search_runs(client, all_experiments(client), "") if run.data.tags[names.ROLE] == "sweep"]
    assert len(read_record(client, run.info.experiment_id, run.info.run_id).trials) == 4
    with pytest.raises(StoreError, match=f"the store was moved: .* and are below {new}"):
        ensure_experiment(client, "told")
    with pytest.raises(StoreError, match="the store was moved"):
        report_sweep(client, run.info.experiment_id, run.info.run_id, Criteria(), run_id=run.info.run_id)
    assert not old.exists()
    assert repair(client, [finding]) == [f"{old}: the database points to {new} now"]
    assert examine(client, deep=True) == []
    assert client.list_artifacts(run.info.run_id, "sweep")
    assert not old.exists()
    assert repair(client, [finding]) == []


@pytest.mark.parametrize("uri", ["/some/mlruns", "file:///some/mlruns"])
def test_a_file_store_is_named_with_the_way_out(uri):
    """MLflow only maintains it."""
    [finding] = database.examine_database(uri)
    assert (finding.kind, finding.remedy) == ("file store", "mlflow migrate-filestore copies it into a database")


def test_a_server_has_no_file_to_examine():
    """Its database is its own business."""
    assert database.examine_database("http://127.0.0.1:5000") == []


# ---- runs that nothing runs any more --------------------------------------------------------------------------------


def running(store, role: str = names.ROLE_TRIAL, *, process: str = "", hours: float = 0, **tags) -> str:
    """The id of a RUNNING run that began so many hours ago."""
    experiment_id = store.get_experiment_by_name("tests").experiment_id
    tags = {names.ROLE: role, names.SWEEP_ID: "s1", names.VARIANT: "l2=0.1", names.PROCESS: process} | tags
    tags = {name: value for name, value in tags.items() if value}
    start = int(time.time() * 1000 - hours * HOUR)
    return store.create_run(experiment_id, start_time=start, tags=tags).info.run_id


@pytest.mark.parametrize("role", ["trial", "sweep", "uncertainty", "report", "dashboard"])
def test_a_run_of_a_process_that_is_gone_is_closed_as_killed(store, role):
    """Found at once, however young it is; closed with the reason, and then all is well."""
    run_id = running(store, role, process=GONE)
    finding = only(store)
    assert (finding.where, finding.fixable) == (run_id, True)
    assert re.fullmatch(rf"{role} of l2=0.1 is RUNNING, but its process \d+ on .+ is gone", finding.what)
    [line] = repair(store, [finding])
    assert line.startswith(f"{run_id}: closed as KILLED, since its process ")
    run = store.get_run(run_id)
    assert run.info.status == "KILLED"
    assert run.data.tags[names.FAILURE].startswith("closed by doctor: its process ")
    assert examine(store) == []


def test_a_run_that_died_before_it_had_a_role_is_found_by_its_process(store):
    """The sweep's run has its process from the first moment."""
    run_id = running(store, "", process=GONE)
    assert only(store).where == run_id


@pytest.mark.parametrize("role", ["trial", "sweep"])
def test_a_run_of_a_living_process_is_never_touched(store, role):
    """However long nothing came from it; nor by a repair that was asked for before."""
    run_id = running(store, role, process=GONE, hours=1000)
    findings = examine(store)
    store.set_tag(run_id, names.PROCESS, this_process())
    assert examine(store) == []
    assert repair(store, findings) == []
    assert store.get_run(run_id).info.status == "RUNNING"


@pytest.mark.parametrize("process", ["", "another.host:12:a.b.c"])
def test_without_a_process_to_ask_a_day_without_a_sign_is_stale(store, process):
    """A trial of another machine, or of an earlier version: the last metric counts, and younger ones are left alone."""
    old, young = (running(store, process=process, hours=hours) for hours in (30, 23))
    busy = running(store, process=process, hours=100)
    store.log_batch(busy, [Metric(names.VAL_CROSS_ENTROPY, 0.5, int(time.time() * 1000) - 2 * HOUR, 7)])
    finding = only(store)
    assert finding.where == old
    assert finding.what == "trial of l2=0.1 is RUNNING, but nothing came from it for 30 hours"
    assert stale.QUIET_HOURS == 24
    repair(store, [finding])
    assert [store.get_run(run_id).info.status for run_id in (old, young, busy)] == ["KILLED", "RUNNING", "RUNNING"]


def test_a_sweep_lives_while_one_of_its_trials_does(store):
    """A sweep's own run has no metrics: its trials' count, also those that have ended."""
    sweep = running(store, names.ROLE_SWEEP, hours=100)
    trial = running(store, hours=99)
    store.set_terminated(trial, "FINISHED", end_time=int(time.time() * 1000) - 2 * HOUR)
    assert [finding.where for finding in examine(store) if finding.kind == "stale run"] == []
    store.set_terminated(trial, "FAILED", end_time=int(time.time() * 1000) - 40 * HOUR)
    finding = only(store)
    assert (finding.where, finding.remedy) == (
        sweep,
        "close it as KILLED; mlflow run . --env-manager local --experiment-name tests -P resume=s1 goes on with it",
    )


def test_other_peoples_runs_are_left_alone(store):
    """A run that regtrack did not make may run for as long as it likes."""
    store.create_run(store.get_experiment_by_name("tests").experiment_id, start_time=1)
    assert examine(store) == []


# ---- artifacts ------------------------------------------------------------------------------------------------------


def test_a_lost_artifact_is_named_with_what_makes_it_again(patient, trial):
    """A finished trial without its predictions is trained again, never shown as if it had none."""
    (folder_of(trial) / names.PREDICTIONS).unlink()
    finding = only(patient)
    assert (finding.kind, finding.where, finding.fixable) == ("artifact missing", trial.info.run_id, False)
    assert finding.what == f"expected {names.PREDICTIONS}, found none"
    sweep_id = trial.data.tags[names.SWEEP_ID]
    again = f"mlflow runs delete --run-id {trial.info.run_id}, then regtrack run --resume {sweep_id} trains it again"
    assert finding.remedy == again
    assert repair(patient, [finding]) == []


def test_what_a_report_writes_a_report_writes_again(patient, told):
    """The leaderboard needs no training."""
    run = patient.get_run(told.sweep.run_id)
    (folder_of(run) / names.LEADERBOARD).unlink()
    assert only(patient).remedy == f"regtrack report --sweep {told.sweep.sweep_id}"


def test_a_deleted_folder_is_one_finding(patient, trial):
    """Not one for each of its files."""
    shutil.rmtree(folder_of(trial))
    finding = only(patient)
    assert (finding.kind, finding.where) == ("artifacts deleted", trial.info.run_id)
    assert str(folder_of(trial)) in finding.what


@pytest.mark.parametrize("artifact", [names.PREDICTIONS, names.LEARNING_CURVES, names.REGIME, names.CONVERGENCE])
@pytest.mark.parametrize("content", [b"", b"PAR1 and no more", b"{}"])
def test_a_damaged_artifact_is_found_without_reading_all_of_it(patient, trial, artifact, content):
    """Cut off, emptied or another file."""
    path = folder_of(trial) / artifact
    path.write_bytes(content)
    finding = only(patient)
    assert (finding.kind, finding.where) == ("artifact damaged", trial.info.run_id)
    assert finding.what.startswith(f"{artifact} at {path} is damaged (")


def test_what_an_earlier_version_also_wrote_is_no_finding(patient, trial):
    """A trial's reliability bins and risk-coverage curve, which nobody reads: there or not, whole or not."""
    for name in ("reliability_bins", "risk_coverage"):
        (folder_of(trial) / f"uncertainty/{name}.parquet").write_bytes(b"")
    assert examine(patient, deep=True) == []


def test_damaged_examples_of_a_sweep_are_found(patient, told):
    """The archive of test examples stands on the sweep."""
    run = patient.get_run(told.sweep.run_id)
    (folder_of(run) / names.TEST_EXAMPLES).write_bytes(b"PK and no more")
    assert only(patient).where == told.sweep.run_id


def test_a_flipped_byte_in_a_page_is_found_when_the_pages_are_read(patient, trial):
    """The footer is whole: cheap checks pass, the page's checksum does not."""
    path = folder_of(trial) / names.PREDICTIONS
    start = pq.ParquetFile(path).metadata.row_group(0).column(5).data_page_offset
    content = bytearray(path.read_bytes())
    content[start + 200] ^= 0xFF
    path.write_bytes(content)
    assert examine(patient) == []
    finding = only(patient, deep=True)
    assert (finding.kind, finding.where) == ("artifact damaged", trial.info.run_id)


def rewrite(path: Path, change) -> None:
    pq.write_table(change(pq.read_table(path)), path)


def test_an_artifact_of_another_schema_is_found(patient, trial):
    """Written by another version of regtrack, or by hand: expected and received."""
    path = folder_of(trial) / names.PER_CLASS
    rewrite(path, lambda table: table.replace_schema_metadata({names.SCHEMA_KEY: "per_class/9"}))
    assert only(patient).what == (f"{names.PER_CLASS} at {path}: expected schema per_class/1, received per_class/9")


@pytest.mark.parametrize("artifact", sorted(COLUMNS))
def test_every_table_that_lacks_a_column_is_found(patient, told, trial, artifact):
    """The schema's name is no proof of its columns."""
    sweep = folder_of(patient.get_run(told.sweep.run_id))
    if artifact in (names.OVER_SPLITS, names.TECHNIQUE_PAIRS):  # a sweep of one split has none
        write_table(pd.DataFrame(columns=COLUMNS[artifact]), sweep, artifact)
    path = next(path for path in (folder_of(trial) / artifact, sweep / artifact) if path.is_file())
    check_artifact(path, artifact, deep=True)
    later = later_columns(artifact, names.SCHEMAS[artifact])  # which older tables may lack
    column = [name for name in COLUMNS[artifact] if name not in later][-1]
    rewrite(path, lambda table: table.drop_columns([column]))
    assert only(patient).what.endswith(f"but it lacks {column}")


# ---- models ---------------------------------------------------------------------------------------------------------


def models_of(patient, run_id: str):
    return [model for model in patient.search_logged_models(["1"]) if model.source_run_id == run_id]


def test_models_of_a_deleted_run_are_named_and_kept(patient, trial):
    """Two models, which nothing needs: the person decides."""
    ids = {model.model_id for model in models_of(patient, trial.info.run_id)}
    patient.delete_run(trial.info.run_id)
    findings = examine(patient)
    assert {(finding.kind, finding.where, finding.fixable) for finding in findings} == {
        ("orphan model", model_id, False) for model_id in ids
    }
    assert len(ids) == 2
    assert repair(patient, findings) == []
    assert {patient.get_logged_model(model_id).status for model_id in ids} == {LoggedModelStatus.READY}


def test_a_model_that_was_never_finished_is_marked_as_failed(patient, told):
    """A process that was killed while it wrote one leaves it PENDING for ever."""
    run_id = patient.create_run(told.sweep.experiment_id).info.run_id
    patient.set_terminated(run_id, "KILLED")
    model = patient.create_logged_model(
        told.sweep.experiment_id, name="model", source_run_id=run_id, params={names.VARIANT: "x"}
    )
    finding = only(patient)
    assert (finding.kind, finding.where) == ("unfinished model", model.model_id)
    assert repair(patient, [finding, finding]) == [f"{model.model_id}: marked as FAILED"]
    assert patient.get_logged_model(model.model_id).status == LoggedModelStatus.FAILED
    assert examine(patient) == []


def test_a_model_without_its_files_is_found(patient, trial):
    """The row in the store is no model."""
    [model] = [model for model in models_of(patient, trial.info.run_id) if model.name == names.MODEL]
    shutil.rmtree(model.artifact_location.removeprefix("file://"))
    finding = only(patient)
    assert (finding.kind, finding.where) == ("model missing", model.model_id)


def test_a_finished_trial_without_a_model_is_found(patient, trial):
    """Each finished trial has its network."""
    for model in models_of(patient, trial.info.run_id):
        patient.delete_logged_model(model.model_id)
    assert (only(patient).kind, only(patient).where) == ("model missing", trial.info.run_id)


def test_nothing_is_ever_deleted(patient, trial):
    """Damage of every kind, repaired: every file, run and model is still there."""
    running_id = patient.create_run("1", tags={names.ROLE: "trial", names.PROCESS: GONE}).info.run_id
    (folder_of(trial) / names.PREDICTIONS).write_bytes(b"")
    folder = sqlite_path(patient.tracking_uri).parent / "mlartifacts"
    before = sorted(folder.rglob("*")), len(patient.search_runs(["1"])), len(patient.search_logged_models(["1"]))
    assert len(repair(patient, examine(patient))) == 1
    assert patient.get_run(running_id).info.status == "KILLED"
    after = sorted(folder.rglob("*")), len(patient.search_runs(["1"])), len(patient.search_logged_models(["1"]))
    assert after == before


# ---- orphans --------------------------------------------------------------------------------------------------------


def test_folders_that_no_run_and_no_model_has_are_named(patient, trial):
    """A run's and a model's, with the command that removes them; a deleted run's stay, since it may be restored."""
    folder = folder_of(trial).parent.parent
    strays = [folder / ("0" * 32) / "artifacts", folder / "models" / ("m-" + "0" * 32) / "artifacts"]
    for stray in strays:
        stray.mkdir(parents=True)
    (folder / "mine").mkdir()
    findings = examine(patient)
    assert [(finding.kind, finding.where, finding.fixable) for finding in findings] == [
        ("orphan artifacts", str(stray.parent), False) for stray in strays
    ]
    assert findings[0].remedy == f"rm -r {strays[0].parent}, unless another store keeps its artifacts there, too"
    patient.delete_run(trial.info.run_id)
    assert [finding.where for finding in examine(patient) if finding.kind == "orphan artifacts"] == [
        str(stray.parent) for stray in strays
    ]


def test_what_another_store_keeps_where_mlflow_puts_it_is_no_orphan(store, empty_database, tmp_path, monkeypatch):
    """Stores that are begun in one folder share its `mlruns/2`: who removed what one of them does not know would lose the other's."""
    monkeypatch.chdir(tmp_path)
    copy_database(empty_database, tmp_path / "other.db")
    other = MlflowClient(f"sqlite:///{tmp_path}/other.db")
    other.create_experiment("another")  # as many as `store` has
    here, there = (client.get_experiment(client.create_experiment("mine")) for client in (store, other))
    assert here.artifact_location == there.artifact_location == f"{tmp_path}/mlruns/2"
    theirs = other.create_run(there.experiment_id).info.run_id
    other.log_text(theirs, "", "a.txt")
    model = other.create_logged_model(there.experiment_id, source_run_id=theirs)
    Path(model.artifact_location).mkdir(parents=True)
    assert {path.name for path in tmp_path.glob("mlruns/2/*")} == {theirs, "models"}
    assert examine(store) == []
