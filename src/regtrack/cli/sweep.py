"""Train a grid of regularization variants and log every trial."""

import click

from regtrack.cli.errors import import_tensorflow_quietly, one_line_errors
from regtrack.cli.options import (
    criteria_options,
    given,
    grid_option,
    parse_seeds,
    parse_workers,
    settings_options,
    split_criteria,
    sweep_options,
)
from regtrack.cli.plan import with_settings
from regtrack.variants.named_grid import read_grid
from regtrack.variants.reference_networks import with_references


@click.command(help=__doc__)
@grid_option("quick")
@sweep_options
@settings_options
@criteria_options
def sweep_command(
    grid_name: str, seeds: str, workers: str, resume: str, register: str, reference: str, **options: str
) -> None:
    with one_line_errors():
        criteria, settings = split_criteria(options)
        grid = with_settings(read_grid(grid_name), given(settings), parse_seeds(seeds))
        grid, notes = with_references(grid, reference.strip())
        processes = parse_workers(workers)
        import_tensorflow_quietly()
        from regtrack.cli.run import sweep_and_report  # TensorFlow and MLflow: after everything was parsed

        resume, register = resume.strip() or None, register.strip() or None
        sweep_and_report(grid, workers=processes, resume=resume, register=register, criteria=criteria, notes=notes)
