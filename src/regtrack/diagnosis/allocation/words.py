"""An allocation in words and as a table, while it goes on and after: who was explored, pursued, confirmed, and why."""

import pandas as pd

from regtrack import names
from regtrack.diagnosis.allocation.budget import trials_to_spend
from regtrack.diagnosis.allocation.fixed_design import seeds_of_fixed_design
from regtrack.diagnosis.allocation.record import Allocation
from regtrack.diagnosis.allocation.steps import NO_BASELINE_LEFT, NO_CHOICE, TOO_FEW_FRESH, Confirm, FillUp, Pursue
from regtrack.diagnosis.differences.fewest_seeds import FEWEST_SEEDS_TO_CONFIRM
from regtrack.names import BASELINE
from regtrack.variants.grid import Grid
from regtrack.words.lists import counted, listed

WHY_FIXED = {
    TOO_FEW_FRESH: f"the budget leaves fewer than {FEWEST_SEEDS_TO_CONFIRM} fresh seeds each of the choice and of the baseline",
    NO_CHOICE: "beside the baseline there is one variant, so there is nothing to choose",
    NO_BASELINE_LEFT: "no seed of the baseline came to its end, so there is nothing to confirm against",
}  # fmt: skip

EXPLORING, FIXED = "exploring", "fixed design"
"""Stages of a variant before anything is decided, and where all get as many seeds."""


def budget_in_words(grid: Grid) -> str:
    """What there is to spend, before anything is trained."""
    trials = trials_to_spend(grid)
    budget = f"{grid.budget.minutes:g} minutes" if trials is None else f"{trials:,} trials"
    return (
        f"Seeds where they decide: {budget}, of which {counted(len(grid.variants), 'variant')} take "
        f"{len(grid.trials):,} trials to be explored; validation alone says where the rest goes"
    )


def step_in_words(step: Pursue | Confirm | FillUp) -> str:
    """What was just decided."""
    if isinstance(step, Pursue):
        return f"Pursuing {listed(step.variants)}, which validation does not tell apart: {counted(step.seeds, 'more seed')} each"
    if isinstance(step, Confirm):
        return f"Chosen on validation, before test is read: {step.chosen}"
    more = f"{counted(step.seeds, 'more seed')} of every variant" if step.seeds else "no more seeds"
    return f"The rest is spent as a fixed design, {more}: {WHY_FIXED[step.reason]}"


def allocation_in_words(
    allocation: Allocation, grid: Grid, explored: pd.DataFrame, confirming: pd.DataFrame
) -> tuple[str, ...]:
    """Sentences without their full stops: what was explored, who was pursued, what was chosen, what it cost.

    Args:
        explored, confirming: the trials of the two stages so far, with `variant` and `status`.
    """
    found = [_explored(allocation, grid)]
    if allocation.reason:
        found.append(
            f"The rest of the budget was spent as a fixed design, judged by Dunnett over all variants, since "
            f"{WHY_FIXED[allocation.reason]}"
        )
    else:
        found += _pursued(allocation, grid)
    if allocation.chosen:
        found.append(_chosen(allocation))
    found.append(_cost(allocation, grid, explored, confirming))
    return tuple(found)


def allocation_table(
    allocation: Allocation, grid: Grid, explored: pd.DataFrame, confirming: pd.DataFrame
) -> pd.DataFrame:
    """A row a variant, the chosen first, then the baseline it is compared with, the pursued, the others, each in the grid's
    order: variant, stage (one of names.PURSUED and its like; "exploring" before any
    choice is made, "fixed design" where all get as many), seeds that finished in the exploration, and fresh ones."""

    def finished(trials: pd.DataFrame, variant: str) -> int:
        return int(((trials["variant"] == variant) & (trials["status"] == names.FINISHED)).sum()) if len(trials) else 0

    rows = [
        (one.label, _stage(allocation, one.label), finished(explored, one.label), finished(confirming, one.label))
        for one in grid.variants
    ]
    first = {stage: i for i, stage in enumerate((names.CHOSEN, names.COMPARED_WITH, names.PURSUED))}
    rows.sort(key=lambda row: first.get(row[1], len(first)))
    return pd.DataFrame(rows, columns=["variant", "stage", "explored", "fresh"])


def _stage(allocation: Allocation, variant: str) -> str:
    if allocation.reason:
        return FIXED
    if variant == allocation.chosen:
        return names.CHOSEN
    if allocation.chosen and variant == BASELINE:
        return names.COMPARED_WITH
    if variant in allocation.pursued:
        return names.PURSUED
    return EXPLORING if _is_exploring(allocation) else names.NOT_PURSUED


def _explored(allocation: Allocation, grid: Grid) -> str:
    trials = trials_to_spend(grid)
    of = f"out of {grid.budget.minutes:g} minutes" if trials is None else f"{len(grid.trials):,} of {trials:,} trials"
    verb = "are" if _is_exploring(allocation) else "were"
    return (
        f"{counted(len(grid.variants), 'variant')} {verb} explored with {counted(allocation.start, 'seed')} each, {of}"
    )


def _is_exploring(allocation: Allocation) -> bool:
    return not allocation.frozen and not allocation.more


def _pursued(allocation: Allocation, grid: Grid) -> list[str]:
    found, pursued = [], allocation.pursued
    if pursued:
        most = allocation.start + max(map(len, allocation.more.values()))
        found.append(f"{listed(pursued)} could not be told apart on validation and were pursued, up to {most} seeds")
    elif allocation.frozen:
        found.append("One was ahead of all others on validation, or the budget left no seeds to pursue any")
    left = [v.label for v in grid.variants if _stage(allocation, v.label) == names.NOT_PURSUED]
    if left and allocation.frozen:
        them = "it" if len(left) == 1 else "them"
        found.append(f"{counted(len(left), 'variant')} got no more seeds: not pursued, which is no verdict on {them}")
    return found


def _chosen(allocation: Allocation) -> str:
    if allocation.chosen == BASELINE:
        return "The baseline itself was chosen on validation, so no fresh seeds were trained and the rest of the budget is unspent"
    return (
        f"{allocation.chosen} was chosen on validation before test was read; {counted(allocation.fresh, 'fresh seed')} each of it "
        f"and of {BASELINE} alone say whether it wins"
    )


def _cost(allocation: Allocation, grid: Grid, explored: pd.DataFrame, confirming: pd.DataFrame) -> str:
    status = pd.concat([trials["status"] for trials in (explored, confirming) if len(trials)] or [pd.Series(dtype=str)])
    done, failed = (int(status.eq(one).sum()) for one in (names.FINISHED, names.FAILED))
    so_far = "" if allocation.frozen else " so far"
    said = f"{counted(done, 'trial')} finished{so_far}" + (f", {failed} failed" if failed else "")
    if not allocation.chosen or allocation.chosen == BASELINE:
        return said
    seeds = seeds_of_fixed_design(len(grid.variants), allocation.fresh)
    return (
        f"{said}; a fixed design with as narrow an interval would have taken about {seeds} seeds of each variant, "
        f"{seeds * len(grid.variants):,} trials, where all seeds scatter alike"
    )
