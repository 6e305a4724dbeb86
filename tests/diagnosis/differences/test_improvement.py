"""Probability of improvement: pairs of networks, counted."""

import numpy as np
import pytest

from regtrack.diagnosis.differences.improvement import improvement_of_pairs

EVERY_TWO = np.indices((2, 2))


def test_pairs_are_counted_and_ties_are_halves():
    """Lower is better; of 2 and 3 networks 6 pairs, and against itself a half."""
    found = improvement_of_pairs([np.array([0.1, 0.3]), np.array([0.2, 0.3, 0.4])], *EVERY_TWO.reshape(2, -1)).reshape(
        2, 2
    )
    assert found == pytest.approx(np.array([[0.5, 4.5 / 6], [1.5 / 6, 0.5]]))


@pytest.mark.parametrize("seeds", [1, 50])
def test_of_clearly_separate_variants_every_pair_improves(seeds):
    """Of one network each, and of many."""
    found = improvement_of_pairs([np.full(seeds, 0.1), np.full(seeds, 0.2)], *EVERY_TWO.reshape(2, -1))
    assert found.reshape(2, 2).tolist() == [[0.5, 1.0], [0.0, 0.5]]
