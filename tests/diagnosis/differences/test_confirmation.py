"""Confirmation: Welch's in closed form where the examples tell nothing, what is refused, and how often it errs."""

import numpy as np
import pytest
from scipy import stats

from regtrack.diagnosis.differences.confirmation import (
    CONFIRMED,
    NOT_CONFIRMED,
    confirm_difference,
)
from regtrack.diagnosis.differences.families import NO_LOOK_LEFT, TOO_FEW_SEEDS
from regtrack.diagnosis.simulated_sweeps import Design, simulate_sweep
from regtrack.names import NO_VERDICT


def of_rates(counts, n=1000, start=0):
    """Networks that get so many examples wrong, each from its own place on: rates that vary and no hard example."""
    rng = np.random.default_rng(start)
    return np.stack([rng.permutation(np.arange(n) < count) for count in counts])


def test_it_is_welchs_where_examples_are_alike():
    """Eight fresh seeds of either, errors placed at random: nothing of the examples is left, and the limits are those of
    Welch's t-test on the seeds' error rates."""
    rng = np.random.default_rng(3)
    ours, theirs = rng.integers(40, 160, 8), rng.integers(150, 400, 12)
    found = confirm_difference(of_rates(ours), of_rates(theirs, start=1))
    peer = stats.ttest_ind(theirs / 1000, ours / 1000, equal_var=False)
    limits = peer.confidence_interval(0.95)
    assert (found.seeds, found.baseline_seeds, found.examples) == (8, 12, 1000)
    assert found.difference == pytest.approx(theirs.mean() / 1000 - ours.mean() / 1000)
    assert (found.low, found.high) == pytest.approx((limits.low, limits.high), rel=0.05)
    assert (found.verdict, found.reason, found.alpha, found.level) == (CONFIRMED, "", 0.025, 0.95)
    assert found.p_value < 0.025


def test_a_worse_one_is_not_confirmed():
    """One-sided: turned round, the p-value is that of the other tail and the limits change sign."""
    ours, theirs = of_rates(range(50, 130, 10)), of_rates(range(200, 280, 10), start=1)
    found, turned = confirm_difference(ours, theirs), confirm_difference(theirs, ours)
    assert turned.verdict == NOT_CONFIRMED
    assert turned.p_value == pytest.approx(1 - found.p_value)
    assert (turned.low, turned.high) == pytest.approx((-found.high, -found.low))


def test_the_same_networks_twice_are_bounded_by_the_rule_of_three():
    """No difference on 300 examples: not confirmed, and a difference up to ln 20 / 300 is not ruled out."""
    same = np.tile(np.arange(300) < 9, (8, 1))
    found = confirm_difference(same, same)
    assert (found.verdict, found.difference) == (NOT_CONFIRMED, 0)
    assert found.high == pytest.approx(np.log(20) / 300)


def test_what_gets_no_verdict():
    """Fewer than eight seeds of either, and a fourth look; the difference is still told."""
    ours, theirs = of_rates([50] * 8), of_rates([300] * 8, start=1)
    for found, reason in (
        (confirm_difference(ours[:7], theirs), TOO_FEW_SEEDS),
        (confirm_difference(ours, theirs[:7]), TOO_FEW_SEEDS),
        (confirm_difference(ours, theirs, looks=4), NO_LOOK_LEFT),
    ):
        assert (found.verdict, found.reason, found.difference) == (NO_VERDICT, reason, pytest.approx(0.25))
        assert np.isnan([found.low, found.high, found.p_value]).all()


def test_a_second_look_spends_its_share():
    """0.16 of 0.025, and the limits are of that level; decided on beforehand it spends all."""
    ours, theirs = of_rates([50] * 8), of_rates([300] * 8, start=1)
    second = confirm_difference(ours, theirs, looks=2)
    assert (second.alpha, second.level) == pytest.approx((0.004, 0.992))
    assert second.high - second.low > 1.3 * np.subtract(*(getattr(confirm_difference(ours, theirs), x) for x in ("high", "low")))  # fmt: skip


def test_wider_seeds_of_the_chosen_spend_a_fifth():
    """At a first look and at a second, with limits of that level; wider ones of the baseline spend all."""
    wide, narrow = of_rates(range(20, 180, 20)), of_rates(range(150, 158), start=1)
    for looks, spent in ((1, 0.025), (2, 0.004)):
        found = confirm_difference(wide, narrow, looks=looks)
        assert (found.wider, found.alpha, found.level) == (
            True,
            pytest.approx(spent / 5),
            pytest.approx(1 - 2 * spent / 5),
        )
        turned = confirm_difference(narrow, wide, looks=looks)
        assert (turned.wider, turned.alpha) == (False, spent)
    between = confirm_difference(of_rates(range(95, 255, 20)), of_rates(range(205, 213), start=1))
    assert 0.025 / 5 < between.p_value < 0.025
    assert between.verdict == NOT_CONFIRMED
    assert between.low < 0


def test_other_examples_cannot_confirm():
    """The shapes are told."""
    with pytest.raises(ValueError, match=r"\(8, 10\) and \(8, 9\)"):
        confirm_difference(np.zeros((8, 10), bool), np.zeros((8, 9), bool))


def test_equals_are_confirmed_as_seldom_as_it_says():
    """1,000 tables of 8 fresh seeds of equals: at most the binomial limit of 2.5 %, limits hold 0 in 93 to 97.5 %."""
    rng, confirmed, covered = np.random.default_rng(0), 0, 0
    for _ in range(1000):
        [(baseline, chosen)] = simulate_sweep(Design(2, 8, 400, seed_sd=0.02), rng)
        found = confirm_difference(chosen, baseline)
        confirmed += found.verdict == CONFIRMED
        covered += found.low <= 0 <= found.high
    assert confirmed <= stats.binom.ppf(0.995, 1000, 0.025)
    assert 0.93 <= covered / 1000 <= 0.975
