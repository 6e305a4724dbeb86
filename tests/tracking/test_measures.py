"""Measures: a trial's numbers under the names of the store contract."""

import dataclasses

import numpy as np
import pytest
from scipy.stats import binomtest
from support.measures import OF_MANY_CLASSES

from regtrack import names
from regtrack.tracking.measures import gap_interval, prediction_metrics, trial_metrics
from regtrack.training.result import Predictions


@pytest.mark.parametrize(("wrong", "n"), [(0, 10), (3, 10), (10, 10), (90, 360)])
def test_the_gap_interval_is_wilsons_shifted_by_the_train_error(wrong, n):
    """Limits are Wilson's of the validation error (as SciPy computes them) minus the train error."""
    low, high = gap_interval(0.1, wrong / n, n)
    expected = binomtest(wrong, n).proportion_ci(method="wilson")
    assert (low, high) == pytest.approx((expected.low - 0.1, expected.high - 0.1), abs=1e-12)


def test_a_trial_without_dropout_has_no_monte_carlo_numbers(tiny):
    """`test_mc/*` and its seconds are absent, not copies of the deterministic ones."""
    baseline, dropout = (tiny.results[variant, 0] for variant in tiny.grid.variants)
    without, with_mc = trial_metrics(baseline, tiny.dataset), trial_metrics(dropout, tiny.dataset)
    assert not [name for name in without if name.startswith(names.TEST_MC)]
    assert not {names.MC_SECONDS, names.MC_DOUBLING_RATIO} & set(without)
    assert {f"{names.TEST_MC}/{name}" for name in OF_MANY_CLASSES} <= set(with_mc)
    assert with_mc[names.MC_SECONDS] > 0
    few = dataclasses.replace(dropout, mc_doubling_ratio=None)
    assert names.MC_DOUBLING_RATIO not in trial_metrics(few, tiny.dataset)
    two = dataclasses.replace(dropout, mc_doubling_ratio=2.5)
    assert trial_metrics(two, tiny.dataset)[names.MC_DOUBLING_RATIO] == 2.5


def test_every_measure_of_the_contract_is_there(tiny):
    """All of the contract's test measures, gap, epochs, costs and weights, each a finite number."""
    metrics = trial_metrics(tiny.results[tiny.grid.variants[1], 0], tiny.dataset)
    wanted = {f"{prefix}/{name}" for prefix in (names.TEST, names.TEST_MC) for name in OF_MANY_CLASSES}
    wanted |= {names.GENERALIZATION_GAP, names.GENERALIZATION_GAP_LOW, names.GENERALIZATION_GAP_HIGH,
               names.BEST_EPOCH, names.LAST_EPOCH, names.FIT_SECONDS, names.MC_SECONDS, names.PARAMETERS,
               names.PRODUCTS, names.MC_DOUBLING_RATIO,
               "weights/near_zero_share", "weights/l2_norm", "weights/max_incoming_norm"}  # fmt: skip
    wanted |= {f"{names.SELECTED}{part}_{what}" for part in ("train", "val") for what in ("accuracy", "cross_entropy")}
    assert wanted <= set(metrics)
    assert np.isfinite(list(metrics.values())).all()


def test_the_gap_is_of_the_last_epoch_and_the_selected_numbers_of_the_best(tiny):
    """Two kinds of epoch, never mixed: the budget's end for the gap, the best validation cross-entropy for the rest."""
    for result in tiny.results.values():
        metrics, curve = trial_metrics(result, tiny.dataset), result.curve
        best = int(np.argmin(curve["val/cross_entropy"]))
        assert metrics[names.GENERALIZATION_GAP] == pytest.approx(
            curve["train/accuracy"][-1] - curve["val/accuracy"][-1]
        )
        assert metrics[names.GENERALIZATION_GAP_LOW] < metrics[names.GENERALIZATION_GAP]
        assert metrics[names.GENERALIZATION_GAP_HIGH] > metrics[names.GENERALIZATION_GAP]
        assert metrics[names.BEST_EPOCH] == best + 1
        assert metrics[names.LAST_EPOCH] == len(curve)
        assert metrics["fit/selected_val_accuracy"] == curve["val/accuracy"][best]
        assert metrics["fit/selected_train_cross_entropy"] == curve["train/cross_entropy"][best]


def test_with_label_noise_accuracy_against_the_true_labels_stands_beside(tiny):
    """`accuracy` is against the given labels, `accuracy_true_label` against the true ones, and only with noise."""
    test = tiny.dataset.test
    probs = np.eye(10, dtype=np.float32)[test.true_label]
    metrics = prediction_metrics(Predictions("test", "selected", probs), tiny.dataset, tiny.grid.settings)
    assert metrics["test/accuracy_true_label"] == 1
    assert metrics["test/accuracy"] == pytest.approx((test.given_label == test.true_label).mean())
    assert metrics["test/accuracy"] == pytest.approx(0.9, abs=0.02)
    clean = tiny.grid.settings.model_copy(update={"label_noise": 0.0})
    predictions = Predictions("test", "selected", probs)
    assert "test/accuracy_true_label" not in prediction_metrics(predictions, tiny.dataset, clean)


def test_bins_and_threshold_are_those_of_the_settings(tiny):
    """`n_bins` and `high_confidence`, which are logged as params, are the ones that were used."""
    test = tiny.results[tiny.grid.variants[0], 0].of("test")
    always = tiny.grid.settings.model_copy(update={"high_confidence": 1e-9, "n_bins": 1})
    metrics = prediction_metrics(test, tiny.dataset, always)
    wrong = test.probs.argmax(axis=1) != tiny.dataset.test.given_label
    assert metrics["test/high_confidence_errors"] == wrong.sum()
    assert metrics["test/expected_calibration_error"] == pytest.approx(
        abs(test.probs.max(axis=1).mean() - (1 - wrong.mean())), abs=1e-6
    )
