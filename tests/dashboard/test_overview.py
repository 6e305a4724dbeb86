"""The overview page over real stores: the demo's, an empty one, none, one half done, one damaged."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
import streamlit as st
from mlflow import MlflowClient
from mlflow.entities import Dataset, DatasetInput

from regtrack import names
from regtrack.diagnosis.answer import Answer
from regtrack.diagnosis.answer_words import clauses_of
from regtrack.tracking import sql_reader
from regtrack.tracking.artifacts import read_table
from regtrack.words.intervals import with_interval

ROOT = Path(__file__).parents[2]


def stored_board(demo) -> pd.DataFrame:
    folder = MlflowClient(demo.uri).get_run(demo.sweep_id).info.artifact_uri.removeprefix("file://")
    return read_table(f"{folder}/{names.LEADERBOARD}", names.LEADERBOARD).to_pandas()


def test_the_page_answers_first(demo, open_view, words):
    """The demo's store: the sentence that the sweep stored, every variant in the table, the differences drawn."""
    app = open_view(demo.uri)
    assert not app.exception
    folder = MlflowClient(demo.uri).get_run(demo.sweep_id).info.artifact_uri.removeprefix("file://")
    answer = Answer.from_dict(json.loads(Path(folder, names.ANSWER).read_text(encoding="utf-8")))
    assert all(clause in words(app) for clause in clauses_of(answer))
    assert "Told from the sweep's tables" not in words(app)
    assert "55 trials FINISHED · 55 planned · dataset digits" in words(app)
    [table] = app.dataframe
    assert len(table.value) == 11
    assert table.value["val_error"].is_monotonic_increasing
    assert len(app.get("vega_lite_chart")) == 1


def test_the_numbers_on_screen_are_those_of_the_store(demo, open_view):
    """The table shows the leaderboard that the sweep stored: values with half widths, and the regimes' words."""
    stored = stored_board(demo)
    [table] = open_view(demo.uri).dataframe
    shown = table.value
    assert shown["variant"].tolist() == stored["variant"].tolist()
    assert shown["train_error"].tolist() == pytest.approx(stored["train_error"].tolist())
    for name in ("val_error", "test_accuracy"):
        limits = stored[[name, f"{name}_low", f"{name}_high"]].itertuples(index=False)
        assert shown[name].tolist() == [with_interval(*row) for row in limits]
    for cell, regime in zip(shown["regime"], stored["fitting_regime"], strict=True):
        assert regime in cell[0]
    assert shown["difference"].isna().tolist() == stored["difference"].isna().tolist()


def test_a_store_older_than_answers_tells_the_same(demo, open_view, own_artifacts, words):
    """Without answer.json the tables give every clause, of examples, and the page says so."""
    uri, folder = own_artifacts(demo.sweep_id)
    answer = Answer.from_dict(json.loads((folder / names.ANSWER).read_text(encoding="utf-8")))
    (folder / names.ANSWER).unlink()
    app = open_view(uri)
    assert not app.exception
    head, *_ = clauses_of(replace(answer, unit="examples", margin=None))
    assert head in words(app)
    assert "Told from the sweep's tables" in words(app)


def test_a_box_shows_the_differences_by_each_secondary_measure(demo, open_view, charts, words):
    """The primary one at first; a choice is written to the address and draws the stored differences of that measure."""
    app = open_view(demo.uri)
    box = next(box for box in app.selectbox if box.label == "Differences by")
    assert box.value == "primary"
    box.select(names.BRIER_SCORE).run()
    assert app.query_params["differences"] in (names.BRIER_SCORE, [names.BRIER_SCORE])
    app = open_view(demo.uri, differences=names.BRIER_SCORE)
    folder = MlflowClient(demo.uri).get_run(demo.sweep_id).info.artifact_uri.removeprefix("file://")
    stored = read_table(f"{folder}/{names.SECONDARY}", names.SECONDARY).to_pandas()
    stored = stored[stored["primary"] == names.BRIER_SCORE]
    [(_, rows)] = charts(app)
    drawn = {row["variant"]: row["difference"] for row in rows if "variant" in row}
    assert drawn == pytest.approx(dict(zip(stored["variant"], stored["difference"], strict=True)))
    assert "Test Brier score lowered from the baseline's" in words(app)


