"""Confirm a sweep's choice: train fresh seeds of it and of the baseline, which alone say whether it wins."""

import click

from regtrack import names
from regtrack.cli.errors import one_line_errors
from regtrack.cli.options import (
    criteria_options,
    option,
    parse_force,
    parse_fresh_seeds,
    parse_stall_minutes,
    parse_workers,
    running_options,
    split_criteria,
)
from regtrack.cli.project_run import claim_project_run
from regtrack.cli.refusals import refuse_at_once
from regtrack.cli.start import train_grid


@click.command(help=__doc__)
@option("sweep", "latest, or a sweep's id", default="latest")
@option("seeds", "fresh seeds of each, 8 or more", default="12")
@running_options
@criteria_options
def confirm_command(sweep: str, seeds: str, workers: str, stall_minutes: str, force: str, **options: str) -> None:
    with one_line_errors():
        criteria, _ = split_criteria(options)
        fresh, processes = parse_fresh_seeds(seeds, "seeds", off=False), parse_workers(workers)
        run = {"stall_minutes": parse_stall_minutes(stall_minutes), "force": parse_force(force)}
        claim_project_run(names.ROLE_SWEEP)
        from regtrack.sweeps.asked import Asked
        from regtrack.sweeps.confirming import sweep_to_confirm
        from regtrack.tracking.store import connect_to_read

        asked = Asked(workers=processes, confirm=fresh, criteria=criteria, **run)
        grid, asked = sweep_to_confirm(connect_to_read(), sweep.strip() or "latest", asked)
        refuse_at_once(grid)
        train_grid(grid, asked)
