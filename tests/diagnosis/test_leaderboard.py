"""Leaderboard: a hand-computed table, and the tables that stores really hold."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from regtrack import names
from regtrack.diagnosis.differences.families import AMONG_ALL, TO_BASELINE
from regtrack.diagnosis.leaderboard import Judged, error_interval, is_imbalanced, rank_variants, validation_losses
from regtrack.diagnosis.regimes.regime import Regime


def trial(variant: str, seed: int, val: float, test: float, **more) -> dict:
    """A finished trial with 100 validation and 400 test examples."""
    return {
        "status": "FINISHED", "variant": variant, "seed": seed, "val_examples": 100, "test_examples": 400,
        "fit/selected_val_accuracy": val, "fit/selected_train_accuracy": val + 0.1, "test/accuracy": test,
        "test/negative_log_likelihood": 0.5 + seed, "test/expected_calibration_error": 0.02,
        "test/high_confidence_errors": 3.0 + seed, "fit/generalization_gap": 0.10 + 0.02 * seed,
        "fit/generalization_gap_low": 0.04 + 0.02 * seed, "fit/generalization_gap_high": 0.16 + 0.02 * seed,
        "fit/best_epoch": 10.0 + seed, "cost/fit_seconds": 1.5,
    } | more  # fmt: skip


TRIALS = pd.DataFrame(
    [trial("worse", 0, 0.70, 0.60), trial("better", 0, 0.80, 0.75), trial("better", 1, 0.90, 0.85),
     trial("worse", 1, 0.70, 0.60) | {"status": "FAILED"}]
)  # fmt: skip


@pytest.mark.parametrize(
    ("balanced", "told"),
    [([0.75, 0.70, 0.66], True), ([0.899, 0.902, 0.55], False), ([np.nan] * 3, False), ([0.899], False)],
)
def test_rare_classes_are_told_by_most_variants(balanced, told):
    """Balanced accuracy apart from the plain one in one poor variant alone says nothing of the data; an earlier sweep,
    which has none, says nothing either."""
    board = pd.DataFrame({"test_accuracy": [0.9] * len(balanced), "balanced_accuracy": balanced})
    assert is_imbalanced(board) is told


def test_before_it_is_judged_what_is_to_be_judged_orders():
    """Balanced error, or cross-entropy, where that was recorded; a store without it is ordered by error, as it was."""
    losses = {
        "fit/selected_val_balanced_accuracy": [0.9, 0.6, 0.7],
        "fit/selected_val_cross_entropy": [0.3, 0.9, 0.8],
    }
    table = pd.DataFrame([trial("worse", 0, 0.7, 0.6), trial("better", 0, 0.8, 0.7), trial("better", 1, 0.9, 0.8)])
    for name, found in zip(("balanced_accuracy", "negative_log_likelihood"), losses.items(), strict=True):
        assert rank_variants(table.assign(**dict([found])), primary=name)["variant"].tolist() == ["worse", "better"]
        assert rank_variants(table, primary=name)["variant"].tolist() == ["better", "worse"]
    assert validation_losses(table.assign(**losses), "balanced_accuracy") == pytest.approx(
        {"worse": 0.1, "better": 0.35}
    )
    assert validation_losses(table.assign(**losses), "negative_log_likelihood") == pytest.approx(
        {"worse": 0.3, "better": 0.85}
    )


def test_the_table_is_the_hand_computed_one():
    """Means over finished seeds, limits from seeds (Student's t) and examples (binomial), the best first."""
    board = rank_variants(TRIALS)
    assert tuple(board.columns) == names.LEADERBOARD_COLUMNS
    assert board["variant"].tolist() == ["better", "worse"]
    assert board["seeds"].tolist() == [2, 1]
    better, worse = (row for _, row in board.iterrows())

    # errors 0.2 and 0.1: mean 0.15, standard error 0.05, t(1) = 12.7062; 100 examples: 1.95996^2 * 0.15 * 0.85 / 100
    half = math.sqrt((12.706204736 * 0.05) ** 2 + 1.959963985**2 * 0.15 * 0.85 / 100)
    assert better["val_error"] == pytest.approx(0.15)
    assert (better["val_error_low"], better["val_error_high"]) == pytest.approx((0.15 - half, 0.15 + half))
    assert better["train_error"] == pytest.approx(0.05)

    half = math.sqrt((12.706204736 * 0.05) ** 2 + 1.959963985**2 * 0.20 * 0.80 / 400)
    assert better["test_accuracy"] == pytest.approx(0.80)
    assert (better["test_accuracy_low"], better["test_accuracy_high"]) == pytest.approx((0.80 - half, 0.80 + half))

    # gaps 0.10 and 0.12: mean 0.11, standard error 0.01; within a seed the half width is 0.06
    half = math.hypot(0.06, 12.706204736 * 0.01)
    assert better["generalization_gap"] == pytest.approx(0.11)
    assert better["generalization_gap_high"] - better["generalization_gap"] == pytest.approx(half)
    assert better["generalization_gap"] - better["generalization_gap_low"] == pytest.approx(half)
    assert better["negative_log_likelihood"] == pytest.approx(1.0)
    assert better["high_confidence_errors"] == pytest.approx(3.5)
    assert better["best_epoch"] == pytest.approx(10.5)
    assert better["fit_seconds"] == pytest.approx(1.5)

    # one seed: only the examples' part is known
    half = 1.959963985 * math.sqrt(0.3 * 0.7 / 100)
    assert (worse["val_error_low"], worse["val_error_high"]) == pytest.approx((0.3 - half, 0.3 + half))
    assert (worse["generalization_gap_low"], worse["generalization_gap_high"]) == pytest.approx((0.04, 0.16))


@pytest.mark.parametrize(
    "trials",
    [pd.DataFrame(), pd.DataFrame(columns=["run_id", "status", "variant"]), TRIALS.assign(status="FAILED"),
     pd.DataFrame([{"status": "RUNNING", "variant": "a", "seed": 0}])],
    ids=["nothing", "no trial", "all failed", "still running"],
)  # fmt: skip
def test_without_a_finished_trial_the_table_is_empty(trials):
    """Empty store, all failed, all running: the documented columns without a row, never an exception."""
    board = rank_variants(trials)
    assert board.empty
    assert tuple(board.columns) == names.LEADERBOARD_COLUMNS


def test_what_no_trial_has_is_missing():
    """No dropout, no label noise: those columns are missing and not 0."""
    board = rank_variants(TRIALS)
    assert board[["test_mc_accuracy", "test_accuracy_true_label"]].isna().all().all()


def test_a_measure_that_some_trials_lack_is_the_mean_of_those_that_have_it():
    """Error detection is undefined for a trial without an error; Monte Carlo only where there is dropout."""
    trials = pd.DataFrame([
        trial("dropout", 0, 0.8, 0.8, **{"test_mc/accuracy": 0.7}),
        trial("dropout", 1, 0.8, 0.8, **{"test_mc/accuracy": 0.9}),
        trial("baseline", 0, 0.7, 0.7),
    ])  # fmt: skip
    board = rank_variants(trials).set_index("variant")
    assert board.loc["dropout", "test_mc_accuracy"] == pytest.approx(0.8)
    assert np.isnan(board.loc["baseline", "test_mc_accuracy"])


def test_the_order_of_trials_does_not_matter():
    """A pure function of the set of trials."""
    shuffled = TRIALS.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(rank_variants(TRIALS), rank_variants(shuffled))


@given(st.lists(st.floats(0, 1), min_size=1, max_size=10), st.integers(10, 10_000))
def test_the_interval_holds_the_mean_and_both_of_its_parts(errors, n):
    """The limits lie around the mean, symmetric, and no closer than the seeds or the examples alone allow."""
    low, high = error_interval(np.array(errors), n)
    mean = np.mean(errors)
    assert low <= mean <= high
    assert high - mean == pytest.approx(mean - low, abs=1e-12)
    assert high - mean >= 1.9599 * math.sqrt(max(mean * (1 - mean), 0) / n) - 1e-9
    if len(errors) > 1:
        assert high - mean >= stats.t.ppf(0.975, len(errors) - 1) * stats.sem(errors) - 1e-9


def test_the_interval_covers_at_least_as_often_as_it_says():
    """Over made-up variants of known error, with seed and example variance, 95 % limits cover at least 93 %."""
    rng, n, covered, times = np.random.default_rng(0), 360, 0, 1000
    for _ in range(times):
        difficulty = rng.beta(0.5, 1.5, size=n)  # mean 0.25: which examples are hard
        truth = 0.25
        seeds = [(rng.random(n) < np.clip(difficulty + rng.normal(0, 0.02), 0, 1)).mean() for _ in range(5)]
        low, high = error_interval(np.array(seeds), n)
        covered += low <= truth <= high
    assert covered / times >= 0.93


# ---- of a finished sweep ------------------------------------------------------------------------------------------
def regime(verdict: str, leans_to: str | None) -> Regime:
    return Regime(variant="", epoch_kind="last", verdict=verdict, leans_to=leans_to, seeds=2, examples=100,
                  train_error=0.0, val_error=0.1, reference_error=0.1, clauses=(), settle=(), folk_rules={},
                  disagreement=None, shapes=())  # fmt: skip


FINISHED = pd.DataFrame(
    [trial("baseline", 0, 0.70, 0.60), trial("baseline", 1, 0.72, 0.62), trial("l2=0.1", 0, 0.80, 0.75),
     trial("l2=0.1", 1, 0.90, 0.85)]
)  # fmt: skip
LIMITS = ("val_error", "generalization_gap", "test_accuracy")


@pytest.fixture
def judged() -> Judged:
    """Baseline overfit, l2 better on test; every limit a number of its own."""
    rows = [(family, "l2=0.1", "baseline", 0.19, low, 0.25, verdict) for family, low, verdict in (
        (AMONG_ALL, 0.01, "not shown to differ"), (TO_BASELINE, 0.13, "better"))]  # fmt: skip
    measures = [(variant, measure, -1.0, place + 0.1 * i, place + 0.1 * i + 0.05)
                for place, variant in enumerate(("baseline", "l2=0.1"), start=1)
                for i, measure in enumerate((*LIMITS, "aurc"))]  # fmt: skip
    return Judged(
        regimes={"baseline": regime("overfit", "overfit"), "l2=0.1": regime("undetermined", "well fit")},
        selected_regimes={"baseline": regime("well fit", "well fit"), "l2=0.1": regime("underfit", "underfit")},
        comparison=pd.DataFrame(rows, columns=["family", "variant", "other", "difference", "low", "high", "verdict"]),
        not_shown_worse=("l2=0.1",),
        measures=pd.DataFrame(measures, columns=["variant", "measure", "value", "low", "high"]),
    )


def test_a_judged_row_holds_what_the_trials_cannot_say(judged):
    """Regimes at both epochs, the leaning, the comparison with the baseline, and who may be best; best first."""
    board = rank_variants(FINISHED, judged)
    assert tuple(board.columns) == names.LEADERBOARD_COLUMNS
    columns = ["variant", "fitting_regime", "leans_to", "fitting_regime_selected", "not_shown_worse_than_best"]
    assert board[columns].values.tolist() == [
        ["l2=0.1", "undetermined", "well fit", "underfit", True],
        ["baseline", "overfit", "overfit", "well fit", False],
    ]
    compared = ["verdict", "difference", "difference_low", "difference_high"]
    assert board.loc[0, compared].tolist() == ["better", 0.19, 0.13, 0.25]


def test_the_baseline_has_no_difference_from_itself(judged):
    """Missing, and neither 0 nor a verdict; so has every variant where there is no baseline."""
    compared = ["verdict", "difference", "difference_low", "difference_high"]
    assert rank_variants(FINISHED, judged).loc[1, compared].isna().all()
    alone = Judged(judged.regimes, judged.selected_regimes, judged.comparison[:1], (), judged.measures)
    assert rank_variants(FINISHED, alone)[compared].isna().all().all()


def test_limits_over_crossed_seeds_and_examples_take_the_place_of_the_wide_ones(judged):
    """Limits are those of the measures, the values the means of the trials' own metrics as without judgement."""
    board, before = rank_variants(FINISHED, judged), rank_variants(FINISHED)
    for i, measure in enumerate(LIMITS):
        expected = [place + 0.1 * i for place in (2, 1)]
        assert board[f"{measure}_low"].tolist() == pytest.approx(expected)
        assert board[f"{measure}_high"].tolist() == pytest.approx([low + 0.05 for low in expected])
    replaced = {f"{measure}_{limit}" for measure in LIMITS for limit in ("low", "high")}
    said = {"fitting_regime", "leans_to", "fitting_regime_selected", "not_shown_worse_than_best", "verdict",
            "difference", "difference_low", "difference_high"}  # fmt: skip
    kept = [column for column in names.LEADERBOARD_COLUMNS if column not in replaced | said]
    pd.testing.assert_frame_equal(board[kept], before[kept])


def test_without_a_judgement_its_columns_are_missing():
    """A sweep that still runs has no regime, no verdict and no best."""
    board = rank_variants(FINISHED)
    assert board[["fitting_regime", "leans_to", "fitting_regime_selected", "verdict", "difference", "difference_low",
                  "difference_high", "not_shown_worse_than_best"]].isna().all().all()  # fmt: skip


@pytest.mark.parametrize("first", ["a", "b"])
def test_of_equal_errors_the_first_stays_first(first):
    """Seeds that add up to the same are a tie, whatever the last bit of their means: the trials' order stands."""
    seeds = {"a": (0.1, 0.2, 0.3), "b": (0.2, 0.2, 0.2)}
    assert np.mean([1 - (1 - e) for e in seeds["a"]]) != np.mean([1 - (1 - e) for e in seeds["b"]])
    order = [first, *({"a", "b"} - {first})]
    trials = [trial(variant, seed, 1 - error, 0.5) for variant in order for seed, error in enumerate(seeds[variant])]
    filler = [trial(f"worse {i}", 0, 0.5 - i / 100, 0.5) for i in range(20)]
    assert rank_variants(pd.DataFrame(trials + filler))["variant"].tolist()[:2] == order