def test_a_store_older_than_secondary_verdicts_shows_the_primary_one(demo, open_view, own_artifacts, words):
    """Without the table there is no box, and the page says what brings it."""
    uri, folder = own_artifacts(demo.sweep_id)
    (folder / names.SECONDARY).unlink()
    app = open_view(uri)
    assert not app.exception
    assert "Differences by" not in [box.label for box in app.selectbox]
    assert "Differences by other measures come with the next report" in words(app)
    assert len(app.get("vega_lite_chart")) == 1


def test_filters_and_order_come_from_the_address(demo, open_view):
    """technique, find and sort in a link give the same rows again; a choice of the user's is written to the address."""
    app = open_view(demo.uri, technique="dropout", find="=0", sort="test_accuracy")
    shown = app.dataframe[0].value
    assert len(shown)
    assert shown["technique"].str.contains("dropout").all()
    assert shown["variant"].str.contains("=0", regex=False).all()
    assert shown["test_accuracy"].str[:5].astype(float).is_monotonic_decreasing
    box = next(box for box in app.multiselect if box.label == "Technique")
    box.set_value(["l2"]).run()
    assert app.query_params["technique"] in ("l2", ["l2"])
    assert set(app.dataframe[0].value["technique"].str.split(" + ", regex=False).explode()) >= {"l2"}
    app.text_input[0].set_value("no such variant").run()
    assert "No variant passes these filters" in "".join(info.value for info in app.info)


def test_what_the_filters_leave_out_is_said_beside_them(demo, open_view, words):
    """The boxes are folded away: how many variants pass is not."""
    assert "variants pass the filters" not in words(open_view(demo.uri))
    app = open_view(demo.uri, technique="batch_norm")
    assert f"{len(app.dataframe[0].value)} of 11 variants pass the filters." in words(app)


def test_an_interval_off_zero_that_shows_nothing_is_explained(demo, open_view, words):
    """A reader sees -19 ± 12 beside "not shown to differ": the page says why, and only where there is one."""
    board = stored_board(demo)
    off_zero = (board["difference_low"] > 0) | (board["difference_high"] < 0)
    strange = int((off_zero & (board["verdict"] == "not shown to differ")).sum())
    text = words(open_view(demo.uri))
    assert ("an interval off 0" in text) == (strange > 0)
    assert not strange or f"{strange} of these differences" in text


def test_a_choice_pins_the_sweep(demo, open_view):
    """Opened without a sweep, the newest is shown; a link copied after a choice names it, and so do the page's links."""
    app = open_view(demo.uri)
    assert "sweep" not in app.query_params
    app.text_input[0].set_value("l2").run()
    assert app.query_params["sweep"] in (demo.sweep_id, [demo.sweep_id])
    assert all(f"sweep={demo.sweep_id}" in link.proto.query_string for link in app.get("page_link"))


def test_the_address_selects_the_sweep_and_a_choice_is_written_there(open_view, store, words):
    """The newest sweep is shown first; an id in the address selects its own; choosing another writes its id."""
    experiment, ids = store.create_experiment("two"), []
    for planned in (3, 4):
        tags = {names.ROLE: names.ROLE_SWEEP, names.TRIALS_PLANNED: str(planned)}
        run = store.create_run(experiment, start_time=planned * 1000, tags=tags).info.run_id
        store.set_tag(run, names.SWEEP_ID, run)
        ids.append(run)
    assert "4 planned" in words(open_view(store.tracking_uri))
    app = open_view(store.tracking_uri, sweep=ids[0])
    assert "3 planned" in words(app)
    app.selectbox[0].select(ids[1]).run()
    assert "4 planned" in words(app)
    assert app.query_params["sweep"] in (ids[1], [ids[1]])


