"""Holm's adjustment: a table by hand, and the definition over all of a family."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regtrack.diagnosis.differences.multiplicity import holm


def test_a_table_worked_by_hand():
    """0.005 x 4, 0.01 x 3, 0.03 x 2, and 0.04 x 1 is raised to the 0.06 before it."""
    assert holm(np.array([0.01, 0.04, 0.03, 0.005])) == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_an_adjusted_p_value_is_at_most_one():
    """0.5 x 3 and what follows it are 1."""
    assert holm(np.array([0.6, 0.5, 0.9])).tolist() == [1.0, 1.0, 1.0]


def test_an_unknown_p_value_stays_unknown_and_counts():
    """A family of three with one missing: 0.01 x 3, 0.02 x 2."""
    np.testing.assert_allclose(holm(np.array([np.nan, 0.02, 0.01])), [np.nan, 0.04, 0.03])


def test_families_without_anything_known():
    """All missing stays all missing; no comparison gives none."""
    assert np.isnan(holm(np.array([np.nan, np.nan]))).all()
    assert holm(np.array([])).shape == (0,)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=12), st.randoms(use_true_random=False))
def test_it_is_the_definition(p_values, random):
    """The largest of (m - rank) p over the p-values up to it; in whatever order they come."""
    random.shuffle(p_values)
    ranked, m = sorted(p_values), len(p_values)
    expected = [
        min(1.0, max((m - rank) * p for rank, p in enumerate(ranked) if p < own or rank == ranked.index(own)))
        for own in p_values
    ]
    assert holm(np.array(p_values)) == pytest.approx(expected)
