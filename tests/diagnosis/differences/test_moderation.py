"""Moderated variances: Smyth's closed forms by hand, an independent fit of the prior, and what borrowing must keep."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import optimize, special, stats

from regtrack.diagnosis.differences.moderation import (
    BELIEVED,
    FEWEST_VARIANTS,
    NEVER_VARIED,
    NOISIER,
    UNEQUAL,
    UNEQUAL_OF_FEW,
    are_unequal,
    moderated_variances,
    p_of_equal_variances,
)

few = settings(max_examples=50, deadline=None)
sweeps = st.lists(st.tuples(st.floats(1e-6, 1.0), st.integers(1, 9)), min_size=FEWEST_VARIANTS, max_size=10)


def fitted_prior(variances, freedoms):
    """(s0², d0) of Smyth 2004, section 6.2, the trigamma function inverted by root finding; and the spread."""
    e = [math.log(s) - special.digamma(d / 2) + math.log(d / 2) for s, d in zip(variances, freedoms, strict=True)]
    mean = math.fsum(e) / len(e)
    spread = math.fsum((x - mean) ** 2 for x in e) / (len(e) - 1) if len(e) > 1 else 0.0
    spread -= math.fsum(special.polygamma(1, d / 2) for d in freedoms) / len(e)
    if spread <= 0:
        return sum(s * d for s, d in zip(variances, freedoms, strict=True)) / sum(freedoms), math.inf, spread
    log_half = optimize.brentq(lambda x: math.log(special.polygamma(1, math.exp(x)) / spread), -40, 40, xtol=1e-13)
    d0 = 2 * math.exp(log_half)
    return math.exp(mean + special.digamma(d0 / 2) - math.log(d0 / 2)), d0, spread


def by_loops(variances, freedoms):
    """The documented posterior, one variant at a time; None where a decision hangs on rounding."""
    total = sum(freedoms)
    s0, d0, spread = fitted_prior(variances, freedoms)
    if abs(spread) < 1e-6:
        return None
    found = []
    for v, (s, d) in enumerate(zip(variances, freedoms, strict=True)):
        lent = BELIEVED * min(d0, total)
        posterior = ((lent * s0 + d * s) / (lent + d), min(lent + d, total))
        if len(variances) > 2:
            others = [i for i in range(len(variances)) if i != v]
            at, strength, near = fitted_prior([variances[i] for i in others], [freedoms[i] for i in others])
            p = stats.f.sf(s / at, d, min(strength, total - d))
            if abs(near) < 1e-6 or abs(p - NOISIER) < 1e-6:
                return None
            posterior = (s, d) if p < NOISIER else posterior
        found.append(posterior)
    return np.array(found).T


@pytest.mark.parametrize(
    ("distance", "prior", "strength"),
    [(math.pi * math.sqrt(2 / 3), 1.0, 2.0), (2 * math.pi / math.sqrt(3), 0.5, 1.0)],
    ids=["trigamma(1) = pi²/6", "trigamma(1/2) = pi²/2"],
)
def test_the_posterior_of_two_variants_at_full_strength_is_the_closed_form(distance, prior, strength):
    """Two variances e^(±x/2) with 2 degrees each: x chosen so that the prior is exp(0) with d0 = 2, or 1/2 with 1."""
    own = np.exp([distance / 2, -distance / 2])
    variances, freedoms = moderated_variances(own, np.array([2, 2]), believed=1.0, fewest=2)
    assert variances == pytest.approx((strength * prior + 2 * own) / (strength + 2))
    assert freedoms == pytest.approx([strength + 2] * 2)


@few
@given(sweeps)
def test_it_is_the_independent_fit(sweep):
    """Prior by root finding, the noisier rule by loops: the same variances and degrees of freedom."""
    own, freedoms = np.array(sweep).T
    assume(own.min() > 2 * NEVER_VARIED * np.median(own))
    expected = by_loops(own, freedoms)
    assume(expected is not None)
    np.testing.assert_allclose(moderated_variances(own, freedoms), expected, rtol=1e-6)


def test_variances_that_differ_by_chance_are_half_pooled():
    """An infinite prior: the mean weighted by degrees of freedom, with half of all 20 degrees, beside each one's own."""
    own, freedoms = np.array([1.0, 1.1, 0.9, 1.0]), np.array([4, 4, 8, 4])
    pooled = (4 + 4.4 + 7.2 + 4) / 20
    variances, found = moderated_variances(own, freedoms)
    assert variances == pytest.approx((10 * pooled + freedoms * own) / (10 + freedoms))
    assert found.tolist() == [14, 14, 18, 14]


