"""The uncertainty measures against answers known beforehand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats

from regtrack.uncertainty import decomposition
from regtrack.uncertainty.decomposition import (
    entropy,
    expected_entropy,
    mutual_information,
    mutual_information_corrected,
    mutual_information_from_entropies,
    predictive_entropy,
    predictive_entropy_from_mean,
    std_probs,
    std_probs_from_squared_deviations,
    variation_ratio,
    variation_ratio_from_votes,
    vote_counts,
)

LN2 = np.log(2)
AGREE_UNSURE = np.array([[[0.5, 0.5]], [[0.5, 0.5]]])  # two passes, one example: nobody knows
CONTRADICT = np.array([[[1.0, 0.0]], [[0.0, 1.0]]])  # each pass is certain, of another class
AGREE_SURE = np.array([[[1.0, 0.0]], [[1.0, 0.0]]])


@st.composite
def many_probs(draw):
    """Passes from flat to saturated, float32 or float64."""
    shape = (draw(st.integers(1, 7)), draw(st.integers(1, 5)), draw(st.integers(2, 6)))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    logits = rng.normal(size=shape) * draw(st.sampled_from([0.0, 0.1, 1.0, 10.0, 1000.0]))
    return special.softmax(logits, axis=-1).astype(draw(st.sampled_from([np.float32, np.float64])))


@pytest.mark.parametrize(
    ("probs", "predictive", "expected", "mutual", "ratio"),
    [(AGREE_UNSURE, LN2, LN2, 0.0, 0.0), (CONTRADICT, LN2, 0.0, LN2, 0.5), (AGREE_SURE, 0.0, 0.0, 0.0, 0.0)],
    ids=["data", "model", "sure"],
)
def test_the_three_textbook_cases(probs, predictive, expected, mutual, ratio):
    """Shared doubt is all data, contradicting certainties are all model, and shared certainty is neither."""
    assert predictive_entropy(probs) == pytest.approx([predictive])
    assert expected_entropy(probs) == pytest.approx([expected])
    assert mutual_information(probs) == pytest.approx([mutual])
    assert variation_ratio(probs) == pytest.approx([ratio])


def test_entropy_of_a_certain_prediction_is_plain_zero():
    """0 log 0 is 0, without a warning, an epsilon, or a minus sign."""
    with np.errstate(all="raise"):
        result = entropy([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    assert np.array_equal(result, [0.0, 0.0])
    assert not np.signbit(result).any()


def test_entropy_agrees_with_scipy_on_any_axis():
    """Entropy is scipy's, in nats, along the axis asked for."""
    p = np.random.default_rng(0).dirichlet(np.full(5, 0.05), size=(3, 4))
    assert entropy(p) == pytest.approx(stats.entropy(p, axis=-1))
    assert entropy(np.moveaxis(p, -1, 0), axis=0) == pytest.approx(stats.entropy(p, axis=-1))


def test_entropy_of_the_uniform_distribution_is_ln_c():
    """C equal classes give ln C, the top of the range."""
    for n_classes in (1, 2, 10, 1000):
        assert entropy(np.full(n_classes, 1 / n_classes)) == pytest.approx(np.log(n_classes))


def test_entropy_passes_nan_on():
    """A NaN is not mistaken for a zero probability."""
    assert np.isnan(entropy([np.nan, 0.5]))


@given(many_probs())
@settings(max_examples=60, deadline=None)
def test_decomposition_identity_and_ranges(probs):
    """Predictive entropy is expected entropy plus mutual information, and each keeps its range, saturated or not."""
    n_passes, n_examples, n_classes = probs.shape
    predictive, expected, mutual = predictive_entropy(probs), expected_entropy(probs), mutual_information(probs)
    assert predictive.shape == expected.shape == mutual.shape == (n_examples,)
    np.testing.assert_allclose(predictive, expected + mutual, atol=1e-9)
    assert np.all((predictive >= 0) & (predictive <= np.log(n_classes) + 1e-6))
    assert np.all((expected >= 0) & (expected <= predictive + 1e-9))
    assert np.all((mutual >= 0) & (mutual <= np.log(min(n_classes, n_passes)) + 1e-6))
    ratio = variation_ratio(probs)
    assert np.all((ratio >= 0) & (ratio <= 1 - 1 / min(n_classes, n_passes) + 1e-12))


