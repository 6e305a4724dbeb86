"""Dunnett's quantile: his table of 1955, Student's t, and the integral done by another library."""

import numpy as np
import pytest
from scipy import stats

from regtrack.diagnosis.differences.dunnett import (
    dunnett_limits,
    dunnett_quantile,
    rounded_down,
    two_sided_p_value,
    two_sided_quantile,
)


@pytest.mark.parametrize(
    ("comparisons", "freedom", "table"),
    [(2, 5, 2.44), (3, 5, 2.68), (2, 10, 2.15), (3, 10, 2.34), (2, 20, 2.03), (3, 20, 2.19), (4, 20, 2.30),
     (2, 1e6, 1.92), (3, 1e6, 2.06), (5, 1e6, 2.23)],
)  # fmt: skip
def test_the_table_of_1955(comparisons, freedom, table):
    """One-sided, 5 %, as printed (two decimals)."""
    assert dunnett_quantile(comparisons, freedom) == pytest.approx(table, abs=0.0051)


@pytest.mark.parametrize("freedom", [1, 2, 4, 30, 4990])
@pytest.mark.parametrize("level", [0.9, 0.95, 0.99])
def test_one_comparison_is_students_t(freedom, level):
    """k = 1: its quantile, to 0.5 %."""
    assert dunnett_quantile(1, freedom, level) == pytest.approx(stats.t.ppf(level, freedom), rel=5e-3)


def test_it_lies_well_within_its_limits():
    """From one comparison to hundreds, of few degrees and of many: who asks for the limits alone is told the same."""
    freedom = np.array([1.0, 1.5, 4, 29, 5000])
    for comparisons in (1, 24, 399):
        for level in (0.8, 0.975):
            low, high = dunnett_limits(comparisons, freedom, level)
            exact = np.array([dunnett_quantile(comparisons, f, level) for f in freedom])
            assert (low < 0.95 * exact).all()
            assert (exact < 0.99 * high).all()


@pytest.mark.parametrize(("comparisons", "freedom"), [(2, 2), (7, 4), (11, 40)])
def test_the_largest_of_correlated_t_variables_stays_below_it(comparisons, freedom):
    """scipy's multivariate t with correlations of 0.5 gives the level back."""
    shape = np.full((comparisons, comparisons), 0.5) + 0.5 * np.eye(comparisons)
    at = np.full(comparisons, dunnett_quantile(comparisons, freedom, 0.95))
    below = stats.multivariate_t.cdf(at, shape=shape, df=freedom, random_state=0)
    assert below == pytest.approx(0.95, abs=2e-3)


def test_it_grows_with_comparisons_and_falls_with_degrees_of_freedom():
    """More comparisons stray further; a better known standard error less."""
    of_comparisons = [dunnett_quantile(k, 8) for k in (1, 2, 5, 11, 39)]
    of_freedom = [dunnett_quantile(11, f) for f in (1, 2, 5, 20, 1000)]
    assert of_comparisons == sorted(of_comparisons)
    assert of_freedom == sorted(of_freedom, reverse=True)


@pytest.mark.parametrize(
    ("comparisons", "freedom", "table"),
    [(2, 1e6, 2.21), (3, 1e6, 2.35), (5, 1e6, 2.51), (9, 1e6, 2.69)],
)
def test_the_two_sided_table_of_1964(comparisons, freedom, table):
    """Dunnett's second table, 5 %, as printed (two decimals), of many degrees of freedom."""
    assert two_sided_quantile(freedom, comparisons) == pytest.approx(table, abs=0.0061)


@pytest.mark.parametrize(("comparisons", "freedom"), [(2, 2.5), (7, 4.0), (11, 40.0), (39, 12.0)])
def test_the_largest_of_either_sign_stays_below_it(comparisons, freedom):
    """400,000 draws of correlated t variables: 5 % reach beyond, within four standard errors of the simulation."""
    rng, tables, freedom = np.random.default_rng(0), 400_000, float(rounded_down(freedom))
    shared = rng.standard_normal(tables)
    largest = np.zeros(tables)
    for _ in range(comparisons):
        largest = np.maximum(largest, np.abs(shared + rng.standard_normal(tables)) / np.sqrt(2))
    t = largest / np.sqrt(rng.chisquare(freedom, tables) / freedom)
    beyond = np.mean(t > two_sided_quantile(freedom, comparisons))
    assert abs(beyond - 0.05) < 4 * np.sqrt(0.05 * 0.95 / tables)


def test_p_values_and_quantiles_agree():
    """At the quantile of a level the adjusted p-value is 1 - level; unknown stays unknown."""
    freedom = np.array([4.2, 9.0, 33.0, np.nan])
    for comparisons in (1, 5, 39):
        at = two_sided_quantile(freedom, comparisons, 0.96)
        assert two_sided_p_value(-at, freedom, comparisons)[:3] == pytest.approx(0.04, abs=1e-8)
        assert np.isnan([at[3], two_sided_p_value(at, freedom, comparisons)[3]]).all()


def test_one_comparison_of_either_sign_is_students_t():
    """k = 1 at the rounded degrees of freedom; more comparisons have larger p-values, at most k times as large."""
    t = np.array([0.0, 0.5, 2.0, 6.0, 40.0])
    alone = 2 * stats.t.sf(t, rounded_down(17.0))
    assert two_sided_p_value(t, 17.0, 1) == pytest.approx(alone)
    among = two_sided_p_value(t, 17.0, 11)
    assert (among >= alone).all()
    assert (among <= np.minimum(11 * alone, 1)).all()


def test_degrees_of_freedom_are_rounded_down_by_less_than_a_twentieth():
    """Cautious, never below one, and at most a thousand."""
    freedom = np.array([1.0, 1.3, 4.0, 57.2, 999.0])
    found = rounded_down(freedom)
    assert (found <= freedom * (1 + 1e-9)).all()
    assert (found > freedom / 1.051).all()
    assert rounded_down(0.2) == 1
    assert rounded_down(1e9) == rounded_down(1000.0)
