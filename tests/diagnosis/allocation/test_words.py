"""An allocation in words and as a table: before, while it pursues, frozen, as a fixed design, and with a baseline chosen."""

import pandas as pd

from regtrack.diagnosis.allocation.record import Allocation
from regtrack.diagnosis.allocation.steps import NO_CHOICE, TOO_FEW_FRESH, Confirm, FillUp, Pursue
from regtrack.diagnosis.allocation.words import (
    allocation_in_words,
    allocation_table,
    budget_in_words,
    step_in_words,
)
from regtrack.variants import Grid, Variant
from regtrack.variants.seed_budget import SeedBudget

A, B, C = (f"l2={rate}" for rate in (0.1, 0.2, 0.3))
VARIANTS = (Variant(), Variant(l2=0.1), Variant(l2=0.2), Variant(l2=0.3))
GRID = Grid(VARIANTS, (0,)).with_budget(SeedBudget(3, 40))
PURSUING = Allocation(3).after(Pursue((A, B), 2))
FROZEN = PURSUING.after(Confirm(A, 12))


def trials(**finished) -> pd.DataFrame:
    """So many FINISHED of each, and one FAILED of c."""
    rows = [(name.replace("_", "="), "FINISHED") for name, n in finished.items() for _ in range(n)]
    return pd.DataFrame([*rows, (C, "FAILED")], columns=["variant", "status"])


EXPLORED = pd.concat([trials(baseline=3), *(pd.DataFrame({"variant": [v] * n, "status": ["FINISHED"] * n})
                                            for v, n in ((A, 5), (B, 5), (C, 2)))], ignore_index=True)  # fmt: skip
FRESH = pd.DataFrame({"variant": [A] * 12 + ["baseline"] * 11, "status": ["FINISHED"] * 23})
NONE = EXPLORED[:0]


def test_before_anything_is_decided():
    """What there is to spend, and how far it is."""
    assert budget_in_words(GRID) == (
        "Seeds where they decide: 40 trials, of which 4 variants take 12 trials to be explored; validation alone says where "
        "the rest goes"
    )
    assert allocation_in_words(Allocation(3), GRID, EXPLORED[:4], NONE) == (
        "4 variants are explored with 3 seeds each, 12 of 40 trials",
        "3 trials finished so far, 1 failed",
    )
    assert set(allocation_table(Allocation(3), GRID, EXPLORED[:4], NONE)["stage"]) == {"exploring"}


def test_a_budget_in_minutes_is_told_in_minutes():
    """Nobody knows beforehand how many trials these are."""
    grid = Grid(VARIANTS, (0,)).with_budget(SeedBudget(3, minutes=7.5))
    assert budget_in_words(grid).startswith("Seeds where they decide: 7.5 minutes, of which 4 variants take 12 trials")
    assert allocation_in_words(FROZEN, grid, EXPLORED, FRESH)[0].endswith("3 seeds each, out of 7.5 minutes")


def test_after_it_is_frozen():
    """Explored, pursued, not pursued, chosen and why, what it cost and what a fixed design would have."""
    assert allocation_in_words(FROZEN, GRID, EXPLORED, FRESH) == (
        "4 variants were explored with 3 seeds each, 12 of 40 trials",
        f"{A} and {B} could not be told apart on validation and were pursued, up to 5 seeds",
        "1 variant got no more seeds: not pursued, which is no verdict on it",
        f"{A} was chosen on validation before test was read; 12 fresh seeds each of it and of baseline alone say whether it "
        "wins",
        "38 trials finished, 1 failed; a fixed design with as narrow an interval would have taken about 18 seeds of each "
        "variant, 72 trials, where all seeds scatter alike",
    )


def test_the_table_says_what_became_of_each():
    """A row a variant, whom more was given to first; seeds that finished only."""
    table = allocation_table(FROZEN, GRID, EXPLORED, FRESH)
    assert table.to_numpy().tolist() == [
        [A, "chosen", 5, 12], ["baseline", "compared with", 3, 11], [B, "pursued", 5, 0], [C, "not pursued", 2, 0],
    ]  # fmt: skip
    assert allocation_table(PURSUING, GRID, EXPLORED, NONE)["stage"].tolist() == [
        "pursued", "pursued", "not pursued", "not pursued",
    ]  # fmt: skip


def test_a_chosen_baseline_leaves_trials_unspent():
    """And no cost of a design that nobody needed."""
    said = allocation_in_words(Allocation(3).after(Confirm("baseline", 14)), GRID, EXPLORED, NONE)
    assert said[1:] == (
        "One was ahead of all others on validation, or the budget left no seeds to pursue any",
        "3 variants got no more seeds: not pursued, which is no verdict on them",
        "The baseline itself was chosen on validation, so no fresh seeds were trained and the rest of the budget is unspent",
        "15 trials finished, 1 failed",
    )


def test_a_fixed_design_says_that_it_is_one_and_why():
    """Nobody is called not pursued then."""
    said = allocation_in_words(Allocation(3).after(FillUp(1, TOO_FEW_FRESH)), GRID, EXPLORED, NONE)
    assert said[1] == (
        "The rest of the budget was spent as a fixed design, judged by Dunnett over all variants, since the budget leaves "
        "fewer than 8 fresh seeds each of the choice and of the baseline"
    )
    assert not any("pursued" in sentence for sentence in said)
    table = allocation_table(Allocation(3).after(FillUp(1, NO_CHOICE)), GRID, EXPLORED, NONE)
    assert set(table["stage"]) == {"fixed design"}


def test_each_step_is_told_as_it_is_decided():
    """One line."""
    assert step_in_words(Pursue((A, B), 2)) == (
        f"Pursuing {A} and {B}, which validation does not tell apart: 2 more seeds each"
    )
    assert step_in_words(Confirm(A, 8)) == f"Chosen on validation, before test is read: {A}"
    assert step_in_words(FillUp(0, TOO_FEW_FRESH)).startswith(
        "The rest is spent as a fixed design, no more seeds: the budget"
    )