@given(many_probs(), st.integers(0, 2**32 - 1))
@settings(max_examples=30, deadline=None)
def test_order_does_not_matter(probs, seed):
    """Passes in another order change nothing; examples in another order take their numbers along."""
    rng = np.random.default_rng(seed)
    passes, examples = rng.permutation(probs.shape[0]), rng.permutation(probs.shape[1])
    for measure in (predictive_entropy, expected_entropy, mutual_information, variation_ratio, std_probs):
        here = measure(probs)
        np.testing.assert_allclose(measure(probs[passes]), here, atol=1e-9)
        np.testing.assert_allclose(measure(probs[:, examples]), here[examples], atol=1e-12)


@given(many_probs())
@settings(max_examples=30, deadline=None)
def test_reduced_forms_agree(probs):
    """A streaming computation that keeps only sums gets the same numbers."""
    mean = probs.mean(axis=0, dtype=np.float64)
    predictive, expected = predictive_entropy_from_mean(mean), expected_entropy(probs)
    np.testing.assert_allclose(predictive, predictive_entropy(probs))
    np.testing.assert_allclose(mutual_information_from_entropies(predictive, expected), mutual_information(probs))
    split = len(probs) // 2
    votes = sum(vote_counts(part) for part in (probs[:split], probs[split:]) if len(part))
    np.testing.assert_array_equal(variation_ratio_from_votes(votes), variation_ratio(probs))
    m2 = ((probs.astype(np.float64) - mean) ** 2).sum(axis=0)
    np.testing.assert_allclose(std_probs_from_squared_deviations(m2, len(probs)), std_probs(probs), atol=1e-12)


def test_one_pass_has_nothing_to_disagree_with():
    """With one pass the model part is 0, its correction NaN, and the spread NaN unless asked as a description."""
    probs = np.random.default_rng(1).dirichlet(np.ones(4), size=(1, 6))
    assert np.array_equal(mutual_information(probs), np.zeros(6))
    assert np.array_equal(variation_ratio(probs), np.zeros(6))
    assert np.isnan(mutual_information_corrected(mutual_information(probs), probs[0], std_probs(probs), 1)).all()
    assert np.isnan(std_probs(probs)).all()
    assert np.array_equal(std_probs(probs, ddof=0), np.zeros((6, 4)))


def test_identical_passes_carry_no_model_uncertainty():
    """Repeating a pass leaves mutual information, variation ratio and spread at zero, never below."""
    probs = np.repeat(np.random.default_rng(2).dirichlet(np.ones(4), size=(1, 50)), 7, axis=0)
    mutual = mutual_information(probs)
    assert np.all(mutual >= 0)
    assert mutual == pytest.approx(np.zeros(50), abs=1e-12)
    assert np.array_equal(variation_ratio(probs), np.zeros(50))
    assert std_probs(probs) == pytest.approx(np.zeros((50, 4)), abs=1e-12)


def test_variation_ratio_by_hand():
    """Votes 3:2:1 leave half of six passes outside the mode; equal probabilities vote for the lowest class."""
    probs = np.eye(3)[[0, 0, 0, 1, 1, 2]][:, None, :]
    assert np.array_equal(vote_counts(probs), [[3, 2, 1]])
    assert variation_ratio(probs) == pytest.approx([0.5])
    assert np.array_equal(vote_counts(np.full((4, 1, 2), 0.5)), [[4, 0]])


def test_correction_removes_the_bias_of_few_passes():
    """For Dirichlet passes, of closed-form mutual information, 5 passes are biased low and the correction is not."""
    alpha, n_passes = np.array([20.0, 10.0, 10.0]), 5
    mean = alpha / alpha.sum()
    truth = -np.sum(mean * (np.log(mean) - special.digamma(alpha + 1) + special.digamma(alpha.sum() + 1)))
    probs = np.random.default_rng(3).dirichlet(alpha, size=(n_passes, 20_000))
    plain = mutual_information(probs)
    assert plain.mean() == pytest.approx(truth * (n_passes - 1) / n_passes, rel=0.02)
    corrected = mutual_information_corrected(plain, probs.mean(axis=0), std_probs(probs), n_passes)
    assert corrected.mean() == pytest.approx(truth, rel=0.02)


