"""Methods side by side: what each costs, what it changes, and what its interval covers."""

import numpy as np
import pandas as pd
import pytest

from regtrack import names
from regtrack.diagnosis.bought import bought_in_words, bought_of
from regtrack.diagnosis.methods import (
    DETERMINISTIC,
    ENSEMBLE,
    MC,
    SeedPredictions,
    compare_methods,
    methods_of,
)
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
    return compare_methods(methods, TEST, n_bins=15, threshold=0.9, seed=0)


def row(table, method, measure, *, temperature=False, passes=None):
    chosen = table[(table["method"] == method) & (table["measure"] == measure) & (table["temperature"] == temperature)]
    if passes:
        chosen = chosen[chosen["passes"] == passes]
    [found] = chosen.to_dict("records")
    return found


def test_every_method_states_its_passes_and_trainings(table):
    """One pass, as many as seeds, all, and the ensemble; each with and without temperature."""
    cost = set(zip(table["method"], table["temperature"], table["passes"], table["trainings"], strict=True))
    plain = {(DETERMINISTIC, 1, 1), (MC, SEEDS, 1), (MC, 100, 1), (ENSEMBLE, SEEDS, SEEDS)}
    assert cost == {(method, t, passes, trainings) for method, passes, trainings in plain for t in (False, True)}


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
        methods_of(sure, sure, sure, n_passes=9, val_labels=VAL), TEST, n_bins=15, threshold=0.9, seed=0
    )
    assert table.loc[table["measure"] == "error_detection_auroc", ["value", "low", "high"]].isna().all(axis=None)
    assert (table.loc[table["measure"] == "aurc", "value"] == 0).all()


def test_differences_are_from_one_deterministic_pass(table):
    """A paired difference is the difference of the values, inside its limits; the first method has none."""
    for measure in ("accuracy", "negative_log_likelihood", "brier_score"):
        many, one = row(table, MC, measure, passes=100), row(table, DETERMINISTIC, measure)
        assert many["difference"] == pytest.approx(many["value"] - one["value"])
        assert many["difference_low"] <= many["difference"] <= many["difference_high"]
        assert np.isnan(one["difference"])


def test_an_ensembles_interval_covers_examples_only_and_says_so(table):
    """There is one ensemble: nothing is known of how others would vary."""
    assert row(table, ENSEMBLE, "accuracy")["interval_covers"] == "examples"
    assert row(table, MC, "accuracy", passes=100)["interval_covers"] == "seeds and examples"


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
    nll = table[table["measure"] == "negative_log_likelihood"].sort_values("value").iloc[0]
    assert f"{nll['passes']} passes, {nll['trainings']} trainings" in told


def test_what_was_bought_is_the_tables_own_values(table):
    """Differences and limits of the 100 passes, the temperature and the ensemble, as they stand in their rows."""
    found = bought_of(table, "v")
    for change, expected in (
        (found.accuracy, row(table, MC, "accuracy", passes=100)),
        (found.negative_log_likelihood, row(table, MC, "negative_log_likelihood", passes=100)),
        (found.temperature, row(table, DETERMINISTIC, "negative_log_likelihood", temperature=True)),
        (found.ensemble, row(table, ENSEMBLE, "negative_log_likelihood")),
    ):
        limits = [expected[name] for name in ("difference", "difference_low", "difference_high")]
        assert [change.difference, change.low, change.high] == limits
    assert (found.passes, found.trainings) == (100, SEEDS)


def test_the_columns_are_those_of_the_store(table):
    """With the variant's name in front the table is names.METHODS_COLUMNS."""
    assert ("variant", *table.columns) == names.METHODS_COLUMNS
