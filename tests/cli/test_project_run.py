"""The run that MLflow made: said to be ours before anything else is done, so that a kill leaves no run that nobody knows."""

import pytest
from click.testing import CliRunner

from regtrack import names
from regtrack.cli import confirm, describe, report, start, sweep, train, uncertainty
from regtrack.cli.project_run import claim_project_run, close_left_run
from regtrack.tracking import reader
from regtrack.tracking import store as store_module
from regtrack.tracking.doctor import examine
from regtrack.tracking.process import this_process

ENTRIES = {
    "sweep": (sweep.sweep_command, [], names.ROLE_SWEEP),
    "resumed": (sweep.sweep_command, ["--grid", "core", "--resume", "latest"], names.ROLE_SWEEP),
    "train": (train.train_command, ["--l2", "0.1"], names.ROLE_SWEEP),
    "confirm": (confirm.confirm_command, [], names.ROLE_SWEEP),
    "report": (report.report_command, [], names.ROLE_REPORT),
    "uncertainty": (
        uncertainty.uncertainty_command,
        ["--model_uri", "models:/m-1"],
        names.ROLE_UNCERTAINTY,
    ),
    "describe": (describe.describe_command, ["--l2", "0.1"], None),
}


@pytest.fixture
def run_id(store, monkeypatch) -> str:
    """A run as `mlflow run` makes it for this process."""
    experiment = store.get_experiment_by_name("tests").experiment_id
    made = store.create_run(experiment).info.run_id
    monkeypatch.setenv("MLFLOW_RUN_ID", made)
    return made


@pytest.mark.parametrize("entry", ENTRIES)
def test_an_entry_point_that_is_killed_as_it_starts_is_known(store, run_id, monkeypatch, entry):
    """Killed while data or TensorFlow are read, or the store first asked for a sweep or a model: role and process stand in the store
    already."""
    command, arguments, role = ENTRIES[entry]

    def killed(*_):
        raise SystemExit(137)

    monkeypatch.setattr(start, "train_grid", killed)
    monkeypatch.setattr(describe, "import_tensorflow_quietly", killed)
    monkeypatch.setattr(store_module, "connect_to_read", killed)
    assert CliRunner().invoke(command, arguments).exit_code == 137
    tags = store.get_run(run_id).data.tags
    assert tags[names.PROCESS] == this_process()
    assert tags.get(names.ROLE) == role
    gone = this_process().rpartition(".")[0] + ".1"
    store.set_tag(run_id, names.PROCESS, gone)
    [finding] = examine(store)
    assert (finding.kind, finding.where, finding.fixable) == ("stale run", run_id, True)
    assert finding.remedy == "close it as KILLED"  # there is nothing to resume


def test_what_is_no_sweep_yet_is_listed_nowhere(store, run_id):
    """Neither the dashboard nor resume takes it for the newest sweep."""
    claim_project_run(names.ROLE_SWEEP)
    assert reader.sweeps(store).empty


def test_outside_mlflow_run_nothing_is_asked_of_the_store(monkeypatch):
    """No run, no store."""
    monkeypatch.delenv("MLFLOW_RUN_ID", raising=False)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    claim_project_run(names.ROLE_SWEEP)


@pytest.mark.parametrize("gone", [True, False])
def test_the_run_of_a_mlflow_that_has_gone_is_closed_by_the_entry_point(store, run_id, monkeypatch, gone):
    """KILLED, with the reason, where nobody else would; while MLflow lives it ends its run itself."""
    monkeypatch.setattr("regtrack.cli.project_run.mlflow_has_gone", lambda: gone)
    close_left_run()
    run = store.get_run(run_id)
    assert run.info.status == ("KILLED" if gone else "RUNNING")
    assert run.data.tags.get(names.FAILURE) == ("mlflow run ended before its entry point did" if gone else None)


def test_a_run_that_has_ended_keeps_its_status(store, run_id, monkeypatch):
    """What was written last stands."""
    monkeypatch.setattr("regtrack.cli.project_run.mlflow_has_gone", lambda: True)
    store.set_terminated(run_id, "FINISHED")
    close_left_run()
    assert store.get_run(run_id).info.status == "FINISHED"