@pytest.mark.parametrize("count", [2, 3])
def test_fewer_than_four_variants_borrow_nothing(count):
    """Each keeps its own variance and degrees: a prior of two or three is mostly their own chance."""
    own = np.array([1.0, 2.0, 3.0])[:count]
    variances, freedoms = moderated_variances(own, np.full(count, 4))
    np.testing.assert_array_equal(variances, own)
    assert (freedoms == 4).all()


def test_equal_variances_are_called_unequal_as_often_as_it_says():
    """2,000 sweeps of 12 chi-square variances: within 5 points of UNEQUAL; of half of them sixteen times, nearly always."""
    rng = np.random.default_rng(0)
    freedoms = np.full(12, 4.0)
    equal = rng.chisquare(4, (2000, 12)) / 4
    unequal = equal[:200] * np.where(np.arange(12) % 2, 16.0, 1.0)
    assert np.mean([are_unequal(v, freedoms) for v in equal]) == pytest.approx(UNEQUAL, abs=0.05)
    assert np.mean([are_unequal(v, freedoms) for v in unequal]) > 0.95


@pytest.mark.parametrize(("degrees", "level", "found"), [(4, UNEQUAL, 0.9), (2, UNEQUAL_OF_FEW, 0.8)])
def test_two_variances_can_be_unequal(degrees, level, found):
    """Of 2,000 pairs of chi-square variances as many as the level says, within 5 points; of those sixteen times apart nine in
    ten, of 3 seeds eight, though their level is the higher one."""
    rng = np.random.default_rng(1)
    freedoms, equal = np.full(2, float(degrees)), rng.chisquare(degrees, (2000, 2)) / degrees
    assert np.mean([are_unequal(v, freedoms) for v in equal]) == pytest.approx(level, abs=0.05)
    assert np.mean([are_unequal(v * [1.0, 16.0], freedoms) for v in equal]) > found


def test_the_p_value_is_bartletts():
    """Of three samples of 4, 6 and 9, as scipy has it from their values; a single variance differs from nothing."""
    rng = np.random.default_rng(2)
    samples = [sd * rng.standard_normal(n) for sd, n in ((1, 4), (2, 6), (1, 9))]
    found = p_of_equal_variances(np.array([x.var(ddof=1) for x in samples]), np.array([len(x) - 1.0 for x in samples]))
    assert found == pytest.approx(stats.bartlett(*samples).pvalue)
    assert p_of_equal_variances(np.array([1.0, 0.0]), np.array([4.0, 4.0])) == 1


def test_a_single_variance_is_unequal_to_nothing():
    """Variances of 0 and unknown ones do not count, however many they are."""
    assert not are_unequal(np.array([1e-6, 0.0, np.nan, 0.0]), np.array([4.0, 4, 0, 4]))


def test_a_far_noisier_variant_keeps_its_own_variance():
    """A hundredfold variance is not lent the others' calm; the others still borrow."""
    variances, freedoms = moderated_variances(np.array([1.0, 1.2, 0.8, 1.0, 100.0]), np.full(5, 4))
    assert (variances[4], freedoms[4]) == (100.0, 4.0)
    assert (freedoms[:4] > 4).all()


@pytest.mark.parametrize(("own", "keeps"), [(2.4, True), (1.4, False)])
def test_a_variant_is_the_noisier_from_a_p_value_of_a_fifth_on(own, keeps):
    """Beside four pooled to 1 with 16 degrees: F(4, 16) = 2.4 has p = 0.09 and is its own, 1.4 has 0.28 and borrows."""
    assert (stats.f.sf(own, 4, 16) < 0.2) == keeps
    variances, freedoms = moderated_variances(np.array([1.0, 1.1, 0.9, 1.0, own]), np.full(5, 4))
    assert (variances[4] == own, freedoms[4] == 4) == (keeps, keeps)


