"""The best of k tries: chances by counting, every draw written out."""

from itertools import combinations

import numpy as np
import pytest

from regtrack.diagnosis.techniques.best_of_tries import chances_of_best


def test_three_settings_by_hand():
    """One try takes any; of the three pairs the best is in two and decides them, the middle one decides the third."""
    assert chances_of_best([0.3, 0.1, 0.2]) == pytest.approx(
        np.array([[1 / 3, 1 / 3, 1 / 3], [0, 2 / 3, 1 / 3], [0, 1, 0]])
    )


@pytest.mark.parametrize("settings", [1, 2, 7])
def test_they_are_those_of_all_draws(settings):
    """Of every subset of k settings the lowest is counted, and the counts are the chances."""
    losses = np.random.default_rng(settings).permutation(settings) / 10
    for tries, chances in enumerate(chances_of_best(losses), start=1):
        draws = list(combinations(range(settings), tries))
        counts = np.bincount([min(draw, key=lambda i: losses[i]) for draw in draws], minlength=settings)
        assert chances == pytest.approx(counts / len(draws), abs=1e-12)


def test_of_equals_the_first_is_chosen():
    """Whatever the last bit of their means, as the choice of a sweep's variant has it."""
    assert chances_of_best([0.2, 0.1 + 1e-12, 0.1])[-1].tolist() == [0, 1, 0]


def test_thousands_of_settings_are_no_more_than_their_chances():
    """Each row adds up to 1 where a binomial would overflow; half of 3,000 tries find the best half of the time."""
    chances = chances_of_best(np.arange(3_000))
    assert chances.sum(axis=1) == pytest.approx(np.ones(3_000))
    assert chances[1_499, :3] == pytest.approx([0.5, 0.5 * 1_500 / 2_999, 0.5 * 1_500 / 2_999 * 1_499 / 2_998])
