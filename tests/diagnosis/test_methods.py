"""Methods side by side: what each costs, what it changes, and what its interval covers."""

import numpy as np
import pandas as pd
import pytest

from regtrack import names
from regtrack.diagnosis.bought import NO_INTERVAL, bought_in_words, bought_of
from regtrack.diagnosis.differences.jackknife import jackknifed
from regtrack.diagnosis.methods import Method, SeedPredictions, compare_methods, methods_of
from regtrack.names import DETERMINISTIC, ENSEMBLE, MC_DROPOUT
from regtrack.uncertainty.calibration import brier_score, negative_log_likelihood

RNG = np.random.default_rng(0)
N, C, SEEDS = 300, 3, 4


def predictions(sharpness: float) -> list[SeedPredictions]:
    """Networks that know the label alike and differ by seed."""
    found = []
    for _ in range(SEEDS):
        parts = []
        for labels in (VAL, TEST):
            logits = sharpness * (1.5 * np.eye(C)[labels] + RNG.normal(0, 1, (N, C)))
            parts.append(np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True))
        found.append(SeedPredictions(*parts))
    return found


VAL, TEST = RNG.integers(0, C, N), RNG.integers(0, C, N)
ONE, FEW, MANY = predictions(4.0), predictions(1.5), predictions(1.0)


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    methods = methods_of(ONE, FEW, MANY, n_passes=100, val_labels=VAL)
    return compare_methods(methods, TEST, val_labels=VAL, n_bins=15, threshold=0.9, seed=0)


def row(table, method, measure, *, temperature=False, passes=None):
    chosen = table[(table["method"] == method) & (table["measure"] == measure) & (table["temperature"] == temperature)]
    if passes:
        chosen = chosen[chosen["passes"] == passes]
    [found] = chosen.to_dict("records")
    return found


def test_every_method_states_its_passes_and_trainings(table):
    """One pass, as many as seeds, all, and the ensemble; each with and without temperature."""
    cost = set(zip(table["method"], table["temperature"], table["passes"], table["trainings"], strict=True))
    plain = {(DETERMINISTIC, 1, 1), (MC_DROPOUT, SEEDS, 1), (MC_DROPOUT, 100, 1), (ENSEMBLE, SEEDS, SEEDS)}
    assert cost == {(method, t, passes, trainings) for method, passes, trainings in plain for t in (False, True)}


@pytest.mark.parametrize("n_passes", [SEEDS, 2])
def test_no_more_passes_than_seeds_stand_there_once(n_passes):
    """The first passes are all there are: one row of Monte Carlo dropout, of as many as there were."""
    methods = methods_of(ONE, FEW, FEW, n_passes=n_passes, val_labels=VAL)
    assert [m.passes for m in methods if m.name == MC_DROPOUT and not m.temperature] == [n_passes]


def test_values_are_the_measures_of_the_predictions(table):
    """The table's NLL and Brier score are those of calibration.py, averaged over seeds; the ensemble's of the mean."""
    expected = np.mean([negative_log_likelihood(p.test, TEST) for p in ONE])
    assert row(table, DETERMINISTIC, "negative_log_likelihood")["value"] == pytest.approx(expected)
    mean = np.mean([p.test for p in ONE], axis=0)
    assert row(table, ENSEMBLE, "brier_score")["value"] == pytest.approx(brier_score(mean, TEST))


def test_networks_that_never_err_have_no_error_to_detect():
    """Without an error there is no AUROC of detecting one: missing, with its limits, and no warning of numpy's."""
    sure = [SeedPredictions(0.97 * np.eye(C)[VAL] + 0.01, 0.97 * np.eye(C)[TEST] + 0.01) for _ in range(SEEDS)]
    table = compare_methods(
        methods_of(sure, sure, sure, n_passes=9, val_labels=VAL), TEST, val_labels=VAL, n_bins=15, threshold=0.9, seed=0
    )
    assert "temperature scaling was not fitted, since fewer than 5 validation examples are wrong" in bought_in_words(
        bought_of(table, "dropout=0.2")
    )
    assert table.loc[table["measure"] == "fitted_temperature", "value"].isna().all()
    assert table.loc[table["measure"] == "error_detection_auroc", ["value", "low", "high"]].isna().all(axis=None)
    assert (table.loc[table["measure"] == "aurc", "value"] == 0).all()


