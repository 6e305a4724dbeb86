"""Fresh seeds for a confirmation: which trials it takes, decided before the sweep's test examples are read."""

from regtrack.diagnosis.differences.fewest_seeds import FEWEST_SEEDS_TO_CONFIRM
from regtrack.errors import SettingError
from regtrack.names import BASELINE
from regtrack.variants.grid import Grid
from regtrack.variants.variant import Variant
from regtrack.words.lists import first_few


def check_confirm(seeds: int, grid: Grid) -> None:
    """Raises SettingError: fewer seeds than can confirm anything, or a grid without both baseline and another variant.

    Args:
        seeds: fresh ones of each; 0 asks for no confirmation.
    """
    if not seeds:
        return
    if seeds < FEWEST_SEEDS_TO_CONFIRM:
        raise SettingError(
            f"confirm: expected 0 (off) or at least {FEWEST_SEEDS_TO_CONFIRM} fresh seeds of each, received {seeds}; with fewer "
            "nothing is confirmed"
        )
    _check_baseline("confirm", grid)


def check_budget(grid: Grid, confirm: int = 0) -> None:
    """Raises SettingError for a grid whose seeds are to be spent where they decide: without both baseline and another
    variant, or with fresh seeds asked for beside those that it trains by itself."""
    if grid.budget is None:
        return
    _check_baseline("seeds: auto", grid)
    if confirm:
        raise SettingError(
            f"confirm: expected none beside seeds: auto, which spends what is left of its budget on fresh seeds, received "
            f"{confirm}; leave confirm out, or give seeds as a number"
        )


def _check_baseline(what: str, grid: Grid) -> None:
    labels = [variant.label for variant in grid.variants]
    if BASELINE not in labels or len(labels) < 2:
        raise SettingError(
            f"{what}: expected a grid with the baseline ({{}}) and another variant, received {first_few(labels)}; there "
            "is nothing to confirm against"
        )


def fresh_trials(grid: Grid, chosen: str, seeds: int, first: int | None = None) -> list[tuple[Variant, int]]:
    """The chosen variant and the baseline, each at as many seeds from `first` on: by default those that follow the largest
    of the grid's trials.

    None where the baseline itself is chosen.
    """
    first = max(seed for _, seed in grid.trials) + 1 if first is None else first
    of = [variant for variant in grid.variants if variant.label in (chosen, BASELINE)] if chosen != BASELINE else []
    return [(variant, seed) for variant in of for seed in range(first, first + seeds)]
