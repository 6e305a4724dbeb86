"""Whole groups are drawn: about the size asked for, each class about its share, at random and never the largest first."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regtrack.data.dividing.group_draw import draw_groups


def grouped(n_groups: int, a_group: int, n_classes: int = 2) -> tuple[np.ndarray, np.ndarray]:
    """Groups of one size that hold all classes alike."""
    of = np.repeat(np.arange(n_groups), a_group)
    return of, np.arange(len(of)) % n_classes


@given(
    st.lists(st.tuples(st.integers(0, 8), st.integers(0, 2)), min_size=1, max_size=60),
    st.floats(0.05, 0.6),
    st.integers(1, 2),
    st.integers(0, 9),
)
@settings(deadline=None, max_examples=60)
def test_groups_stay_whole_and_every_class_stays_on_both_sides(pairs, share, others, seed):
    """No group is cut; every class is taken, and stays in as many groups as there are other splits; else nothing is drawn."""
    of, labels = np.array(pairs).T
    taken = draw_groups(of, labels, size=int(share * len(of)), seed=seed, others=others)
    if taken is None:
        return
    assert not set(of[taken]) & set(of[~taken])
    for label in set(labels):
        assert label in labels[taken]
        assert len(set(of[~taken & (labels == label)])) >= others


def test_equal_groups_give_the_size_and_the_shares_exactly():
    """Of 50 groups of 10 alike, a fifth is 10 groups, and half of it is of each class."""
    of, labels = grouped(50, 10)
    taken = draw_groups(of, labels, size=100, seed=0, others=2)
    assert taken.sum() == 100
    assert np.bincount(labels[taken]).tolist() == [50, 50]


def test_every_group_is_drawn_about_as_often_as_any_other():
    """Over 200 seeds each of 20 groups, half of them twice as large as the others, is in a fifth within 4 standard errors or so."""
    of = np.repeat(np.arange(20), np.where(np.arange(20) % 2, 20, 10))
    labels = np.arange(len(of)) % 2
    hits = np.zeros(20)
    for seed in range(200):
        hits[np.unique(of[draw_groups(of, labels, size=60, seed=seed, others=2)])] += 1
    assert hits.min() > 0.1 * 200
    assert hits.max() < 0.35 * 200


def test_a_rare_class_reaches_every_split():
    """A class that three of forty groups hold is taken with one of them and stays in the two that are left."""
    of, labels = grouped(40, 10)
    labels = np.where(np.isin(of, [3, 17, 30]) & (np.arange(400) % 10 == 0), 2, labels)
    for seed in range(20):
        taken = draw_groups(of, labels, size=80, seed=seed, others=2)
        assert (labels[taken] == 2).sum() == 1
        assert abs(taken.sum() - 80) <= 20


@pytest.mark.parametrize("share", [0.2, 0.5])
def test_fifty_thousand_groups_keep_size_and_shares(share):
    """Of 50,000 groups of one or two the part has its size within one per cent, and each of ten classes its share within three."""
    rng = np.random.default_rng(0)
    of = np.repeat(np.arange(50_000), rng.integers(1, 3, 50_000))
    labels = rng.integers(0, 10, len(of))
    taken = draw_groups(of, labels, size=round(share * len(of)), seed=0, others=2)
    exact = share * np.bincount(labels)
    assert taken.sum() == pytest.approx(share * len(of), rel=0.01)
    np.testing.assert_allclose(np.bincount(labels[taken]), exact, rtol=0.03)


def test_one_seed_one_draw():
    """The same seed gives the same groups, another one others."""
    of, labels = grouped(50, 10)
    first, again, other = (draw_groups(of, labels, size=100, seed=seed, others=2) for seed in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).any()
