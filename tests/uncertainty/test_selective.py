"""Selective prediction against hand-computed curves, scikit-learn and averages over explicit orders."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics

from regtrack.uncertainty.selective import (
    BY_ORDER,
    aurc,
    coverage_at_risk,
    error_detection_aupr,
    error_detection_auroc,
    excess_aurc,
    high_confidence_errors,
    ranks_of,
    risk_at_coverage,
    risk_coverage_curve,
)

ALL = [
    risk_coverage_curve,
    aurc,
    excess_aurc,
    error_detection_auroc,
    error_detection_aupr,
    high_confidence_errors,
    lambda c, k: risk_at_coverage(c, k, 0.5),
    lambda c, k: coverage_at_risk(c, k, 0.5),
]

# confidence from few values, so that ties abound
scored = st.lists(st.tuples(st.sampled_from([0.0, 0.1, 0.5, 0.9, 1.0]), st.booleans()), min_size=1, max_size=40).map(
    lambda rows: (np.array([c for c, _ in rows]), np.array([k for _, k in rows]))
)


def test_curve_by_hand():
    """From the most confident down, right right wrong right: the risk is 0, 0, 1/3, 1/4."""
    coverage, risk = risk_coverage_curve([0.6, 0.9, 0.7, 0.8], [True, True, False, True])
    np.testing.assert_allclose(coverage, [0.25, 0.5, 0.75, 1.0])
    np.testing.assert_allclose(risk, [0, 0, 1 / 3, 1 / 4])
    assert aurc([0.6, 0.9, 0.7, 0.8], [True, True, False, True]) == pytest.approx((1 / 3 + 1 / 4) / 4)


def test_excess_by_hand():
    """The best order of those four has its error last, an area of 1/16, and the excess is the rest."""
    confidence, correct = [0.6, 0.9, 0.7, 0.8], [True, True, False, True]
    assert excess_aurc(confidence, correct) == pytest.approx((1 / 3 + 1 / 4) / 4 - 1 / 16)
    assert excess_aurc([0.5, 0.9, 0.1, 0.8], correct) == 0.0


@given(
    st.lists(st.tuples(st.sampled_from([0.2, 0.8, 1.0]), st.booleans()), min_size=1, max_size=6).map(
        lambda rows: (np.array([c for c, _ in rows]), np.array([k for _, k in rows]))
    )
)
@settings(max_examples=25, deadline=None)
def test_ties_are_the_mean_over_all_orders(example):
    """With ties the curve is the exact mean of the curves of every order of the tied examples."""
    confidence, correct = example
    curves = []
    for order in permutations(range(len(correct))):
        order = np.array(order)
        order = order[np.argsort(-confidence[order], kind="stable")]
        curves.append(np.cumsum(~correct[order]) / np.arange(1, len(order) + 1))
    np.testing.assert_allclose(risk_coverage_curve(confidence, correct).selective_risk, np.mean(curves, axis=0))


def test_constant_confidence_has_the_error_rate_everywhere():
    """A network as sure of everything has the error rate as its risk at every coverage, and as its area."""
    correct = np.arange(10) >= 3
    np.testing.assert_allclose(risk_coverage_curve(np.ones(10), correct).selective_risk, 0.3)
    assert aurc(np.ones(10), correct) == pytest.approx(0.3)


@given(scored, st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_order_does_not_matter(example, seed):
    """No result depends on the order in which examples, tied ones too, are given."""
    confidence, correct = example
    order = np.random.default_rng(seed).permutation(len(correct))
    for measure in ALL:
        np.testing.assert_allclose(measure(confidence[order], correct[order]), measure(confidence, correct))


@given(scored)
@settings(max_examples=60, deadline=None)
def test_only_the_order_of_confidence_counts(example):
    """A rising transform of the confidence changes neither curve nor areas."""
    confidence, correct = example
    other = np.exp(3 * confidence) - 100
    np.testing.assert_allclose(risk_coverage_curve(other, correct), risk_coverage_curve(confidence, correct))
    assert error_detection_auroc(-other, correct) == pytest.approx(
        error_detection_auroc(-confidence, correct), nan_ok=True
    )


@given(scored)
@settings(max_examples=60, deadline=None)
def test_ranges(example):
    """Coverage ends at 1, risk at the error rate; areas and shares stay in [0, 1]; the excess is at most the area."""
    confidence, correct = example
    coverage, risk = risk_coverage_curve(confidence, correct)
    assert coverage[-1] == 1.0
    assert risk[-1] == pytest.approx(np.mean(~correct))
    assert np.all((risk >= 0) & (risk <= 1))
    assert 0 <= excess_aurc(confidence, correct) <= aurc(confidence, correct) <= 1
    assert 0 <= high_confidence_errors(confidence, correct) <= np.sum(~correct)
    for limit in (0.0, 0.3, 1.0):
        assert 0 <= coverage_at_risk(confidence, correct, limit) <= 1


@given(scored)
@settings(max_examples=80, deadline=None)
def test_error_detection_is_scikit_learns(example):
    """AUROC and average precision are scikit-learn's, ties included; NaN exactly where they are undefined."""
    confidence, correct = example
    uncertainty = 1 - confidence
    if correct.all() or not correct.any():
        assert np.isnan(error_detection_auroc(uncertainty, correct))
    else:
        assert error_detection_auroc(uncertainty, correct) == pytest.approx(
            metrics.roc_auc_score(~correct, uncertainty)
        )
    if correct.all():
        assert np.isnan(error_detection_aupr(uncertainty, correct))
    else:
        assert error_detection_aupr(uncertainty, correct) == pytest.approx(
            metrics.average_precision_score(~correct, uncertainty)
        )


