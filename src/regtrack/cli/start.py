"""Start a sweep: everything that a person can have wrong is refused before seconds go into TensorFlow."""

from regtrack import names
from regtrack.cli.project_run import claim_project_run, reach_store
from regtrack.cli.refusals import refuse_at_once, refuse_unknown_sweep
from regtrack.cli.tensorflow_greeting import quiet_whoever_imports_tensorflow
from regtrack.sweeps.asked import Asked
from regtrack.variants.grid import Grid


def start_sweep(grid: Grid, asked: Asked, notes: tuple[str, ...]) -> None:
    """Train the grid, say `notes` first and what came out last.

    Raises RegtrackError: names, store, sweep and data while TensorFlow is still being imported, the rest before anything is
    trained.
    """
    refuse_at_once(grid, asked.register)
    asked.executor.check()
    # The workers' process imports TensorFlow on one core, this one MLflow on the other; TensorFlow not at all.
    with asked.executor.at_hand():
        claim_project_run(names.ROLE_SWEEP)
        reach_store()
        if asked.resume:
            refuse_unknown_sweep(asked.resume)
        train_grid(grid, asked, notes)


def train_grid(grid: Grid, asked: Asked, notes: tuple[str, ...] = ()) -> None:
    """`start_sweep` where all that needs no data was asked already."""
    from regtrack.sweeps.data import job_of

    quiet_whoever_imports_tensorflow()  # a source of data may
    with asked.executor.at_hand():
        job = job_of(grid)
        from regtrack.cli.run import sweep_and_report  # MLflow, pandas, Altair

        sweep_and_report(grid, asked, notes, job)
