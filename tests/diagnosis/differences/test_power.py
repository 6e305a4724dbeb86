"""Power against the integral and against simulation; seeds against the textbook's normal formula."""

import numpy as np
import pytest
from scipy import integrate, stats

from regtrack.diagnosis.differences.crossed import Contrast, contrast_of
from regtrack.diagnosis.differences.power import MOST_SEEDS, power_of, seeds_for_power


def by_integral(effect, se, freedom, alpha):
    """P(T > critical) for T = (Z + effect/se) / sqrt(chi²/freedom), integrated over chi²."""
    critical = stats.t.isf(alpha / 2, freedom)

    def at(x):
        return stats.norm.sf(critical * np.sqrt(x / freedom) - effect / se) * stats.chi2.pdf(x, freedom)

    return integrate.quad(at, 0, stats.chi2.isf(1e-13, freedom), points=[freedom], limit=500)[0]


@pytest.mark.parametrize("freedom", [3.0, 12.5, 200.0])
@pytest.mark.parametrize("ratio", [0.5, 2.0, 4.0])
@pytest.mark.parametrize("alpha", [0.05, 0.05 / 66])
def test_it_is_the_integral(freedom, ratio, alpha):
    """The non-central t, done by hand; at the strict level of 66 pairs too."""
    contrast = Contrast(0.0, 3e-6, 1e-6, freedom)
    assert power_of(contrast, 0.002 * ratio, alpha=alpha) == pytest.approx(
        by_integral(ratio, 1.0, freedom, alpha), abs=1e-6
    )


def test_many_degrees_of_freedom_are_the_normal():
    """An effect of 1.96 + 0.8416 standard errors has a power of 0.8."""
    assert power_of(Contrast(0.0, 1.0, 0.0, 1e6), 1.959964 + 0.841621, alpha=0.05) == pytest.approx(0.8, abs=1e-3)


def test_it_is_how_often_a_simulated_difference_is_shown():
    """20,000 t-tests of five seeds each: within 3 standard errors of the share that is shown."""
    rng, effect, tables = np.random.default_rng(0), 0.8, 20_000
    a, b = rng.normal(0, 0.5, (2, tables, 5))
    b += effect
    p = stats.ttest_ind(b, a, axis=1).pvalue
    contrast = Contrast(0.0, 2 * 0.25 / 5, 0.0, 8.0)
    power = power_of(contrast, effect, alpha=0.05)
    assert abs(np.mean((p < 0.05) & (b.mean(axis=1) > a.mean(axis=1))) - power) < 3 * np.sqrt(
        power * (1 - power) / tables
    )


def test_an_unknown_standard_error_has_no_power():
    """NaN for one seed, and where nothing ever varied."""
    assert np.isnan(power_of(Contrast(0.0, np.nan, 0.1, np.nan), 0.01, alpha=0.05))
    assert np.isnan(power_of(Contrast(0.0, 0.0, 0.0, 9.0), 0.01, alpha=0.05))


def test_an_effect_that_cannot_be_missed_has_power_one():
    """A thousand standard errors."""
    assert power_of(Contrast(0.0, 1e-6, 0.0, 8.0), 1.0, alpha=0.05) == pytest.approx(1.0)


def test_seeds_by_the_normal_formula():
    """(1.96 + 0.8416)² x 2.5 = 19.6 seeds for an effect of 1 where the variance 2.5 of one seed is known."""
    contrast = Contrast(0.0, 2.5 / 5, 0.0, 1e6, 1e6)
    assert seeds_for_power(contrast, 1.0, of_one_seed=2.5, seeds=5, alpha=0.05) == (20, 20)


def test_the_number_of_seeds_is_the_first_that_suffices():
    """At both limits of the variance the power reaches 0.8 with that many seeds and not with one fewer."""
    contrast = Contrast(0.0, 1e-5, 2e-6, 8.0, 8.0)
    limits = [1e-5 * 5 * 8 / stats.chi2.ppf(p, 8) for p in (0.975, 0.025)]
    found = seeds_for_power(contrast, 0.01, of_one_seed=5e-5, seeds=5, alpha=0.01)
    for of_one, seeds in zip(limits, found, strict=True):
        powers = [
            power_of(Contrast(0, of_one / s, 2e-6, max(1.0, 8 / 5 * s)), 0.01, alpha=0.01) for s in (seeds - 1, seeds)
        ]
        assert powers[0] < 0.8 <= powers[1]
    assert found[0] < found[1]


def test_no_number_of_seeds_where_the_examples_are_too_few():
    """The examples' standard error alone is the effect: missing, and an upper limit may be missing alone."""
    assert seeds_for_power(Contrast(0.0, 1e-6, 1e-4, 8.0, 8.0), 0.01, of_one_seed=5e-6, seeds=5, alpha=0.05) == (
        None,
        None,
    )
    fewest, most = seeds_for_power(Contrast(0.0, 1e-3, 0.0, 4.0, 4.0), 0.02, of_one_seed=5e-3, seeds=5, alpha=0.05)
    assert fewest <= MOST_SEEDS
    assert most is None


def test_many_contrasts_at_once_are_each_alone():
    """Arrays, missing as NaN."""
    many = contrast_of(np.zeros(3), [(np.array([1e-5, 1e-6, 1e-6]), np.full(3, 8.0))], np.array([0.0, 1e-3, 1e-6]), 500)
    one_seed, each = many.seed_variance * np.array([5, 5, 3]), np.array([5, 5, 3])
    fewest, most = seeds_for_power(many, 0.01, of_one_seed=one_seed, seeds=each, alpha=0.01)
    for i, seeds in enumerate((5, 5, 3)):
        one = Contrast(0.0, many.seed_variance[i], many.example_variance[i], many.freedom[i], many.seed_freedom[i])
        alone = seeds_for_power(one, 0.01, of_one_seed=one_seed[i], seeds=seeds, alpha=0.01)
        np.testing.assert_array_equal([fewest[i], most[i]], np.array(alone, float))
    assert np.isnan([fewest[1], most[1]]).all()
