"""Every run of a store with its tags alone: the same by SQL and through MLflow's client, which is asked once however large it is."""

import pytest
from mlflow.entities import ViewType

from regtrack import names
from regtrack.tracking import reader, runs_of_store, sql_reader
from regtrack.tracking.doctor import examine
from regtrack.tracking.doctor.contents import Contents


@pytest.fixture
def filled(store):
    """(client, ids of its runs, the newest first): ended, running and deleted ones, and an experiment that was deleted."""
    experiment = store.get_experiment_by_name("tests").experiment_id
    made = [
        store.create_run(
            experiment, start_time=at, tags={names.ROLE: names.ROLE_TRIAL, "note": "größer <b>"}
        ).info.run_id
        for at in (1000, 2000, 3000)
    ]
    store.log_param(made[0], "l2", "0.1")
    store.log_metric(made[0], "val/accuracy", 0.5)
    store.set_terminated(made[0], names.FINISHED, end_time=1500)
    store.delete_run(made[2])
    gone = store.create_experiment("gone")
    store.create_run(gone)
    store.delete_experiment(gone)
    return store, experiment, made


def as_values(runs) -> list[tuple]:
    read = ("run_id", "experiment_id", "status", "start_time", "end_time", "artifact_uri", "lifecycle_stage")
    return [
        (*(getattr(run.info, name) for name in read), run.data.tags, run.data.params, run.data.metrics) for run in runs
    ]


def through_the_client(monkeypatch) -> None:
    def refuse(*_):
        raise sql_reader.ClientNeeded

    monkeypatch.setattr(sql_reader, "runs", refuse)
    monkeypatch.setattr(sql_reader, "run_ids", refuse)
    monkeypatch.setattr(sql_reader, "models", refuse)


def test_both_ways_give_the_same_runs(filled, monkeypatch):
    """With their tags, without params and metrics, the newest first; what was deleted is not among them."""
    store, experiment, made = filled
    by_sql, ids = as_values(runs_of_store.every_run(store)), runs_of_store.ids_with_deleted(store, [experiment])
    assert [values[0] for values in by_sql] == [made[1], made[0]]
    assert by_sql[1][7]["note"] == "größer <b>"
    assert by_sql[1][8:] == ({}, {})
    assert ids == set(made)
    through_the_client(monkeypatch)
    assert as_values(runs_of_store.every_run(store)) == by_sql
    assert runs_of_store.ids_with_deleted(store, [experiment]) == set(made)


def test_both_ways_give_the_same_models(filled, monkeypatch):
    """A trial's two, one that is no trial's, one without a run, one that was never finished; a deleted one is not among them."""
    store, experiment, made = filled
    for params, run_id in (({names.VARIANT: "größer <b>", "l2": "1"}, made[0]), ({"l2": "1"}, made[0]), ({}, None)):
        model = store.create_logged_model(experiment, name="model", source_run_id=run_id, params=params)
        store.finalize_logged_model(model.model_id, "READY" if params else "FAILED")
    store.create_logged_model(experiment, name="pending", source_run_id=made[1])
    store.delete_logged_model(store.create_logged_model(experiment, name="deleted").model_id)

    def seen() -> list[tuple]:
        read = ("model_id", "experiment_id", "name", "status", "source_run_id", "artifact_location")
        found = [
            (*(getattr(model, name) for name in read), model.params.get(names.VARIANT))
            for model in Contents(store).models
        ]
        return sorted(found, key=lambda values: values[0])

    by_sql = seen()
    assert len(by_sql) == 4
    assert {values[6] for values in by_sql} == {"größer <b>", None}
    through_the_client(monkeypatch)
    assert seen() == by_sql


def test_the_doctor_asks_a_server_for_its_runs_once(filled, monkeypatch):
    """Half a dozen examinations read the same runs: a page of each, and not a page of each for each."""
    store, _, _ = filled
    through_the_client(monkeypatch)
    asked, search = [], store.search_runs

    def counted(*given, **named):
        asked.append(given)
        return search(*given, **named)

    monkeypatch.setattr(store, "search_runs", counted)
    examine(store)
    of_all = [given for given in asked if given[1] == ""]
    assert len([given for given in of_all if given[2] == ViewType.ACTIVE_ONLY]) == 1
    assert len(of_all) <= 2  # and the ids with those of deleted runs, where artifacts lie on this machine


def test_no_experiment_is_no_run(store):
    """MLflow refuses to search in none; here nothing is found."""
    assert reader.search_runs(store, [], "") == []
