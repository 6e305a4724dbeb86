"""Calibration measures against hand-computed tables, scikit-learn and plain loops."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special
from sklearn import metrics

from regtrack.uncertainty.calibration import (
    SMALLEST_PROBABILITY,
    _bin_index,
    _edges,
    adaptive_calibration_error,
    brier_score,
    expected_calibration_error,
    expected_calibration_error_if_calibrated,
    negative_log_likelihood,
    reliability_bins,
)


def with_confidence(confidence, correct, n_classes=3):
    """(mean_probs, labels): class 0 is predicted with this confidence; the label is 0 where correct, else 1."""
    confidence = np.asarray(confidence, dtype=float)
    rest = np.repeat(((1 - confidence) / (n_classes - 1))[:, None], n_classes - 1, axis=1)
    return np.column_stack([confidence, rest]), np.where(correct, 0, 1)


@st.composite
def predictions(draw):
    """Random (mean_probs, labels), from flat to saturated, with ties."""
    n, n_classes = draw(st.integers(1, 60)), draw(st.integers(2, 6))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    logits = rng.normal(size=(n, n_classes)) * draw(st.sampled_from([0.0, 0.5, 2.0, 30.0, 1000.0]))
    probs = special.softmax(np.round(logits, draw(st.sampled_from([0, 8]))), axis=1)
    return probs.astype(draw(st.sampled_from([np.float32, np.float64]))), rng.integers(n_classes, size=n)


def test_expected_calibration_error_by_hand():
    """Two filled bins, gaps 0.15 and 0.4 on half of the examples each, make 0.275."""
    probs, labels = with_confidence([0.6, 0.7, 0.9, 0.9], [True, False, True, False])
    # of 2 bins, all are in the upper: confidence 0.775, accuracy 0.5
    assert expected_calibration_error(probs, labels, n_bins=2) == pytest.approx(0.275)
    # of 5 bins: [0.6, 0.8) has 0.65 against 0.5, [0.8, 1] has 0.9 against 0.5
    assert expected_calibration_error(probs, labels, n_bins=5) == pytest.approx(0.5 * 0.15 + 0.5 * 0.4)


def test_opposite_gaps_do_not_cancel_between_bins():
    """Over- and underconfidence in different bins add up, though confidence equals accuracy on average."""
    probs, labels = with_confidence([0.5, 0.5, 1.0, 1.0], [True, True, True, False])
    assert expected_calibration_error(probs, labels, n_bins=1) == pytest.approx(0.0)
    assert expected_calibration_error(probs, labels, n_bins=10) == pytest.approx(0.5)


def test_saturated_and_wrong_is_counted():
    """Confidence exactly 1.0 falls into the last bin: certain and always wrong is an error of 1."""
    probs, labels = with_confidence([1.0, 1.0, 1.0], [False, False, False])
    assert expected_calibration_error(probs, labels) == 1.0
    assert adaptive_calibration_error(probs, labels) == 1.0
    assert reliability_bins(probs, labels).count[-1] == 3


def test_saturated_and_right_is_calibrated():
    """Certain and always right is an error of 0 by every measure."""
    probs, labels = with_confidence([1.0, 1.0], [True, True])
    for measure in (expected_calibration_error, adaptive_calibration_error, brier_score, negative_log_likelihood):
        assert measure(probs, labels) == 0.0
        assert not np.signbit(measure(probs, labels))


def test_edges_belong_to_the_upper_bin_and_one_to_the_last():
    """Bins are [lower, upper), the last one closed."""
    probs, labels = with_confidence([0.5, 0.75, 1.0], [True, True, True], n_classes=2)
    assert list(reliability_bins(probs, labels, 4).count) == [0, 0, 1, 2]


def test_confidence_zero_is_in_the_first_bin():
    """A confidence of 0.0, which no row of probabilities has as its maximum, would be in the first bin."""
    assert list(_bin_index(np.array([0.0, 1.0, 1.0 + 1e-7]), _edges(15))) == [0, 14, 14]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("n_bins", [1, 2, 3, 7, 10, 15, 20, 100])
def test_every_edge_has_one_bin(dtype, n_bins):
    """Confidences exactly on the edges, rounded as they may be, are each counted once."""
    edges = np.arange(n_bins + 1) / n_bins
    edges = edges[edges >= 0.5]
    probs, labels = with_confidence(edges.astype(dtype), np.ones(len(edges), bool), n_classes=2)
    bins = reliability_bins(probs.astype(dtype), labels, n_bins)
    assert bins.count.sum() == len(edges)
    if dtype is np.float64:  # 0.6 is not below the edge 3/5
        assert bins.count[-1] == min(2, len(edges))
        np.testing.assert_array_equal(bins.count[bins.lower >= 0.5][:-1], 1)


def test_reliability_table_by_hand():
    """Edges, counts, means and Wilson limits are those worked out by hand; the empty bins are NaN."""
    probs, labels = with_confidence([0.8] * 10, [True] * 8 + [False] * 2)
    bins = reliability_bins(probs, labels, 4)
    np.testing.assert_array_equal(bins.lower, [0, 0.25, 0.5, 0.75])
    np.testing.assert_array_equal(bins.upper, [0.25, 0.5, 0.75, 1])
    np.testing.assert_array_equal(bins.count, [0, 0, 0, 10])
    for column in (bins.mean_confidence, bins.accuracy, bins.accuracy_low, bins.accuracy_high):
        assert np.isnan(column[:3]).all()
    assert bins.mean_confidence[3] == pytest.approx(0.8)
    assert bins.accuracy[3] == pytest.approx(0.8)
    # Wilson 95 % of 8 of 10, as tabulated: 0.490 to 0.943
    assert (bins.accuracy_low[3], bins.accuracy_high[3]) == pytest.approx((0.4902, 0.9433), abs=1e-4)


def test_wilson_limits_agree_with_scipy_and_stay_inside():
    """The interval is scipy's, and of none right or all right it starts at 0 or ends at 1 exactly."""
    from scipy.stats import binomtest

    for right, n in [(0, 5), (5, 5), (1, 1), (0, 1), (37, 50)]:
        probs, labels = with_confidence([0.95] * n, np.arange(n) < right)
        bins = reliability_bins(probs, labels)
        expected = binomtest(right, n).proportion_ci(method="wilson")
        assert bins.accuracy_low[-1] == pytest.approx(expected.low, abs=1e-12)
        assert bins.accuracy_high[-1] == pytest.approx(expected.high, abs=1e-12)
        assert 0 <= bins.accuracy_low[-1] <= bins.accuracy[-1] <= bins.accuracy_high[-1] <= 1


