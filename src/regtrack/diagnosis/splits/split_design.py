"""The design of a sweep over splits: what it takes, and what does not go with it; known before anything is read."""

from regtrack.errors import SettingError
from regtrack.names import BASELINE
from regtrack.variants.grid import CV, SPLITS, Grid
from regtrack.words.lists import first_few


def check_splits(grid: Grid, confirm: int = 0) -> None:
    """Raises SettingError for splits without both baseline and another variant, or beside fresh seeds of one split.

    Args:
        confirm: fresh seeds of each that were asked for.
    """
    if grid.splits == 1:
        return
    key = CV if grid.by_folds else SPLITS
    labels = [variant.label for variant in grid.variants if variant not in grid.references]
    if BASELINE not in labels or len(labels) < 2:
        raise SettingError(
            f"{key}: expected a grid with the baseline ({{}}) and another variant, received {first_few(labels)}; there is "
            "nothing to compare over splits"
        )
    if confirm:
        raise SettingError(
            f"confirm: expected none beside {key}, whose seeds are fresh on every split, received {confirm}; leave one of them out"
        )
