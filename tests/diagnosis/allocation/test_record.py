"""Allocation: seeds as they are given out, step by step, and the text that a sweep's run keeps of it."""

import pytest

from regtrack.diagnosis.allocation.record import Allocation
from regtrack.diagnosis.allocation.steps import TOO_FEW_FRESH, Confirm, FillUp, Pursue
from regtrack.variants import Grid, Variant
from regtrack.variants.seed_budget import SeedBudget

A, B = Variant(l2=0.1), Variant(l2=0.2)
GRID = Grid((Variant(), A, B), (0,)).with_budget(SeedBudget(2, 40))
BEGUN = [(v, seed) for v in GRID.variants for seed in (0, 1)]


def test_who_is_pursued_together_gets_the_same_new_seeds():
    """Whoever joins later leaves out what the others had: no seed is explored and fresh."""
    first = Allocation(2).after(Pursue((A.label, B.label), 2))
    assert first.trials(GRID) == [*BEGUN, (A, 2), (A, 3), (B, 2), (B, 3)]
    second = first.after(Pursue((A.label, "baseline"), 2))
    assert second.more == {A.label: (2, 3, 4, 5), B.label: (2, 3), "baseline": (4, 5)}
    assert (second.first_fresh, second.pursued) == (6, (A.label, B.label, "baseline"))


def test_a_choice_is_frozen_with_its_fresh_seeds():
    """Nothing that was explored changes."""
    found = Allocation(2).after(Pursue((A.label,), 2)).after(Confirm(A.label, 9))
    assert (found.frozen, found.chosen, found.fresh, found.first_fresh) == (True, A.label, 9, 4)
    assert found.trials(GRID) == [*BEGUN, (A, 2), (A, 3)]


def test_a_fixed_design_gives_all_as_many():
    """But references keep the seeds that they have."""
    grid = Grid((Variant(), A, B), (0,), references=(B,)).with_budget(SeedBudget(3, 40))
    found = Allocation(3).after(FillUp(2, TOO_FEW_FRESH))
    assert (found.frozen, found.chosen, found.first_fresh) == (True, "", 5)
    assert [trial for trial in found.trials(grid) if trial[1] > 2] == [(v, s) for v in (Variant(), A) for s in (3, 4)]


def test_its_text_reads_back_as_it_was():
    """At every stage."""
    found = Allocation(2)
    for step in (Pursue((A.label, B.label), 2), Confirm(A.label, 8)):
        assert Allocation.from_text(found.to_text()) == found
        found = found.after(step)
    assert Allocation.from_text(found.to_text()) == found


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"start": 3}', "by hand"])
def test_another_text_is_refused(text):
    """A tag is whatever a person made of it."""
    with pytest.raises(ValueError, match="expected an allocation"):
        Allocation.from_text(text)
