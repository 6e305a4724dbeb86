"""The answer on the overview: from its values, from the tables of an older store, or the note as it is."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from reading.sweep import Sweep
from showing.sweep_answer import is_over_all_splits, of_which_splits
from streamlit.testing.v1 import AppTest

from regtrack import names
from regtrack.diagnosis.answer import answer_of
from regtrack.diagnosis.confirmed_choice import ConfirmedChoice
from regtrack.diagnosis.differences.comparison import VariantErrors, compare_variants
from regtrack.diagnosis.leaderboard import rank_variants
from regtrack.diagnosis.splits.first_split import FirstSplit
from regtrack.tracking.artifacts import write_json, write_table

REGIMES = {"l2=0.1": names.WELL_FIT, "baseline": names.OVERFIT}
ERRORS = [VariantErrors(v, np.tile(np.arange(1000) < n, (5, 1))) for v, n in (("baseline", 120), ("l2=0.1", 100))]
COMPARISON = compare_variants(ERRORS, split="test")
ANSWER = replace(answer_of(ERRORS, ERRORS, COMPARISON, REGIMES), unit="images")
NOTE = "**An older\\_sweep's answer; as it *was* written.**\n\n| a | table |"


@pytest.fixture
def sweep(store, monkeypatch) -> Sweep:
    """Judged, two variants, with a note and no artifacts yet."""
    monkeypatch.setenv("MLFLOW_TRACKING_URI", store.tracking_uri)
    run = store.create_run(store.get_experiment_by_name("tests").experiment_id)
    store.set_tag(run.info.run_id, names.NOTE, NOTE)
    board = pd.DataFrame({
        "variant": [*REGIMES], "fitting_regime": [*REGIMES.values()], "seeds": 5, "test_accuracy": [0.9, 0.88],
        "not_shown_worse_than_best": [True, False], "val_error": [0.1, 0.12], "val_error_low": [0.09, 0.11],
        "val_error_high": [0.11, 0.13],
    })  # fmt: skip
    trials = pd.DataFrame({names.N_TEST: [1000.0]})
    run_id = run.info.run_id
    return Sweep(store.tracking_uri, run.info.experiment_id, run_id, run_id, "FINISHED", pd.Timestamp.now(), 2, trials, board, True)  # fmt: skip


@pytest.fixture
def log(store, sweep, tmp_path):
    """log(write, content, artifact): the artifact on the sweep's run."""

    def of(write, content, artifact):
        folder = tmp_path / "logged"
        write(content, folder, artifact)
        store.log_artifacts(sweep.run_id, str(folder))
        return folder / artifact

    return of


def shown(sweep) -> AppTest:
    def page(sweep):
        from showing.sweep_answer import show_answer

        show_answer(sweep)

    app = AppTest.from_function(page, kwargs={"sweep": sweep}, default_timeout=60).run()
    assert not app.exception
    return app


def said(app: AppTest) -> list[str]:
    return [one.value.replace("\\", "") for one in app.markdown]


def test_a_stored_answer_is_told_from_its_values(sweep, log):
    """The first clause large, the others below, and nothing beside."""
    log(write_json, ANSWER.to_dict(), names.ANSWER)
    app = shown(sweep)
    head, rest = said(app)
    assert head.startswith("#### Variant l2=0.1 wins by 2.0 ± ")
    assert head.endswith(" points over baseline (5 seeds, 1,000 test images, this split)")
    assert rest == "baseline overfits"
    assert not app.caption


def test_a_confirmation_leads(sweep, log):
    """The overview's large line is what the fresh seeds say; how the choice was made stands below."""
    fresh = ConfirmedChoice(names.NOT_CONFIRMED, "l2=0.1", "baseline", 8, 8, 0.001, -0.003, 0.005, 0.95, 0.025)
    log(write_json, replace(ANSWER, confirmation=fresh).to_dict(), names.ANSWER)
    head, rest = said(shown(sweep))
    assert head.startswith(
        "#### Not confirmed: l2=0.1 has the lowest validation error, and on 8 fresh seeds each differs "
    )
    assert rest.startswith("the 5 seeds it was chosen by differ by +2.0 ± ")