def test_a_dataset_narrows_the_sweeps(open_view, store, words):
    """Sweeps of two datasets: a box that narrows the choice to one, writes it to the address, drops a sweep of the other
    and is undone by going back. A sweep in a link is shown whatever its dataset."""
    experiment, ids = store.create_experiment("two"), {}
    for planned, name in enumerate(("digits", "fashion_mnist", "digits"), start=3):
        tags = {names.ROLE: names.ROLE_SWEEP, names.TRIALS_PLANNED: str(planned)}
        run = store.create_run(experiment, start_time=planned * 1000, tags=tags).info.run_id
        store.set_tag(run, names.SWEEP_ID, run)
        store.log_inputs(run, [DatasetInput(Dataset(name, f"of {name}", "regtrack", "{}"), [])])
        ids[planned] = run
    app = open_view(store.tracking_uri, sweep=ids[5])
    boxes = {box.label: box for box in app.selectbox}
    assert boxes["Dataset"].options == ["any", "digits", "fashion_mnist"]
    assert [label.split(" · ")[-1] for label in boxes["Sweep"].options] == ["digits", "fashion_mnist", "digits"]
    boxes["Dataset"].select("fashion_mnist").run()
    assert "4 planned" in words(app)
    assert "which is not here" not in words(app)
    assert len({box.label: box for box in app.selectbox}["Sweep"].options) == 1
    assert dict(app.query_params)["dataset"] in ("fashion_mnist", ["fashion_mnist"])
    assert "sweep" not in app.query_params
    del app.query_params["dataset"]  # back
    app.query_params["sweep"] = ids[5]
    assert "5 planned" in words(app.run())
    assert "3 planned" in words(open_view(store.tracking_uri, dataset="digits", sweep=ids[3]))


def test_one_dataset_needs_no_box(demo, open_view):
    """Nothing to choose from: the sweep's box alone."""
    assert "Dataset" not in [box.label for box in open_view(demo.uri).selectbox]


def test_the_page_says_how_the_store_is_read(demo_copy, open_view, words, monkeypatch):
    """Directly from the database; of a revision that is not known, through the client, and why."""
    assert "Read directly from the database, read-only." in words(open_view(demo_copy))
    monkeypatch.setattr(sql_reader, "REVISION", "ffffffffffff")
    st.cache_data.clear()
    app = open_view(demo_copy)
    assert not app.exception
    assert "Read through MLflow's client: its schema is of revision" in words(app)
    assert len(app.dataframe[0].value) == 11


def test_seeds_chosen_show_their_own_means_without_verdicts(demo, open_view):
    """Two of five seeds: the table counts two, and what was judged over all seeds is missing."""
    app = open_view(demo.uri, seed=["0", "1"])
    shown = app.dataframe[0].value
    assert (shown["seeds"] == 2).all()
    assert shown["verdict"].isna().all()
    assert not app.exception


def test_rows_in_the_address_lead_to_the_comparison(demo, open_view):
    """Two rows chosen: links to Compare two and to their curves, both with the variants in their query."""
    app = open_view(demo.uri, rows=["baseline", "l2=0.01"])
    links = {link.proto.label: link.proto.query_string for link in app.get("page_link")}
    assert links["Compare the two chosen"].endswith("a=baseline&b=l2%3D0.01")
    assert "curves=baseline&curves=l2%3D0.01" in links["Learning curves of the chosen"]


def test_each_row_opens_its_trials_in_the_mlflow_ui(demo, open_view, monkeypatch, words):
    """The link names the variant's five runs at the address of the setting; where nothing answers the command is said."""
    monkeypatch.setenv("REGTRACK_MLFLOW_UI", "http://127.0.0.1:9/")
    app = open_view(demo.uri)
    row = app.dataframe[0].value.set_index("variant").loc["baseline"]
    client = MlflowClient(demo.uri)
    runs = client.search_runs([demo.experiment_id], "tags.`regtrack.variant` = 'baseline'")
    assert row["trials"].startswith("http://127.0.0.1:9/#/compare-runs?runs=")
    assert all(run.info.run_id in row["trials"] for run in runs)
    assert f"mlflow ui --backend-store-uri {demo.uri} --host" in words(app)
    assert f"runs/{demo.sweep_id}/artifacts/report/index.html" in words(app)


def test_a_damaged_judgement_is_said_and_the_rest_shown(demo, open_view, own_artifacts, words):
    """The stored leaderboard is cut short: a warning in words, the live table of all variants, no traceback."""
    uri, folder = own_artifacts(demo.sweep_id)
    path = folder / names.LEADERBOARD
    path.write_bytes(path.read_bytes()[:100])
    app = open_view(uri)
    assert not app.exception
    assert "leaderboard.parquet" in words(app)
    assert "is damaged" in words(app)
    assert f"-e report -P sweep={demo.sweep_id}" in words(app)
    assert len(app.dataframe[0].value) == 11
    assert app.dataframe[0].value["verdict"].isna().all()


def test_a_missing_comparison_leaves_the_table(demo, open_view, own_artifacts, words):
    """Without the comparison the chart is replaced by its reason; the leaderboard stands."""
    uri, folder = own_artifacts(demo.sweep_id)
    (folder / names.COMPARISON).unlink()
    app = open_view(uri)
    assert not app.exception
    assert "comparison.parquet is missing" in words(app)
    assert len(app.dataframe[0].value) == 11
    assert not app.get("vega_lite_chart")


