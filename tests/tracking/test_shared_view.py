"""The stored chart view: what it opens on, and what is left where a store takes none."""

import json

import pytest
from mlflow.exceptions import MlflowException

from regtrack import names
from regtrack.tracking import links, shared_view


@pytest.fixture
def run(store):
    return store.create_run(store.get_experiment_by_name("tests").experiment_id).info


def stored(store, run, seed: int = 0) -> dict:
    key = shared_view.write_shared_view(store, run.experiment_id, "s1", run.run_id, seed)
    return json.loads(store.get_experiment(run.experiment_id).tags[shared_view.TAG + key])


def test_it_opens_on_the_measures_that_answer_and_then_on_the_curves(store, run):
    """Bars of test accuracy, NLL and gap, lines of the curves, all in the one section that comes first."""
    state = stored(store, run)
    [section] = state["compareRunSections"]
    cards = state["compareRunCharts"]
    assert [(card["type"], card["metricKey"]) for card in cards] == [
        ("BAR", "test/accuracy"), ("BAR", "test/negative_log_likelihood"), ("BAR", "fit/generalization_gap"),
        ("LINE", "val/cross_entropy"), ("LINE", "train/cross_entropy"), ("LINE", "val/accuracy"),
    ]  # fmt: skip
    assert {card["metricSectionId"] for card in cards} == {section["uuid"]}
    assert len({card["uuid"] for card in cards}) == len(cards)


def test_it_filters_and_orders_as_the_plain_link_does(store, run):
    """One seed of the sweep, oldest first."""
    state = stored(store, run, seed=3)
    assert state["searchFilter"] == links.chart_filter("s1", 3)
    assert [state["orderByKey"], state["orderByAsc"]] == ["attributes.start_time", True]


def test_its_key_stands_on_the_sweeps_run_and_a_second_report_writes_over_it(store, run):
    """The dashboard finds it there; a report made again leaves one view and not two."""
    for seed in (0, 1):
        stored(store, run, seed)
    assert store.get_run(run.run_id).data.tags[names.CHART_VIEW] == "s1"
    tags = store.get_experiment(run.experiment_id).tags
    assert [tag for tag in tags if tag.startswith(shared_view.TAG)] == [shared_view.TAG + "s1"]


def test_a_store_that_takes_no_tag_of_an_experiment_leaves_the_plain_link(store, run, monkeypatch):
    """No key is given and none stands on the run, so that nobody links to a view that is not there."""

    def refuse(*given):
        raise MlflowException("Permission denied")

    monkeypatch.setattr(store, "set_experiment_tag", refuse)
    assert shared_view.write_shared_view(store, run.experiment_id, "s1", run.run_id, 0) == ""
    assert names.CHART_VIEW not in store.get_run(run.run_id).data.tags
