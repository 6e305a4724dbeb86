"""next_step: by hand, on error rates whose means and spreads are plain."""

import numpy as np
import pytest

from regtrack.diagnosis.allocation.steps import (
    NO_BASELINE_LEFT,
    NO_CHOICE,
    TOO_FEW_FRESH,
    Confirm,
    FillUp,
    Purse,
    Pursue,
    next_step,
    not_told_apart,
)
from regtrack.variants.grid import MOST_SEEDS

SPREAD = np.array([-0.01, 0.0, 0.01])
"""Three seeds of sd 0.01: the standard error of a difference of two is 0.0082."""


def rates(**means) -> dict:
    return {name: mean + SPREAD for name, mean in means.items()}


def purse(left: float, pursued: float = 0, **costs) -> Purse:
    names = ("baseline", "a", "b", "c")
    return Purse(left, pursued, dict.fromkeys(names, 1.0) | costs)


CLEAR = rates(baseline=0.20, a=0.10, b=0.15, c=0.16)
CLOSE = rates(baseline=0.20, a=0.10, b=0.108, c=0.109)


def test_within_a_standard_error_of_the_best_is_not_told_apart():
    """0.008 behind is within 0.0082, 0.009 is not; the best comes first, and no more than three."""
    assert not_told_apart(CLOSE) == ("a", "b")
    assert not_told_apart(CLEAR) == ("a",)
    assert not_told_apart(rates(baseline=0.1, a=0.1, b=0.1, c=0.1)) == ("baseline", "a", "b")


def test_seeds_that_all_agree_are_told_apart_by_anything():
    """Without spread only equals are not told apart."""
    same = {"baseline": np.full(3, 0.2), "a": np.full(3, 0.1), "b": np.full(3, 0.1)}
    assert not_told_apart(same) == ("a", "b")


def test_who_cannot_be_told_apart_is_pursued():
    """Two more seeds of each cost 4 of 24."""
    assert next_step(CLOSE, purse(24)) == Pursue(("a", "b"), 2)


def test_a_clear_lead_goes_to_fresh_seeds_at_once():
    """Half of what is left for each of the two."""
    assert next_step(CLEAR, purse(25)) == Confirm("a", 12)


def test_pursuing_takes_no_more_than_half_of_what_exploring_left():
    """After 12 of 30 another 4 would be more than 15."""
    assert next_step(CLOSE, purse(18, 12)) == Confirm("a", 9)
    assert next_step(CLOSE, purse(22, 8)) == Pursue(("a", "b"), 2)


def test_pursuing_leaves_eight_fresh_seeds_of_each():
    """4 of 19 would leave 15."""
    assert next_step(CLOSE, purse(19)) == Confirm("a", 9)
    assert next_step(CLOSE, purse(20)) == Pursue(("a", "b"), 2)


def test_fewer_than_eight_fresh_seeds_each_are_a_fixed_design():
    """15 are 7 each: 3 more seeds of all four; 3 are none."""
    assert next_step(CLOSE, purse(15)) == FillUp(3, TOO_FEW_FRESH)
    assert next_step(CLOSE, purse(3)) == FillUp(0, TOO_FEW_FRESH)
    assert next_step(CLOSE, purse(-5)) == FillUp(0, TOO_FEW_FRESH)
    assert next_step(CLEAR, purse(16)) == Confirm("a", 8)


def test_one_variant_beside_the_baseline_leaves_nothing_to_choose():
    """However much there is to spend."""
    two = rates(baseline=0.2, a=0.1)
    assert next_step(two, Purse(100, 0, dict.fromkeys(two, 1.0))) == FillUp(50, NO_CHOICE)


def test_without_a_finished_baseline_nothing_more_is_spent():
    """There is nothing to confirm against, and its seeds fail."""
    assert next_step(rates(a=0.1, b=0.2), purse(50)) == FillUp(0, NO_BASELINE_LEFT)


def test_a_chosen_baseline_is_frozen_as_the_choice():
    """The caller trains nothing then."""
    assert next_step(rates(baseline=0.1, a=0.2, b=0.3, c=0.3), purse(20)) == Confirm("baseline", 10)


def test_seconds_are_spent_by_what_each_variant_costs():
    """100 s: a costs 4, the baseline 1, so 20 of each; and dear variants leave too little."""
    assert next_step(CLEAR, purse(100.0, a=4.0)) == Confirm("a", 20)
    assert next_step(CLEAR, purse(100.0, a=12.0)) == FillUp(6, TOO_FEW_FRESH)


def test_minutes_that_ran_faster_than_foreseen_still_end_in_a_confirmation():
    """Pursuing was begun: the fewest that can confirm are trained."""
    assert next_step(CLOSE, purse(5.0, 10.0)) == Confirm("a", 8)


def test_fresh_seeds_are_bounded():
    """A night's budget on a network of a second."""
    assert next_step(CLEAR, purse(1e6)) == Confirm("a", MOST_SEEDS)


@pytest.mark.parametrize("variants", [40, 400])
def test_a_large_grid_among_equals_pursues_three(variants):
    """Those of the lowest means, the first of equals first."""
    rng = np.random.default_rng(0)
    many = {"baseline": rng.normal(0.1, 0.01, 3)} | {str(v): rng.normal(0.1, 0.01, 3) for v in range(1, variants)}
    step = next_step(many, Purse(2.0 * variants, 0, dict.fromkeys(many, 1.0)))
    assert isinstance(step, Pursue)
    assert step.variants == tuple(sorted(many, key=lambda name: many[name].mean())[: len(step.variants)])
