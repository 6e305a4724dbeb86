"""Runs and tables that disagree: what was deleted or never written is missing on every page, and no page breaks."""

import sqlite3
from contextlib import closing

import pytest
import streamlit as st
from support.store_files import copy_database

from regtrack import names

VIEWS = ("overview", "fitting_regimes", "confident_but_wrong", "uncertainty", "compare_two", "progress")
OF_TRIALS = f"run_uuid in (select run_uuid from tags where key = '{names.ROLE}' and value = '{names.ROLE_TRIAL}')"
OF_BASELINE = f"run_uuid in (select run_uuid from tags where key = '{names.VARIANT}' and value = 'baseline')"
DAMAGE = {
    "a variant's runs deleted": [f"update runs set lifecycle_stage = 'deleted' where {OF_BASELINE} and {OF_TRIALS}"],
    "all runs deleted": [f"update runs set lifecycle_stage = 'deleted' where {OF_TRIALS}"],
    "nothing recorded": [f"delete from {table} where {OF_TRIALS}" for table in ("params", "latest_metrics", "metrics")],
    "half recorded": [f"delete from params where {OF_BASELINE}",
                      f"delete from tags where key = '{names.VARIANT}' and not value = 'baseline'"],
    "text for every number": [f"update params set value = 'many' where {OF_TRIALS}"],
}  # fmt: skip
"""What happens to a store in MLflow's own pages, by hand, or in the moment between two writes."""


@pytest.fixture
def disagreeing(told, tmp_path):
    """disagreeing(damage) -> uri of a copy of a judged sweep's store in which this happened."""

    def made(damage: str) -> str:
        copy_database(told.client.tracking_uri.removeprefix("sqlite:///"), tmp_path / "mlflow.db")
        with closing(sqlite3.connect(tmp_path / "mlflow.db")) as connection, connection:
            for statement in DAMAGE[damage]:
                assert connection.execute(statement).rowcount > 0
        return f"sqlite:///{tmp_path}/mlflow.db"

    return made


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("damage", DAMAGE)
def test_no_page_breaks(damage, view, disagreeing, open_view):
    """Every page, whatever of the runs is gone or not yet there."""
    assert not open_view(disagreeing(damage), view).exception


@pytest.mark.parametrize("view", VIEWS[1:5])
def test_a_variant_without_runs_is_named_and_the_rest_shown(view, disagreeing, open_view, words):
    """The tables know it, the store has no run of it: the page is without, says so, and says how to have it back."""
    app = open_view(disagreeing("a variant's runs deleted"), view)
    said = words(app)
    assert (
        "No finished run is left in the store of baseline: deleted in MLflow (`mlflow runs restore --run-id ID` brings"
        in said
    )
    if view in ("fitting_regimes", "uncertainty"):
        assert any("dropout=0.2" in str(box.options) for box in app.selectbox)


@pytest.mark.parametrize("view", VIEWS[1:5])
def test_where_all_runs_are_deleted_nobody_is_told_to_wait(view, disagreeing, open_view, words):
    """A reload would bring nothing: what there is stands on the overview."""
    said = words(open_view(disagreeing("all runs deleted"), view))
    assert "No finished run is left in the store of " in said
    assert "Reload" not in said


def test_the_overview_keeps_what_was_judged(told, disagreeing, open_view):
    """The leaderboard is the stored one, with or without its runs."""
    kept = [open_view(uri).dataframe[0].value["variant"].tolist()
            for uri in (told.client.tracking_uri, disagreeing("all runs deleted"))]  # fmt: skip
    assert kept[0] == kept[1]
    assert len(kept[0]) == 2


def test_one_variant_of_one_seed_without_dropout_is_not_told_to_compare(store, half_done, open_view, words):
    """Nothing can be compared in it: the advice is another grid, not another box."""
    uri, sweep = half_done
    for run in store.search_runs([store.get_run(sweep).info.experiment_id], f"tags.`{names.VARIANT}` = 'l2=0.001'"):
        store.delete_run(run.info.run_id)
    said = words(open_view(uri, "compare_two"))
    assert (
        "This sweep has one variant that has finished, baseline. There is nothing to compare in it: run a grid" in said
    )


@pytest.mark.parametrize("view", ["overview", "fitting_regimes", "uncertainty"])
def test_what_has_ended_is_judged_by_a_command(view, half_done, store, open_view, words):
    """A sweep that ended without its judgement will not be judged by waiting: what judges it stands there."""
    uri, sweep = half_done
    assert "when the sweep ends" in words(open_view(uri, view)) or view == "uncertainty"
    store.set_terminated(sweep, "FAILED")
    st.cache_data.clear()
    said = words(open_view(uri, view))
    assert f"-e report -P sweep={sweep}" in said
    assert f"MLFLOW_TRACKING_URI={uri} mlflow run" in said  # of the store that the page shows
    assert "when the sweep ends" not in said


def test_where_predictions_are_missing_nothing_is_said_to_be_right(half_done, open_view, words):
    """Not "0 test examples are wrong", no filter to take away and no example to open where none can be read."""
    uri, _ = half_done
    said = words(open_view(uri, "confident_but_wrong"))
    assert "Without its predictions nothing is known of what it gets wrong." in said
    assert not [words for words in ("0 test examples", "Take one of them away", "Open an example") if words in said]


def test_a_sweep_that_ended_without_a_trial_says_so(store, open_view, words):
    """Nobody is told to reload a page of what has ended."""
    sweep = store.create_run(store.get_experiment_by_name("tests").experiment_id, tags={names.ROLE: names.ROLE_SWEEP})
    store.set_tag(sweep.info.run_id, names.SWEEP_ID, sweep.info.run_id)
    store.set_terminated(sweep.info.run_id, "FAILED")
    said = words(open_view(store.tracking_uri, "uncertainty"))
    assert "This sweep has ended (failed) and no trial of it has finished." in said
    assert "Reload" not in said