@given(predictions(), st.integers(1, 30))
@settings(max_examples=60, deadline=None)
def test_equal_width_error_is_the_plain_loop(prediction, n_bins):
    """The vectorised error is that of a loop over the table's bins, lies in [0, 1], and no example is lost."""
    probs, labels = prediction
    bins = reliability_bins(probs, labels, n_bins)
    assert bins.count.sum() == len(labels)
    confidence, correct = probs.max(axis=1).astype(float), probs.argmax(axis=1) == labels
    total = 0.0
    for k in range(n_bins):
        last = k == n_bins - 1
        inside = (confidence >= bins.lower[k]) & ((confidence < bins.upper[k]) | last)
        assert inside.sum() == bins.count[k]
        if inside.any():
            assert bins.accuracy_low[k] <= bins.accuracy[k] + 1e-12 <= bins.accuracy_high[k] + 2e-12
            total += inside.mean() * abs(correct[inside].mean() - confidence[inside].mean())
        else:
            assert np.isnan(bins.accuracy[k])
    error = expected_calibration_error(probs, labels, n_bins=n_bins)
    assert error == pytest.approx(total, abs=1e-12)
    assert 0 <= error <= 1


@given(predictions(), st.integers(1, 30), st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_order_does_not_matter(prediction, n_bins, seed):
    """Shuffled examples, tied ones too, change no measure."""
    probs, labels = prediction
    order = np.random.default_rng(seed).permutation(len(labels))
    for measure in (expected_calibration_error, adaptive_calibration_error):
        here = measure(probs, labels, n_bins=n_bins)
        assert measure(probs[order], labels[order], n_bins=n_bins) == pytest.approx(here, abs=1e-12)
        assert 0 <= here <= 1
    for measure in (brier_score, negative_log_likelihood):
        assert measure(probs[order], labels[order]) == pytest.approx(measure(probs, labels))
    assert 0 <= brier_score(probs, labels) <= 2 + 1e-6


def test_one_bin_is_the_gap_of_the_means():
    """With one bin both errors are |accuracy - mean confidence|."""
    probs, labels = with_confidence([0.5, 0.6, 0.7, 1.0], [True, False, False, True])
    for measure in (expected_calibration_error, adaptive_calibration_error):
        assert measure(probs, labels, n_bins=1) == pytest.approx(0.2)


def test_adaptive_error_by_hand():
    """Two bins of two examples: gaps 0.55 - 0.5 and 0.95 - 0.5, whatever the confidences' spread."""
    probs, labels = with_confidence([0.9, 0.5, 1.0, 0.6], [True, True, False, False])
    assert adaptive_calibration_error(probs, labels, n_bins=2) == pytest.approx(0.5 * 0.05 + 0.5 * 0.45)


def test_adaptive_error_averages_ties():
    """Four tied examples, half right, over two bins: each bin counts as half right, in whatever order they come."""
    for correct in ([True, True, False, False], [True, False, True, False]):
        probs, labels = with_confidence([0.7] * 4, correct)
        assert adaptive_calibration_error(probs, labels, n_bins=2) == pytest.approx(0.2)


def test_adaptive_error_with_fewer_examples_than_bins():
    """Each example is then its own bin, and the error is the mean distance of confidence from being right."""
    probs, labels = with_confidence([0.6, 0.9], [True, False])
    assert adaptive_calibration_error(probs, labels, n_bins=15) == pytest.approx((0.4 + 0.9) / 2)


def test_one_example():
    """One example, right with confidence 0.8, has an error of 0.2."""
    probs, labels = with_confidence([0.8], [True])
    assert expected_calibration_error(probs, labels) == pytest.approx(0.2)
    assert adaptive_calibration_error(probs, labels) == pytest.approx(0.2)


def test_brier_score_by_hand():
    """Certain and wrong is 2, certain and right 0, uniform over C is 1 - 1/C: the sum over classes, not their mean."""
    assert brier_score([[1.0, 0.0]], [1]) == 2.0
    assert brier_score([[1.0, 0.0]], [0]) == 0.0
    assert brier_score(np.full((3, 4), 0.25), [0, 1, 2]) == pytest.approx(0.75)
    assert brier_score([[0.7, 0.2, 0.1]], [0]) == pytest.approx(0.3**2 + 0.2**2 + 0.1**2)


def test_brier_score_of_two_classes_is_twice_scikit_learns():
    """With two classes it is twice the one-sided convention."""
    rng = np.random.default_rng(0)
    p, labels = rng.random(200), rng.integers(2, size=200)
    assert brier_score(np.column_stack([1 - p, p]), labels) == pytest.approx(2 * metrics.brier_score_loss(labels, p))


def test_negative_log_likelihood_is_scikit_learns_even_when_a_class_is_absent():
    """Where nothing is clipped it is log_loss, in nats, and a class with no example is no trouble."""
    rng = np.random.default_rng(1)
    probs, labels = rng.dirichlet(np.ones(4), size=300), rng.integers(3, size=300)
    assert negative_log_likelihood(probs, labels) == pytest.approx(metrics.log_loss(labels, probs, labels=range(4)))
    assert negative_log_likelihood(np.full((2, 2), 0.5), [0, 1]) == pytest.approx(np.log(2))


def test_negative_log_likelihood_of_an_impossible_label_is_large_and_finite():
    """A zero for the label costs 87.3 nats, which the mean shows and a store can keep."""
    assert negative_log_likelihood([[1.0, 0.0]], [1]) == pytest.approx(-np.log(SMALLEST_PROBABILITY))
    assert negative_log_likelihood([[1.0, 0.0]], [1]) == pytest.approx(87.3365, abs=1e-4)
    tiny = np.array([[1.0, 1e-30]])
    assert negative_log_likelihood(tiny, [1]) == pytest.approx(30 * np.log(10))  # not yet clipped


def test_the_mean_is_taken_in_float64():
    """float32 and float64 input give the same numbers to float32 precision."""
    rng = np.random.default_rng(2)
    probs, labels = rng.dirichlet(np.ones(10), size=5000), rng.integers(10, size=5000)
    for measure in (brier_score, negative_log_likelihood, adaptive_calibration_error):
        assert measure(probs.astype(np.float32), labels) == pytest.approx(measure(probs, labels), rel=1e-5)


def test_reference_for_one_example_in_closed_form():
    """One example of confidence c errs by 1-c with probability c, else by c: the mean is 2c(1-c)."""
    probs, _ = with_confidence([0.8], [True])
    reference = expected_calibration_error_if_calibrated(probs, n_draws=20_000, seed=0)
    assert reference.mean == pytest.approx(2 * 0.8 * 0.2, abs=0.01)
    assert reference.q95 == pytest.approx(0.8)


def test_reference_for_one_bin_is_the_half_normal_mean():
    """n examples of one confidence err by |binomial - mean|, whose mean is sqrt(2 c (1-c) / (pi n)) for large n."""
    probs, _ = with_confidence([0.8] * 1000, [True] * 1000)
    sd = np.sqrt(0.8 * 0.2 / 1000)
    reference = expected_calibration_error_if_calibrated(probs, n_draws=4000, seed=1)
    assert reference.mean == pytest.approx(sd * np.sqrt(2 / np.pi), rel=0.05)
    assert reference.q95 == pytest.approx(1.96 * sd, rel=0.06)


def test_reference_equals_redrawing_labels_the_long_way():
    """Drawing only whether the top label is right gives the distribution of errors with labels truly redrawn."""
    rng = np.random.default_rng(3)
    probs = rng.dirichlet(np.full(5, 0.3), size=200)
    cumulative = probs.cumsum(axis=1)
    errors = []
    for _ in range(600):
        labels = np.minimum((rng.random((200, 1)) > cumulative).sum(axis=1), 4)
        errors.append(expected_calibration_error(probs, labels))
    reference = expected_calibration_error_if_calibrated(probs, n_draws=2000, seed=4)
    assert reference.mean == pytest.approx(np.mean(errors), rel=0.04)
    assert reference.q95 == pytest.approx(np.quantile(errors, 0.95), rel=0.06)


def test_reference_at_360_examples_is_about_four_percent():
    """With 360 examples, 15 bins and a mean confidence of 0.87, perfect calibration still shows an error of 0.039."""
    probs = special.softmax(8 * np.random.default_rng(0).normal(size=(360, 10)), axis=1)
    assert probs.max(axis=1).mean() == pytest.approx(0.87, abs=0.02)
    reference = expected_calibration_error_if_calibrated(probs, seed=0)
    assert reference.mean == pytest.approx(0.039, abs=0.004)
    assert reference.q95 > reference.mean


def test_reference_of_saturated_probabilities_is_zero():
    """A model certain of everything is, if calibrated, always right."""
    assert expected_calibration_error_if_calibrated(np.eye(3), seed=0) == (0.0, 0.0)


def test_reference_depends_on_the_seed_alone(monkeypatch):
    """The same seed gives the same numbers, in one block or many."""
    probs = np.random.default_rng(5).dirichlet(np.ones(4), size=50)
    here = expected_calibration_error_if_calibrated(probs, n_draws=100, seed=7)
    assert here == expected_calibration_error_if_calibrated(probs, n_draws=100, seed=7)
    assert here != expected_calibration_error_if_calibrated(probs, n_draws=100, seed=8)
    monkeypatch.setattr("regtrack.uncertainty.calibration._NUMBERS_AT_ONCE", 120)
    assert here == pytest.approx(expected_calibration_error_if_calibrated(probs, n_draws=100, seed=7))
    with pytest.raises(TypeError, match="seed"):
        expected_calibration_error_if_calibrated(probs)


@pytest.mark.parametrize(
    "measure",
    [expected_calibration_error, adaptive_calibration_error, brier_score, negative_log_likelihood, reliability_bins],
)
@pytest.mark.parametrize(
    ("mean_probs", "labels", "message"),
    [
        ([[0.5, 0.5]], [0, 1], r"expected integer labels of shape \(1,\), received .* shape \(2,\)"),
        ([[0.5, 0.5]], [0.0], "received float64"),
        ([[0.5, 0.5]], [[0, 1]], "one-hot"),
        ([[0.5, 0.5]], [2], r"expected labels in \[0, 2\)"),
        ([[0.5, 0.5]], [-1], r"received labels in \[-1, -1\]"),
        ([0.5, 0.5], [0], r"expected .*\(n_examples, n_classes\)"),
        (np.empty((0, 2)), np.empty(0, int), "no empty axis"),
        ([[3.0, -2.0]], [0], "softmax"),
        ([[np.nan, np.nan]], [0], "expected probabilities"),
    ],
    ids=["length", "float labels", "one-hot", "above", "below", "rank", "empty", "logits", "nan"],
)
def test_wrong_input_is_refused(measure, mean_probs, labels, message):
    """Every measure refuses input that is not probabilities with labels, saying what it expected and received."""
    with pytest.raises(ValueError, match=message):
        measure(mean_probs, labels)


@pytest.mark.parametrize("bad", [0, -1, 2.5, "ten"])
def test_wrong_counts_are_refused(bad):
    """Numbers of bins and draws are integers of at least 1."""
    probs, labels = with_confidence([0.8], [True])
    for call in (
        lambda: expected_calibration_error(probs, labels, n_bins=bad),
        lambda: adaptive_calibration_error(probs, labels, n_bins=bad),
        lambda: reliability_bins(probs, labels, bad),
        lambda: expected_calibration_error_if_calibrated(probs, n_bins=bad, seed=0),
        lambda: expected_calibration_error_if_calibrated(probs, n_draws=bad, seed=0),
    ):
        with pytest.raises(ValueError, match="expected n_"):
            call()


@pytest.mark.parametrize("n", [65_535, 65_536])
def test_a_bin_of_more_examples_than_two_bytes_count_is_counted_whole(n):
    """All in one bin: the mean error is that of a half-normal law, whatever their number."""
    probs, _ = with_confidence([0.8] * n, [True] * n)
    reference = expected_calibration_error_if_calibrated(probs, n_draws=60, seed=1)
    assert reference.mean == pytest.approx(np.sqrt(0.8 * 0.2 / n) * np.sqrt(2 / np.pi), rel=0.3)