def test_no_store_is_said_in_words_and_not_created(open_view, tmp_path, words):
    """A path without a store: what to do, no traceback, and no database made by looking."""
    app = open_view(f"sqlite:///{tmp_path}/none.db")
    assert not app.exception
    assert "no tracking store at" in words(app)
    assert "make demo" in words(app)
    assert not (tmp_path / "none.db").exists()


def test_an_empty_store_says_what_to_type(open_view, store, words):
    """A store without a sweep names the command that makes one."""
    app = open_view(store.tracking_uri)
    assert not app.exception
    assert "has no sweep yet" in words(app)
    assert "mlflow run . --env-manager local" in words(app)


def test_a_sweep_without_a_finished_trial_shows_what_there_is(open_view, store, words):
    """A sweep that has just begun: its running trial is counted, and no figure is invented."""
    experiment = store.create_experiment("begun")
    sweep = store.create_run(experiment, tags={"regtrack.role": "sweep", "regtrack.trials_planned": "4"}).info.run_id
    store.set_tag(sweep, "regtrack.sweep_id", sweep)
    tags = {"regtrack.role": "trial", "regtrack.sweep_id": sweep, "regtrack.variant": "baseline"}
    store.create_run(experiment, tags=tags | {"regtrack.trial_key": "a"})
    app = open_view(store.tracking_uri)
    assert not app.exception
    assert "1 trial RUNNING · 4 planned" in words(app)
    assert "No trial of this sweep has finished yet" in words(app)
    assert not app.dataframe


def test_a_sweep_half_done_is_shown_without_verdicts(half_done, open_view, words):
    """Two of four trials finished: the better one first, its half width known, nothing judged, the failure counted."""
    app = open_view(half_done[0])
    assert not app.exception
    assert (
        "Best so far: l2=0.001 has the lowest validation error, 0.07 ± 0.03\nbaseline has 0.10 ± 0.03 (1 seed)"
        in words(app)
    )
    assert "Not judged yet" in words(app)
    assert "Failed trials: 1" in words(app)
    shown = app.dataframe[0].value
    assert shown["variant"].tolist() == ["l2=0.001", "baseline"]
    assert shown["regime"].tolist() == [["not judged"], ["not judged"]]


def test_names_from_the_store_are_text(open_view, store, words):
    """A variant called like an image tag reaches the page escaped: markdown cannot make HTML or a link of it."""
    from regtrack.tracking.store import ensure_experiment

    hostile = "<img src=x onerror=alert(1)> [a](http://evil) :red[b]"
    experiment = ensure_experiment(store, "tests")
    sweep = store.create_run(experiment, tags={"regtrack.role": "sweep"}).info.run_id
    tags = {
        "regtrack.role": "trial",
        "regtrack.sweep_id": sweep,
        "regtrack.variant": hostile,
        "regtrack.trial_key": "a",
    }
    run_id = store.create_run(experiment, tags=tags).info.run_id
    metrics = ("fit/selected_val_accuracy", "test/accuracy", "fit/generalization_gap", "fit/generalization_gap_low",
               "fit/generalization_gap_high")  # fmt: skip
    for name in metrics:
        store.log_metric(run_id, name, 0.5)
    for name in (names.SEED, names.N_VAL, names.N_TEST):
        store.log_param(run_id, name, 10)
    store.set_terminated(run_id, "FINISHED")
    app = open_view(store.tracking_uri)
    assert not app.exception
    [sentence] = [element.value for element in app.markdown if "lowest validation error" in element.value]
    assert r"\<img src=x onerror=alert(1)\> \[a\](http\://evil) \:red\[b\]" in sentence
    assert hostile in words(app)


def test_opening_the_dashboard_leaves_tensorflow_out():
    """What the pages import costs no TensorFlow and no Keras."""
    code = (
        "import sys; sys.path.insert(0, 'dashboard'); from showing import sweep_choice; from reading import store, stored_curves, live_curves, last_epoch; "
        "from showing import leaderboard_columns, mlflow_ui, sweep_answer, regime_evidence; "
        "import regtrack.charts.response, regtrack.charts.train_and_validation_error, regtrack.charts.differences; "
        "assert not {'tensorflow', 'keras'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=600)
