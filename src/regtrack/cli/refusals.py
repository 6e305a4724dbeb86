"""Refusals that need neither TensorFlow nor MLflow, which take seconds to import: a person who mistyped is told at once."""

from regtrack.variants.grid import Grid


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