def test_error_detection_by_hand():
    """Perfect is 1, reversed 0, all tied 1/2; one tie out of two pairs makes 3/4."""
    correct = [True, False]
    assert error_detection_auroc([0.1, 0.9], correct) == 1.0
    assert error_detection_auroc([0.9, 0.1], correct) == 0.0
    assert error_detection_auroc([0.5, 0.5], correct) == 0.5
    assert error_detection_auroc([0.5, 0.1, 0.5], [True, True, False]) == 0.75
    assert error_detection_aupr([0.1, 0.9], correct) == 1.0
    assert error_detection_aupr([0.5, 0.5, 0.5, 0.5], [True, True, True, False]) == 0.25


def test_all_right_and_all_wrong():
    """All right has risk 0 and no errors to detect; all wrong has risk 1; neither has an excess."""
    confidence = np.array([0.2, 0.9, 0.9])
    right, wrong = np.ones(3, bool), np.zeros(3, bool)
    assert (aurc(confidence, right), excess_aurc(confidence, right)) == (0.0, 0.0)
    assert (aurc(confidence, wrong), excess_aurc(confidence, wrong)) == (1.0, 0.0)
    assert coverage_at_risk(confidence, right, 0.0) == 1.0
    assert coverage_at_risk(confidence, wrong, 0.5) == 0.0
    assert np.isnan(error_detection_auroc(confidence, right))
    assert np.isnan(error_detection_auroc(confidence, wrong))
    assert np.isnan(error_detection_aupr(confidence, right))
    assert error_detection_aupr(confidence, wrong) == 1.0
    assert (high_confidence_errors(confidence, right), high_confidence_errors(confidence, wrong)) == (0, 2)


def test_one_example():
    """One example has a curve of one point."""
    np.testing.assert_array_equal(risk_coverage_curve([0.7], [False]), [[1.0], [1.0]])
    assert risk_at_coverage([0.7], [True], 0.01) == 0.0


def test_risk_at_coverage_accepts_at_least_that_share():
    """The number accepted is rounded up, and a share that means a whole number is not pushed above it by rounding."""
    confidence, correct = np.linspace(1, 0, 100), np.arange(100) != 7
    assert risk_at_coverage(confidence, correct, 0.07) == 0.0  # 0.07 * 100 > 7 in floating point
    assert risk_at_coverage(confidence, correct, 0.071) == pytest.approx(1 / 8)
    assert risk_at_coverage(confidence, correct, 1.0) == pytest.approx(0.01)


def test_coverage_at_risk_by_hand():
    """The largest coverage counts, though the risk was above the limit on the way to it."""
    confidence, correct = [0.9, 0.8, 0.7, 0.6], [True, False, True, True]
    # risks 0, 1/2, 1/3, 1/4
    assert coverage_at_risk(confidence, correct, 0.0) == 0.25
    assert coverage_at_risk(confidence, correct, 0.24) == 0.25
    assert coverage_at_risk(confidence, correct, 0.25) == 1.0


