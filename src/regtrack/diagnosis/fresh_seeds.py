"""Fresh seeds for a confirmation: which trials it takes, decided before the sweep's test examples are read."""

from regtrack.diagnosis.differences.fewest_seeds import FEWEST_SEEDS_TO_CONFIRM
from regtrack.errors import SettingError
from regtrack.names import BASELINE
from regtrack.variants.grid import Grid
from regtrack.variants.variant import Variant


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
    labels = [variant.label for variant in grid.variants]
    if BASELINE not in labels or len(labels) < 2:
        raise SettingError(
            f"confirm: expected a grid with the baseline ({{}}) and another variant, received {', '.join(labels)}; there "
            "is nothing to confirm against"
        )


def fresh_trials(grid: Grid, chosen: str, seeds: int) -> list[tuple[Variant, int]]:
    """The chosen variant and the baseline, each at as many seeds, which follow the largest of the grid's trials.

    None where the baseline itself is chosen.
    """
    first = max(seed for _, seed in grid.trials) + 1
    of = [variant for variant in grid.variants if variant.label in (chosen, BASELINE)] if chosen != BASELINE else []
    return [(variant, seed) for variant in of for seed in range(first, first + seeds)]
