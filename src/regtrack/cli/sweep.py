"""Train a grid of regularization variants and log every trial."""

import click

from regtrack.cli.errors import import_tensorflow_quietly, one_line_errors
from regtrack.cli.options import (
    criteria_options,
    filled,
    grid_option,
    parse_fresh_seeds,
    parse_seeds,
    parse_workers,
    settings_options,
    split_criteria,
    sweep_options,
)
from regtrack.cli.plan import with_settings
from regtrack.variants.named_grid import is_shipped, read_grid
from regtrack.variants.reference_networks import with_references
from regtrack.variants.suiting import suited

CONFIRM = (
    "fresh seeds, 8 or more, of the chosen variant and of the baseline, trained last: they alone then say whether it wins; "
    "0 is off [default 0]"
)


@click.command(help=__doc__)
@grid_option("quick")
@sweep_options
@settings_options
@criteria_options
@click.option("--confirm", default="", metavar="VALUE", help=CONFIRM)
def sweep_command(
    grid_name: str, seeds: str, workers: str, resume: str, register: str, reference: str, confirm: str, **options: str
) -> None:
    with one_line_errors():
        criteria, settings = split_criteria(options)
        grid = with_settings(read_grid(grid_name), filled(settings), parse_seeds(seeds))
        grid, unsuited = suited(grid, grid.settings.architecture) if is_shipped(grid_name) else (grid, ())
        grid, references = with_references(grid, reference.strip())
        processes, fresh = parse_workers(workers), parse_fresh_seeds(confirm, "confirm", off=True)
        if fresh:
            from regtrack.diagnosis.fresh_seeds import check_confirm

            check_confirm(fresh, grid)
        import_tensorflow_quietly()
        from regtrack.cli.run import sweep_and_report  # TensorFlow and MLflow: after everything was parsed
        from regtrack.sweeps.asked import Asked

        asked = Asked(processes, resume.strip() or None, register.strip() or None, fresh, criteria)
        sweep_and_report(grid, asked, unsuited + references)