def test_differences_are_from_one_deterministic_pass(table):
    """A paired difference is the difference of the values, inside its limits; the first method has none."""
    for measure in ("accuracy", "negative_log_likelihood", "brier_score"):
        many, one = row(table, MC_DROPOUT, measure, passes=100), row(table, DETERMINISTIC, measure)
        assert many["difference"] == pytest.approx(many["value"] - one["value"])
        assert many["difference_low"] <= many["difference"] <= many["difference_high"]
        assert np.isnan(one["difference"])


def test_an_ensemble_of_fewer_than_five_seeds_has_no_interval_and_says_so(table):
    """Four seeds tell too little of how their ensemble would vary with others."""
    found = row(table, ENSEMBLE, "negative_log_likelihood")
    assert found["interval_covers"] == "none"
    assert np.isnan([found["low"], found["high"], found["difference_low"], found["difference_high"]]).all()
    assert "the ensemble of 4 seeds by " in bought_in_words(bought_of(table, "dropout=0.2"))
    assert f"({NO_INTERVAL})" in bought_in_words(bought_of(table, "dropout=0.2"))
    assert row(table, MC_DROPOUT, "accuracy", passes=100)["interval_covers"] == "seeds and examples"


def test_an_ensembles_interval_is_the_jackknifes_over_its_seeds():
    """Of the five seeds' ensemble: value and difference from the seeds' mean pass, each with its own jackknife."""
    networks = [*ONE, predictions(4.0)[0]]
    methods = methods_of(networks, [], [], n_passes=100, val_labels=VAL)
    table = compare_methods(methods, TEST, val_labels=VAL, n_bins=15, threshold=0.9, seed=0)
    right = np.stack([p.test.argmax(axis=1) == TEST for p in networks]) * 1.0
    probs, single = np.stack([p.test for p in networks]), right.mean(axis=1)
    without = np.array([np.mean(np.delete(probs, s, axis=0).mean(axis=0).argmax(axis=1) == TEST) for s in range(5)])
    rest = np.array([np.delete(single, s).mean() for s in range(5)])
    found = row(table, ENSEMBLE, "accuracy")
    assert found["interval_covers"] == "seeds and examples"
    each, own = (probs.mean(axis=0).argmax(axis=1) == TEST) * 1.0, right
    for name, value, left_out, scores in (
        ("", each.mean(), without, each),
        ("difference_", each.mean() - single.mean(), without - rest, each - own.mean(axis=0)),
    ):
        expected = jackknifed(value, left_out, scores.var(ddof=1) / N, N)
        assert found[f"{name}low"] == pytest.approx(expected.low)
        assert found[f"{name}high"] == pytest.approx(expected.high)
    assert row(table, ENSEMBLE, "aurc")["interval_covers"] == "seeds and examples"


def test_how_much_an_ensembles_likelihood_gains_has_no_limits():
    """Of NLL and Brier score: the value has limits, by the jackknife; the difference, which convexity keeps at 0 or below, none."""
    networks = [*ONE, predictions(4.0)[0]]
    methods = methods_of(networks, [], [], n_passes=100, val_labels=VAL)
    table = compare_methods(methods, TEST, val_labels=VAL, n_bins=15, threshold=0.9, seed=0)
    for measure in ("negative_log_likelihood", "brier_score"):
        found = row(table, ENSEMBLE, measure)
        assert found["difference"] <= 0
        assert found["low"] < found["value"] < found["high"]
        assert np.isnan([found["difference_low"], found["difference_high"]]).all()


