"""Dunnett's quantile: his table of 1955, Student's t, and the integral done by another library."""

import numpy as np
import pytest
from scipy import stats

from regtrack.diagnosis.differences.dunnett import dunnett_quantile


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
