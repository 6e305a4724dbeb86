"""Refusals that need no TensorFlow, which takes seconds to import: a person who mistyped, or whose data cannot be trained on,
is told at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from regtrack.variants.grid import Grid

if TYPE_CHECKING:
    from regtrack.training.job import Job


def refuse_at_once(grid: Grid, register: str | None = None) -> None:
    """Raises RegtrackError: a source of data or a model that is not there by its name, a name no registry takes."""
    from regtrack.data.spec import check_source_name
    from regtrack.models.model_names import check_model_name
    from regtrack.tracking.registered_name import check_registered_name

    if register:
        check_registered_name(register)
    check_source_name(grid.settings.dataset)
    for architecture in dict.fromkeys(variant.settings(grid.settings).architecture for variant in grid.variants):
        check_model_name(architecture)


def job_at_once(grid: Grid) -> Job | None:
    """What the grid's trials share, its data read before TensorFlow is imported; None where the source may import that itself.

    Raises DataError for a source or a size that cannot be had.
    """
    from regtrack.data.spec import may_import_keras
    from regtrack.sweeps.data import job_of

    return None if may_import_keras(grid.settings.dataset) else job_of(grid)
