"""The queue of trials: who gets which trial."""

import pytest

from regtrack.training.trial_queue import TrialQueue
from regtrack.variants import Variant

A, B, C = Variant(), Variant(l2=0.1), Variant(l2=0.2)


def taken(queue, *currents):
    return [queue.take(current) for current in currents]


def test_a_worker_stays_with_its_variant():
    """The next seed of the variant at hand comes first: its compiled graph serves again."""
    queue = TrialQueue([(v, seed) for seed in (0, 1) for v in (A, B)])
    assert taken(queue, None, A, A, B, B) == [(A, 0), (A, 1), (B, 0), (B, 1), None]
    assert not queue


def test_workers_begin_on_different_variants_and_then_help_where_most_is_left():
    """Nobody begins a second time what another has begun while a variant is untouched; then the longest line."""
    queue = TrialQueue([*((A, seed) for seed in range(2)), *((B, seed) for seed in range(3)), (C, 0)])
    assert taken(queue, None, None, None) == [(A, 0), (B, 0), (C, 0)]
    assert taken(queue, C, C) == [(B, 1), (A, 1)]


@pytest.mark.parametrize(("left", "helps"), [(1, False), (2, True)])
def test_a_worker_traces_a_variant_again_only_where_that_ends_sooner(left, helps):
    """Its first seed took 3 s and the next one 2: one that is left is done in 2 without another worker, two in 4."""
    queue = TrialQueue([(A, seed) for seed in range(2 + left)])
    taken(queue, None, A)
    queue.ended(A, 3.0)
    queue.ended(A, 2.0)
    assert (queue.take(B) is not None) == helps


def test_a_worker_goes_on_with_its_own_variant_whatever_its_first_seed_took():
    """Who has traced it takes what is left of it."""
    queue = TrialQueue([(A, seed) for seed in range(2)])
    assert taken(queue, None) == [(A, 0)]
    queue.ended(A, 100.0)
    queue.ended(A, 0.1)
    assert taken(queue, A) == [(A, 1)]