def test_of_two_variants_neither_is_called_the_noisier():
    """One other variant is no prior: where two borrow at all, both are drawn together, however far apart."""
    variances, freedoms = moderated_variances(np.array([1.0, 1e3]), np.array([4, 4]), fewest=2)
    assert 1.0 < variances[0] < variances[1] < 1e3
    assert (freedoms > 4).all()


def test_a_single_seed_gets_the_prior_of_the_others():
    """Unknown variance, 0 degrees of its own: the pooled one where the others are alike, with half of their degrees."""
    variances, freedoms = moderated_variances(np.array([1.0, 1.1, 0.9, 1.0, np.nan]), np.array([4, 4, 8, 4, 0]))
    assert variances[4] == pytest.approx(0.98)
    assert freedoms[4] == 10


def test_with_one_known_variance_nothing_is_borrowed():
    """It stays as it is, and what is unknown stays missing with no degree of freedom."""
    variances, freedoms = moderated_variances(np.array([np.nan, 2.0, np.nan]), np.array([0, 3, 0]))
    np.testing.assert_array_equal(variances, [np.nan, 2.0, np.nan])
    assert freedoms.tolist() == [0, 3, 0]


def test_nothing_ever_varied():
    """All variances 0: they are 0, and a single seed's stays missing."""
    variances, freedoms = moderated_variances(np.array([0.0, 0.0, 0.0, np.nan]), np.array([2, 2, 4, 0]))
    np.testing.assert_array_equal(variances, [0.0, 0.0, 0.0, np.nan])
    assert freedoms.tolist() == [2, 2, 4, 0]


def test_seeds_that_agree_by_luck_are_not_believed():
    """A variance of 0 among others counts as the documented share of their median."""
    own, freedoms = np.array([0.0, 1.0, 1.3, 0.8, 1.1]), np.full(5, 4.0)
    floored = np.where(own == 0, NEVER_VARIED * 1.05, own)  # the median of the positive ones is 1.05
    found = moderated_variances(own, freedoms)
    np.testing.assert_allclose(found, by_loops(floored, freedoms), rtol=1e-6)
    assert found[0][0] > NEVER_VARIED


@few
@given(sweeps)
def test_the_posterior_lies_between_a_variants_own_and_the_prior(sweep):
    """Shown by a single seed, which gets the prior itself; never more degrees of freedom than in all, nor fewer."""
    own, freedoms = (np.append(column, end) for column, end in zip(np.array(sweep).T, (np.nan, 0), strict=True))
    variances, found = moderated_variances(own, freedoms)
    floored = np.maximum(own[:-1], NEVER_VARIED * np.median(own[:-1]))
    prior = variances[-1]
    assert (variances[:-1] >= np.minimum(floored, prior) * (1 - 1e-9)).all()
    assert (variances[:-1] <= np.maximum(floored, prior) * (1 + 1e-9)).all()
    assert (found <= freedoms.sum() * (1 + 1e-9)).all()
    assert (found >= freedoms * (1 - 1e-9)).all()


@few
@given(sweeps, st.floats(1e-3, 1e3), st.randoms(use_true_random=False))
def test_neither_the_unit_nor_the_order_matters(sweep, unit, random):
    """Variances in another unit, variants in another order: the same posterior in that unit and order."""
    own, freedoms = np.array(sweep).T
    assume(by_loops(np.maximum(own, NEVER_VARIED * np.median(own)), freedoms) is not None)
    order = np.array(random.sample(range(len(own)), len(own)))
    variances, found = moderated_variances(own, freedoms)
    moved, moved_freedoms = moderated_variances(unit * own[order], freedoms[order])
    assert moved == pytest.approx(unit * variances[order], rel=1e-6)
    assert moved_freedoms == pytest.approx(found[order], rel=1e-6)