def test_the_method_that_is_named_is_chosen_on_validation():
    """Of two methods the one with the lower validation NLL is named, though the other's test NLL is lower."""
    good, bad = np.full((N, C), 0.1), np.full((N, C), 0.3)
    good[np.arange(N), VAL], bad[np.arange(N), VAL] = 0.8, 0.4
    one = [SeedPredictions(bad, good)] * 2
    many = [SeedPredictions(good, bad)] * 2
    methods = [Method(DETERMINISTIC, False, 1, 1, tuple(one)), Method(DETERMINISTIC, True, 1, 1, tuple(one), (), (1.0,)),
               Method(MC_DROPOUT, False, 9, 1, tuple(many))]  # fmt: skip
    table = compare_methods(methods, VAL, val_labels=VAL, n_bins=15, threshold=0.9, seed=0)
    assert bought_in_words(bought_of(table, "v")).endswith(
        "lowest validation NLL: mc dropout, 9 passes, 1 training (Monte Carlo dropout)."
    )


def test_calibration_error_stands_beside_its_reference_without_an_interval(table):
    """ECE shows no interval but the mean and 95 % quantile of a perfectly calibrated model."""
    found = row(table, DETERMINISTIC, "expected_calibration_error")
    assert np.isnan([found["low"], found["high"], found["difference"]]).all()
    assert 0 < found["reference"] < found["reference_q95"]
    assert found["value"] > found["reference_q95"]  # these networks were made far too sharp


def test_temperature_mends_sharp_networks_and_keeps_accuracy(table):
    """Networks four times too sharp: temperature lowers NLL beyond doubt and changes no predicted class."""
    nll = row(table, DETERMINISTIC, "negative_log_likelihood", temperature=True)
    assert nll["difference_high"] < 0
    accuracy = row(table, DETERMINISTIC, "accuracy", temperature=True)
    assert accuracy["difference"] == 0


def test_equal_coverage_takes_the_gain_of_mere_meekness_away(table):
    """Lower confidence alone empties the fixed threshold; at equal coverage the count cannot change by it."""
    fixed = row(table, DETERMINISTIC, "high_confidence_errors", temperature=True)
    equal = row(table, DETERMINISTIC, "high_confidence_errors_at_equal_coverage", temperature=True)
    assert fixed["difference"] < 0
    assert equal["difference"] == pytest.approx(0, abs=2)


def test_without_dropout_there_is_no_mc_row_and_one_seed_has_no_ensemble():
    """What was not run is absent."""
    methods = methods_of(ONE[:1], [], [], n_passes=100, val_labels=VAL)
    assert [(m.name, m.temperature) for m in methods] == [(DETERMINISTIC, False), (DETERMINISTIC, True)]


def test_the_sentence_says_what_was_bought_and_what_is_cheaper(table):
    """The sentence carries differences with intervals, and names the method of lowest NLL with its cost."""
    told = bought_in_words(bought_of(table, "dropout=0.2"))
    assert told.startswith("dropout=0.2: 100 passes changed accuracy by ")
    assert "temperature scaling (1 pass) changed NLL by −" in told
    nll = table[table["measure"] == "val_negative_log_likelihood"].sort_values("value").iloc[0]
    assert f"{nll['passes']} passes, {nll['trainings']} trainings" in told


def test_what_was_bought_is_the_tables_own_values(table):
    """Differences and limits of the 100 passes, the temperature and the ensemble, as they stand in their rows."""
    found = bought_of(table, "v")
    for change, expected in (
        (found.accuracy, row(table, MC_DROPOUT, "accuracy", passes=100)),
        (found.negative_log_likelihood, row(table, MC_DROPOUT, "negative_log_likelihood", passes=100)),
        (found.temperature, row(table, DETERMINISTIC, "negative_log_likelihood", temperature=True)),
        (found.ensemble, row(table, ENSEMBLE, "negative_log_likelihood")),
    ):
        limits = [expected[name] for name in ("difference", "difference_low", "difference_high")]
        limits = [None if np.isnan(limit) else limit for limit in limits]  # of four seeds the ensemble has none
        assert [change.difference, change.low, change.high] == limits
    assert (found.passes, found.trainings) == (100, SEEDS)


def test_the_columns_are_those_of_the_store(table):
    """With the variant's name in front the table is names.METHODS_COLUMNS."""
    assert ("variant", *table.columns) == names.METHODS_COLUMNS