def test_correction_by_hand():
    """Four one-hot passes, two for each of two classes: variance 1/3, so ln 2 + 2 (1/3) / (2 (1/2) 4) = ln 2 + 1/6."""
    probs = np.eye(2)[[0, 0, 1, 1]][:, None, :]
    found = mutual_information_corrected(mutual_information(probs), probs.mean(axis=0), std_probs(probs), 4)
    assert found == pytest.approx([np.log(2) + 1 / 6])


@pytest.mark.parametrize(("n_passes", "least"), [(10, 0.85), (20, 0.93), (50, 0.98)])
def test_correction_holds_where_saturated_passes_contradict_each_other(n_passes, least):
    """Passes that are sure of a class each, drawn from unequal shares of ten, whose mutual information is the entropy of
    the shares: the plain value is further off."""
    shares = np.array([0.5, 0.2, 0.1, *np.full(7, 0.2 / 7)])
    truth = -np.sum(shares * np.log(shares))
    probs = np.eye(10)[np.random.default_rng(5).choice(10, size=(n_passes, 4000), p=shares)]
    plain = mutual_information(probs)
    corrected = mutual_information_corrected(plain, probs.mean(axis=0), std_probs(probs), n_passes).mean() / truth
    assert least < corrected < 1.01
    assert plain.mean() / truth < corrected - 0.01


def test_std_by_hand():
    """Two opposite passes spread by 1/sqrt(2) as an estimate and by 1/2 as a description."""
    assert std_probs(CONTRADICT) == pytest.approx(np.full((1, 2), np.sqrt(0.5)))
    assert std_probs(CONTRADICT, ddof=0) == pytest.approx(np.full((1, 2), 0.5))


def test_saturated_float32_passes_do_not_go_negative():
    """Passes that saturate in float32 give a mutual information of at least 0, in float64."""
    logits = np.random.default_rng(4).normal(size=(50, 200, 10)).astype(np.float32) * 40
    mutual = mutual_information(special.softmax(logits, axis=-1))
    assert mutual.dtype == np.float64
    assert np.all(mutual >= 0)


@pytest.mark.parametrize(
    "measure", [predictive_entropy, expected_entropy, mutual_information, variation_ratio, vote_counts, std_probs]
)
@pytest.mark.parametrize(
    ("probs", "message"),
    [
        (np.full((4, 2), 0.5), r"expected .*\(n_passes, n_examples, n_classes\).*received shape \(4, 2\)"),
        (np.empty((0, 3, 2)), "no empty axis"),
        (np.array([[[-2.0, 3.0]]]), "Apply a softmax"),
        (np.array([[[2.0, 3.0]]]), "Apply a softmax"),
        (np.array([[[np.nan, 1.0]]]), "expected probabilities"),
        (np.array([[[np.inf, 1.0]]]), "expected probabilities"),
    ],
    ids=["rank", "empty", "negative", "sum", "nan", "inf"],
)
def test_what_is_not_probabilities_is_refused(measure, probs, message):
    """Logits, NaNs and a missing axis are refused by every measure, saying what was expected and received."""
    with pytest.raises(ValueError, match=message):
        measure(probs)


def test_reduced_forms_refuse_what_cannot_be():
    """Entropies of different passes, misshapen or empty votes and zero passes are refused."""
    with pytest.raises(ValueError, match="same passes"):
        mutual_information_from_entropies([0.1], [0.5])
    with pytest.raises(ValueError, match="one shape"):
        mutual_information_from_entropies([0.1], [0.1, 0.1])
    with pytest.raises(ValueError, match="received shape"):
        variation_ratio_from_votes([1, 2])
    with pytest.raises(ValueError, match="with none"):
        variation_ratio_from_votes([[0, 0]])
    with pytest.raises(ValueError, match="received 0"):
        mutual_information_corrected([0.1], [[0.5, 0.5]], [[0.1, 0.1]], 0)
    with pytest.raises(ValueError, match="received shapes"):
        mutual_information_corrected([0.1, 0.2], [[0.5, 0.5]], [[0.1, 0.1]], 2)
    assert np.array_equal(mutual_information_from_entropies([0.1], [0.1 + 1e-9]), [0.0])


def test_all_is_what_is_public():
    """`__all__` names every public function of the module."""
    public = {name for name, x in vars(decomposition).items() if getattr(x, "__module__", "") == decomposition.__name__}
    assert {name for name in public if not name.startswith("_")} == set(decomposition.__all__)
