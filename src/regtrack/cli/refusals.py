"""Refusals that need no TensorFlow, which takes seconds to import: a person who mistyped, or whose data cannot be trained on,
is told at once. What needs MLflow, which takes two seconds, is asked after what needs neither."""

from regtrack.cli.tensorflow_greeting import quiet_whoever_imports_tensorflow
from regtrack.variants.grid import Grid


def refuse_at_once(grid: Grid, register: str | None = None) -> None:
    """Raises RegtrackError: a source of data or a model that is not there, a function that cannot be imported, a name no
    registry takes."""
    from regtrack.models.model_names import check_model_name
    from regtrack.tracking.registered_name import check_registered_name

    if register:
        check_registered_name(register)
    refuse_source_at_once(grid.settings.dataset)
    for architecture in dict.fromkeys(variant.settings(grid.settings).architecture for variant in grid.variants):
        check_model_name(architecture)


def refuse_source_at_once(spec: str) -> None:
    """Raises DataError for data that are not there. A function of one's own is imported, and may import TensorFlow itself."""
    from regtrack.data.spec import check_source

    quiet_whoever_imports_tensorflow()
    check_source(spec)


def refuse_unknown_sweep(which: str) -> None:
    """Raises StoreError where the store has no sweep to resume by this id."""
    from regtrack.sweeps.resuming import sweep_to_go_on_with
    from regtrack.tracking.store import connect_to_read

    sweep_to_go_on_with(connect_to_read(), which)
