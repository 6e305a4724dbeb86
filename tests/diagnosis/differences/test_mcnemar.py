"""McNemar's exact test."""

import numpy as np
import pytest

from regtrack.diagnosis.differences.mcnemar import mcnemar_test


def pair(fixed: int, broken: int, both: int = 0, neither: int = 0):
    """Two networks that disagree so often: (wrong, other_wrong)."""
    wrong = np.repeat([False, True, True, False], (fixed, broken, both, neither))
    other = np.repeat([True, False, True, False], (fixed, broken, both, neither))
    return wrong, other


def test_it_is_the_tail_of_fair_coins():
    """5 against 0: both tails of five fair coins, 2 / 2^5."""
    assert mcnemar_test(*pair(5, 0)) == (5, 0, pytest.approx(2 / 32))


def test_a_table_computed_by_hand():
    """9 against 1 of ten coins: 2 (1 + 10) / 2^10."""
    assert mcnemar_test(*pair(1, 9)).p_value == pytest.approx(22 / 1024)


def test_what_both_get_right_or_wrong_does_not_matter():
    """Only examples on which the two disagree count."""
    assert mcnemar_test(*pair(7, 3, both=50, neither=900)) == mcnemar_test(*pair(7, 3))


def test_the_order_turns_the_counts_and_not_the_answer():
    """Fixed and broken change places; p stays."""
    wrong, other = pair(7, 3)
    here, there = mcnemar_test(wrong, other), mcnemar_test(other, wrong)
    assert (here.fixed, here.broken) == (there.broken, there.fixed) == (7, 3)
    assert here.p_value == there.p_value


def test_networks_that_never_disagree_do_not_differ():
    """No disagreement, no evidence: p = 1."""
    assert mcnemar_test(*pair(0, 0, both=3, neither=4)).p_value == 1


def test_other_examples_are_refused():
    """Three examples against four are no pair."""
    with pytest.raises(ValueError, match="expected two arrays"):
        mcnemar_test([True, False, True], [True, False, True, False])
