"""A grid that comes with regtrack, made to suit the model it is run on."""

from dataclasses import replace

from regtrack.variants.grid import Grid
from regtrack.variants.settings import OWN_WIDTHS

WIDTHS = "hidden_widths"


def suited(grid: Grid) -> tuple[Grid, tuple[str, ...]]:
    """(the grid without variants that a person's own model cannot have, what is to be said of them).

    Only the shipped architectures have widths to vary. A grid that a person wrote is not for this: what it asks for and
    cannot have is refused.
    """
    architecture = grid.settings.architecture
    if architecture in OWN_WIDTHS:
        return grid, ()
    left_out = [variant for variant in grid.variants if WIDTHS in variant.overrides]
    if not left_out:
        return grid, ()
    kept = tuple(variant for variant in grid.variants if variant not in left_out)
    named = ", ".join(variant.label for variant in left_out)
    return replace(grid, variants=kept), (f"left out of the grid, since {architecture} has widths of its own: {named}",)
