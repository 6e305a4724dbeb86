"""The fixed design that would tell as much: against quantiles from elsewhere."""

import numpy as np
import pytest
from scipy import stats

from regtrack.diagnosis.allocation.fixed_design import seeds_of_fixed_design


@pytest.mark.parametrize(("variants", "fresh"), [(3, 8), (12, 8), (12, 30), (40, 20)])
def test_its_interval_is_as_narrow_and_one_seed_less_is_not(variants, fresh):
    """By scipy's studentized quantiles of many simulated Dunnett families, within their error."""
    seeds = seeds_of_fixed_design(variants, fresh)
    wanted = stats.t.isf(0.025, 2 * (fresh - 1)) * np.sqrt(2 / fresh)
    rng = np.random.default_rng(0)

    def half_of(s: int) -> float:
        means = rng.standard_normal((20_000, variants)) / np.sqrt(s)
        freedom = variants * (s - 1)
        spread = np.sqrt(rng.chisquare(freedom, 20_000) / freedom)
        largest = np.abs(means[:, 1:] - means[:, :1]).max(axis=1) / (spread * np.sqrt(2 / s))
        return np.quantile(largest, 0.96) * np.sqrt(2 / s)

    assert half_of(seeds) <= 1.02 * wanted
    assert half_of(seeds - 1) >= 0.98 * wanted


def test_a_very_large_grid_has_one_too():
    """Of a thousand variants hardly more seeds, each a thousand times."""
    assert 20 < seeds_of_fixed_design(1000, 8) < 40
