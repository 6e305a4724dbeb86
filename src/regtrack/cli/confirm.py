"""Confirm a sweep's choice: train fresh seeds of it and of the baseline, which alone say whether it wins."""

import click

from regtrack import names
from regtrack.cli.errors import one_line_errors
from regtrack.cli.executors import executor_options, split_executor
from regtrack.cli.options import (
    criteria_options,
    force_option,
    option,
    parse_force,
    parse_fresh_seeds,
    split_criteria,
)
from regtrack.cli.project_run import claim_project_run
from regtrack.cli.refusals import refuse_at_once
from regtrack.cli.start import train_grid


@click.command(help=__doc__)
@option("sweep", "latest, or a sweep's id", default="latest")
@option("seeds", "fresh seeds of each, 8 or more", default="12")
@force_option
@executor_options
@criteria_options
def confirm_command(sweep: str, seeds: str, force: str, **options: str) -> None:
    with one_line_errors():
        criteria, options = split_criteria(options)
        executor, _ = split_executor(options)
        fresh, going_on = parse_fresh_seeds(seeds, "seeds", off=False), parse_force(force)
        executor.check()
        claim_project_run(names.ROLE_SWEEP)
        from regtrack.sweeps.asked import Asked
        from regtrack.sweeps.confirming import sweep_to_confirm
        from regtrack.tracking.store import connect_to_read

        asked = Asked(executor, confirm=fresh, criteria=criteria, force=going_on)
        grid, asked = sweep_to_confirm(connect_to_read(), sweep.strip() or "latest", asked)
        refuse_at_once(grid)
        train_grid(grid, asked)
