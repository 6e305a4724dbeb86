"""Convergence over disjoint blocks of passes."""

import numpy as np
import pytest

from regtrack.uncertainty.convergence import measure_convergence
from regtrack.uncertainty.headline import headline_measures

LABELS = np.array([0, 1, 1, 0])
PROBS = np.random.default_rng(0).dirichlet(np.ones(2), size=(20, 4))


def table():
    return measure_convergence(PROBS, LABELS, seconds_per_pass=0.5, n_bins=15, threshold=0.9)


def rows(n_passes, measure):
    found = table()
    [row] = np.flatnonzero((found["n_passes"] == n_passes) & (found["measure"] == measure))
    return {name: column[row] for name, column in found.items()}


def test_steps_end_at_the_passes_there_are():
    """20 passes give the steps 1, 2, 5, 10, 20 and no more."""
    assert sorted(set(table()["n_passes"])) == [1, 2, 5, 10, 20]


def test_blocks_are_disjoint_and_averaged_by_hand():
    """Five passes a block: four blocks, each its mean prediction's accuracy; their mean and spread."""
    expected = [(PROBS[i : i + 5].mean(axis=0).argmax(axis=1) == LABELS).mean() for i in (0, 5, 10, 15)]
    row = rows(5, "accuracy")
    assert row["blocks"] == 4
    assert row["mean"] == pytest.approx(np.mean(expected))
    assert row["std"] == pytest.approx(np.std(expected, ddof=1))
    assert row["seconds"] == pytest.approx(2.5)


def test_all_passes_are_the_prediction_itself_with_unknown_spread():
    """One block of all passes: the measures of the mean over passes; a single block's spread is missing, not 0."""
    expected = headline_measures(PROBS.mean(axis=0), LABELS, n_bins=15, threshold=0.9)
    for measure, value in expected.items():
        row = rows(20, measure)
        assert row["mean"] == pytest.approx(value)
        assert np.isnan(row["std"])


def test_at_most_ten_blocks_a_step():
    """Single passes: ten of the twenty are enough."""
    assert rows(1, "accuracy")["blocks"] == 10
