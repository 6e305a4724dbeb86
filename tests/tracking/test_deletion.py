"""Deletion: all of one sweep goes, nothing of another, and what cannot go is said before anything does."""

import os

import pytest
from mlflow import MlflowClient
from support.store_files import relocate

from regtrack import names
from regtrack.errors import StoreError
from regtrack.tracking import process, reader
from regtrack.tracking.addresses import sqlite_path
from regtrack.tracking.deletion import carry_out, plan_deletion
from regtrack.tracking.doctor import examine
from regtrack.tracking.models_of_store import logged_models


@pytest.fixture
def client(told, tmp_path) -> MlflowClient:
    """A store of one's own with the finished sweep of `told`, artifacts included."""
    return told.copied_to(tmp_path / "mine")


def files(client) -> list:
    folder = sqlite_path(client.tracking_uri).parent / "mlartifacts"
    return [path for path in folder.rglob("*") if path.is_file()]


def parent() -> str:
    """The process that started this one, which lives, as a run's tag names it."""
    return f"{process._host()}:{os.getppid()}:{process._start(os.getppid())}"


def test_a_sweep_goes_with_runs_models_and_artifacts(client, told):
    """Five runs, two models a trial, every file; another run and its file stay, and doctor finds nothing left over."""
    experiment = told.sweep.experiment_id
    other = client.create_run(experiment, tags={names.SWEEP_ID: "another"}).info.run_id
    client.log_text(other, "stays", "a.txt")
    deletion = plan_deletion(client, told.sweep.sweep_id)
    assert (len(deletion.runs), len(deletion.models)) == (5, 8)
    assert deletion.megabytes == pytest.approx(sum(f.stat().st_size for f in files(client) if f.name != "a.txt") / 1e6)
    carry_out(client, deletion)
    assert [path.name for path in files(client)] == ["a.txt"]
    assert [run.info.run_id for run in reader.search_runs(client, [experiment], "")] == [other]
    assert logged_models(client, [experiment]) == []
    assert not any(told.sweep.sweep_id in tag for tag in client.get_experiment(experiment).tags)
    assert reader.sweeps(client).empty
    assert examine(client) == []


def test_one_that_was_stopped_can_be_asked_for_again(client, told, monkeypatch):
    """The sweep's own run goes last: until then its id is known."""
    deletion, first = plan_deletion(client, told.sweep.sweep_id), []
    assert deletion.runs[-1].info.run_id == told.sweep.run_id

    def stop():
        first.append(1)
        if len(first) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        carry_out(client, deletion, stop)
    carry_out(client, plan_deletion(client, told.sweep.sweep_id))
    assert files(client) == []


def test_what_cannot_go_is_refused_with_nothing_changed(client, told):
    """No such sweep; one that runs; one whose winner is registered; an address that is not the run's own."""
    before, sweep_id = len(files(client)), told.sweep.sweep_id
    with pytest.raises(StoreError, match="expected the id of a sweep in this store, received 'latest'"):
        plan_deletion(client, "latest")
    alive = client.create_run(told.sweep.experiment_id, tags={names.SWEEP_ID: sweep_id, names.PROCESS: parent()})
    with pytest.raises(StoreError, match=f"delete: sweep {sweep_id} is still running in process"):
        plan_deletion(client, sweep_id)
    client.set_terminated(alive.info.run_id)
    client.create_registered_model("winner")
    trial = told.sweep.trials["run_id"][0]
    client.create_model_version("winner", client.get_run(trial).info.artifact_uri, trial)
    with pytest.raises(StoreError, match="version 1 of the registered model 'winner' is of this sweep"):
        plan_deletion(client, sweep_id)
    client.delete_model_version("winner", "1")
    relocate(sqlite_path(client.tracking_uri), trial, "somewhere")
    with pytest.raises(StoreError, match=f"expected the artifacts of {trial} in a folder of that name"):
        plan_deletion(client, sweep_id)
    assert len(files(client)) == before
