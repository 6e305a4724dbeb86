"""Fixed and broken examples, against loops over every pair of networks."""

import itertools

import numpy as np
import pytest

from regtrack.diagnosis.differences.agreement import agreement_table, fixed_and_broken


def test_fixed_is_the_mean_over_all_pairs_of_networks():
    """Right in a network of the one variant and wrong in one of the other, counted pair by pair."""
    rng = np.random.default_rng(0)
    wrong = [rng.random((seeds, 40)) < 0.3 for seeds in (2, 3, 4)]
    found = fixed_and_broken(np.stack([w.mean(axis=0) for w in wrong]))
    for (i, a), (j, b) in itertools.product(enumerate(wrong), repeat=2):
        assert found[i, j] == pytest.approx(np.mean([(~own & other).sum() for own in a for other in b]))


def test_a_table_worked_by_hand():
    """Two networks differ in one example of a, b fixes both of a's and breaks one: rows, order, diagonal."""
    a = np.array([[1, 1, 0, 0], [1, 0, 0, 0]], bool)
    b = np.array([[0, 0, 1, 0]], bool)
    found = agreement_table(["a", "b"], [a, b]).set_index(["variant", "other"])
    # a network of a is wrong in 1.5 examples that b gets right, b in one that a gets right
    assert found.loc[("b", "a")].tolist() == [1.5, 1.0]
    assert found.loc[("a", "b")].tolist() == [1.0, 1.5]
    # its two seeds: one example, fixed in one order and broken in the other
    assert found.loc[("a", "a")].tolist() == [0.5, 0.5]
    assert found.loc[("b", "b")].isna().all()


def test_the_diagonal_is_two_different_seeds():
    """The mean over ordered pairs of different networks, never one with itself."""
    w = np.random.default_rng(1).random((5, 60)) < 0.3
    expected = np.mean([(~s & t).sum() for s, t in itertools.permutations(w, 2)])
    assert agreement_table(["a"], [w]).loc[0, "fixed"] == pytest.approx(expected)