def test_coverage_at_risk_takes_ties_all_or_none():
    """A threshold cannot keep one of two tied examples, so their error excludes both."""
    assert coverage_at_risk([0.9, 0.5, 0.5], [True, True, False], 0.2) == pytest.approx(1 / 3)
    assert coverage_at_risk([0.5, 0.5], [True, False], 0.2) == 0.0


@given(scored, st.sampled_from([0.0, 0.1, 0.25, 0.5]))
@settings(max_examples=60, deadline=None)
def test_coverage_at_risk_is_the_best_threshold(example, limit):
    """It is the best of all thresholds, tried one by one."""
    confidence, correct = example
    tried = [confidence >= t for t in np.unique(confidence)]
    best = max((a.mean() for a in tried if np.mean(~correct[a]) <= limit), default=0.0)
    assert coverage_at_risk(confidence, correct, limit) == pytest.approx(best)


def test_high_confidence_errors_include_the_threshold():
    """Wrong at exactly the threshold counts, in float32 as in float64; right or less sure does not."""
    confidence, correct = [0.9, 0.95, 1.0, 0.8999, 0.99], [False, False, False, False, True]
    assert high_confidence_errors(confidence, correct) == 3
    assert high_confidence_errors(np.array(confidence, np.float32), correct) == 3
    assert high_confidence_errors(np.array(confidence, np.float32), correct, np.float64(0.9)) == 3
    assert high_confidence_errors(confidence, correct, threshold=1.0) == 1
    assert high_confidence_errors(confidence, correct, threshold=0.0) == 4


def test_correct_may_be_zeros_and_ones():
    """0 and 1 are read as booleans, not complemented bit by bit."""
    confidence, correct = [0.9, 0.8, 0.7], np.array([1, 0, 1])
    for measure in ALL:
        np.testing.assert_array_equal(measure(confidence, correct), measure(confidence, correct.astype(bool)))


@pytest.mark.parametrize("measure", ALL)
@pytest.mark.parametrize(
    ("score", "correct", "message"),
    [
        ([0.5, 0.6], [True], r"expected .* one shape .* received \(2,\) and \(1,\)"),
        ([], [], "at least one example"),
        ([[0.5]], [[True]], r"\(n_examples,\)"),
        ([np.nan], [True], "non-finite"),
        ([0.5, 0.5], [3, 7], "predicted_class == labels"),
    ],
    ids=["length", "empty", "rank", "nan", "labels"],
)
def test_wrong_input_is_refused(measure, score, correct, message):
    """Every measure refuses what is not a score with its correctness, saying what it expected and received."""
    with pytest.raises(ValueError, match=message):
        measure(np.array(score, dtype=float), np.array(correct))


def test_wrong_limits_are_refused():
    """Coverage, risk and threshold are shares."""
    for call in (
        lambda: risk_at_coverage([0.5], [True], 0.0),
        lambda: risk_at_coverage([0.5], [True], 1.1),
        lambda: coverage_at_risk([0.5], [True], -0.1),
        lambda: high_confidence_errors([0.5], [True], threshold=90),
    ):
        with pytest.raises(ValueError, match=r"expected a (coverage|risk|threshold) in"):
            call()


@pytest.mark.parametrize("measure", sorted(BY_ORDER, key=lambda measure: measure.__name__))
@pytest.mark.parametrize("n", [1, 40, 3000])
def test_ranks_give_the_same_bits_as_the_scores(measure, n):
    """Of a measure by order alone, ties, saturated and repeated examples included."""
    rng = np.random.default_rng(n)
    score = np.round(1 / (1 + np.exp(-4 * rng.standard_normal(n))), 2 if n > 1 else 9).astype(np.float32)
    correct = rng.random(n) < score
    drawn = rng.integers(0, n, n)
    for rows in (np.arange(n), drawn):
        np.testing.assert_array_equal(
            measure(ranks_of(score)[rows], correct[rows]), measure(score[rows], correct[rows])
        )


def test_equal_scores_have_equal_ranks():
    """The lowest is 0, and what is equal counts once."""
    assert ranks_of([0.5, 0.1, 0.5, 0.9]).tolist() == [1, 0, 1, 2]


def test_whole_numbers_far_apart_are_scores_like_any_other():
    """They are not counted from the lowest to the highest, which no memory would hold."""
    far, correct = np.array([-(10**15), 10**15, 3, 3]), np.array([False, True, True, False])
    assert aurc(far, correct) == aurc(far.astype(float), correct)
    assert error_detection_auroc(-far, correct) == error_detection_auroc(-far.astype(float), correct)
