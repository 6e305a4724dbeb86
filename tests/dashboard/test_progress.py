"""The page of a running sweep: counts, time left, best so far, growing curves, failures with their reason."""

import pytest

from regtrack import names


@pytest.fixture(autouse=True)
def _read_anew():
    """A cached read of another test's store is none of this one's."""
    import streamlit as st

    st.cache_data.clear()


def test_a_running_sweep_is_counted(half_done, open_view, words):
    """Two done of four, one running, one failed; the best so far with its figure; a time left in words."""
    app = open_view(half_done[0], "progress")
    assert not app.exception
    text = words(app)
    assert "done: 2 of 4" in text
    assert "running: 1" in text
    assert "failed: 1" in text
    assert "time left: ≈" in text
    assert (
        "Best so far: l2=0.001 has the lowest validation error, 0.07 ± 0.03; baseline has 0.10 ± 0.03 (1 seed)" in text
    )


def test_curves_of_a_running_trial_grow(half_done, open_view, store, charts):
    """Two epochs are drawn; after a third is logged the next look has three."""
    app = open_view(half_done[0], "progress")
    [(_, rows)] = charts(app)
    assert {row["epoch"] for row in rows if "epoch" in row} == {1, 2}
    [trial] = [run for run in store.search_runs([store.get_run(half_done[1]).info.experiment_id], "status = 'RUNNING'")
               if run.data.tags[names.ROLE] == names.ROLE_TRIAL]  # fmt: skip
    for name in (names.TRAIN_ACCURACY, names.VAL_ACCURACY):
        store.log_metric(trial.info.run_id, name, 0.8, step=3)
    import streamlit as st

    st.cache_data.clear()
    [(_, rows)] = charts(app.run())
    assert {row["epoch"] for row in rows if "epoch" in row} == {1, 2, 3}


@pytest.mark.parametrize(
    ("stage", "told"),
    [
        (
            names.CONFIRM,
            "The choice is being confirmed by fresh seeds: 2 trained, in no table until the sweep is judged.",
        ),
        (names.RESPLIT, "On further splits of the data 2 networks are trained, in no table until the sweep is judged."),
    ],
)
def test_what_is_trained_beside_the_grid_is_told(half_done, open_view, store, charts, words, stage, told):
    """Trials of a confirmation, and of further splits, are counted apart, and a running one is drawn with the others."""
    experiment = store.get_run(half_done[1]).info.experiment_id
    for seed, status in ((7, "FINISHED"), (8, "FINISHED"), (9, "RUNNING")):
        tags = {names.ROLE: names.ROLE_TRIAL, names.SWEEP_ID: half_done[1], names.VARIANT: "l2=0.001",
                names.TRIAL_KEY: f"fresh {seed}", names.STAGE: stage}  # fmt: skip
        run_id = store.create_run(experiment, tags=tags).info.run_id
        store.log_param(run_id, names.SEED, seed)
        for name in (names.TRAIN_ACCURACY, names.VAL_ACCURACY):
            store.log_metric(run_id, name, 0.8, step=1)
        if status == "FINISHED":
            store.set_terminated(run_id)
    app = open_view(half_done[0], "progress")
    assert not app.exception
    assert "done: 2 of 4" in words(app)
    assert told in words(app)
    [(_, rows)] = charts(app)
    assert any("l2=0.001 seed 9" in row.values() for row in rows)


def test_failed_trials_stand_with_their_reason(half_done, open_view, words):
    """Variant, seed and reason as the store has them, in a table that cannot run them, and the command to go on."""
    app = open_view(half_done[0], "progress")
    [table] = app.dataframe
    assert table.value[["variant", "failure"]].values.tolist() == [
        ["l2=0.1", "loss is nan <img src=x onerror=alert(1)>"]
    ]
    assert f"-P resume={half_done[1]}" in words(app)


def test_it_says_when_nothing_runs(demo, open_view, words):
    """The finished demo: no sweep is running, and what became of the trials."""
    app = open_view(demo.uri, "progress")
    assert not app.exception
    assert "No sweep is running" in words(app)
    assert "done: 55 of 55" in words(app)
    assert "failed: 0" in words(app)


def test_it_leads_to_the_sweep_that_runs(half_done, store, open_view, words):
    """An ended sweep is looked at while another runs: a link with that one's id."""
    experiment = store.get_run(half_done[1]).info.experiment_id
    ended = store.create_run(experiment, tags={names.ROLE: names.ROLE_SWEEP}).info.run_id
    store.set_tag(ended, names.SWEEP_ID, ended)
    store.set_terminated(ended, "FINISHED")
    app = open_view(half_done[0], "progress", sweep=ended)
    assert "Another is running" in words(app)
    links = [link.proto.query_string for link in app.get("page_link") if link.proto.label.startswith("sweep ")]
    assert links == [f"sweep={half_done[1]}"]


def test_before_the_first_trial_there_is_no_figure(store, open_view, words):
    """A sweep run alone: zero of its planned trials, a time left that is not known."""
    experiment = store.create_experiment("begun")
    sweep = store.create_run(experiment, tags={names.ROLE: names.ROLE_SWEEP, names.TRIALS_PLANNED: "4"}).info.run_id
    store.set_tag(sweep, names.SWEEP_ID, sweep)
    app = open_view(store.tracking_uri, "progress")
    assert not app.exception
    assert "done: 0 of 4" in words(app)
    assert "time left: not known yet" in words(app)


def test_an_empty_store_and_none(store, open_view, tmp_path, words):
    """Both are said in words."""
    assert "has no sweep yet" in words(open_view(store.tracking_uri, "progress"))
    app = open_view(f"sqlite:///{tmp_path}/none.db", "progress")
    assert not app.exception
    assert "no tracking store at" in words(app)