@pytest.mark.parametrize(
    "damaged",
    [None, {"schema": "answer/1", "verdict": "wins"}, {"schema": "answer/9"},
     {"schema": "answer/1"} | ANSWER.to_dict() | {"verdict": "unheard of"},
     {"schema": "answer/1"} | ANSWER.to_dict() | {"low": "much"}],
)  # fmt: skip
def test_without_a_readable_answer_the_tables_tell_it(sweep, log, damaged):
    """The same answer, of examples instead of images, and that and why it is told from tables."""
    log(write_table, COMPARISON, names.COMPARISON)
    if damaged:
        log(lambda content, folder, artifact: write_text_of(content, folder / artifact), damaged, names.ANSWER)
    app = shown(sweep)
    assert said(app)[0].startswith("#### Variant l2=0.1 wins by 2.0 ± ")
    assert "1,000 test examples" in said(app)[0]
    assert "Told from the sweep's tables: sweep/answer.json" in app.caption[0].value.replace("\\", "")


def write_text_of(content, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), encoding="utf-8")


def test_without_tables_the_note_stands_as_it_is(sweep):
    """Word for word, marks and all: nothing is read out of it; why is said below."""
    app = shown(sweep)
    assert "its tables do not tell it" in app.caption[0].value
    assert [one.value for one in app.text] == [NOTE]
    assert not app.markdown


def test_before_it_is_judged_the_best_so_far_is_told(sweep):
    """And that nothing is judged."""
    assert said(shown(replace(sweep, judged=False))) == [
        "#### Best so far: l2=0.1 has the lowest validation error, 0.100 ± 0.010",
        "baseline has 0.120 ± 0.010 (5 seeds); whether a difference is real is not judged yet",
    ]


def test_what_no_trial_logs_on_validation_is_said_to_choose_later(sweep):
    """To be judged by Brier score: the lowest error so far is told as what it is."""
    assert said(shown(replace(sweep, judged=False, primary=names.BRIER_SCORE)))[1].endswith(
        "not judged yet; the validation Brier score, which is to choose, is known when the sweep ends"
    )


def test_before_it_is_judged_the_best_by_what_is_to_be_judged_is_told(sweep):
    """The sweep was begun to be judged by balanced accuracy: the other variant leads, by its balanced error."""
    trials = pd.DataFrame({
        "variant": ["l2=0.1"] * 5 + ["baseline"] * 5, "status": "FINISHED", "fit/selected_val_accuracy": [0.9] * 5 + [0.88] * 5,
        "fit/selected_val_balanced_accuracy": [0.7] * 5 + [0.75] * 5, "test/accuracy": 0.9, "fit/selected_train_accuracy": 1.0,
        names.N_VAL: 100.0, names.N_TEST: 1000.0,
    })  # fmt: skip
    board = rank_variants(trials, primary=names.BALANCED_ACCURACY)
    open_ = replace(sweep, judged=False, primary=names.BALANCED_ACCURACY, trials=trials, leaderboard=board)
    assert (
        said(shown(open_))[0] == "#### Best so far: baseline has the lowest balanced validation error, 0.250 (5 seeds)"
    )


@pytest.mark.parametrize(
    ("beside", "where"), [(None, "on this split"), (False, "on the first split alone"), (True, "over 7 splits")]
)
def test_what_stands_beside_the_answer_says_which_splits_it_is_of(sweep, log, beside, where):
    """Of one split this one; where the answer is over seven all of them, and in what was judged before that the first."""
    over = {} if beside is None else {
        "splits": 7, "first_split": FirstSplit("l2=0.1", names.NOT_SHOWN, 0.01, None, None, 2), "beside_over_splits": beside,
    }  # fmt: skip
    log(write_json, replace(ANSWER, **over).to_dict(), names.ANSWER)
    assert of_which_splits(sweep) == where
    assert is_over_all_splits(sweep) == bool(beside)
