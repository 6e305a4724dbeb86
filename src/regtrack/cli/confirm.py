"""Confirm a sweep's choice: train fresh seeds of it and of the baseline, which alone say whether it wins."""

import click

from regtrack import names
from regtrack.cli.errors import import_tensorflow_quietly, one_line_errors
from regtrack.cli.options import criteria_options, parse_fresh_seeds, parse_workers, split_criteria
from regtrack.cli.project_run import claim_project_run


@click.command(help=__doc__)
@click.option("--sweep", default="latest", show_default=True, help="latest, or a sweep's id")
@click.option("--seeds", default="12", show_default=True, help="fresh seeds of each, 8 or more")
@click.option("--workers", default="", metavar="VALUE", help="trials at a time [default one a core]")
@criteria_options
def confirm_command(sweep: str, seeds: str, workers: str, **options: str) -> None:
    with one_line_errors():
        criteria, _ = split_criteria(options)
        fresh, processes = parse_fresh_seeds(seeds, "seeds", off=False), parse_workers(workers)
        claim_project_run(names.ROLE_SWEEP)
        import_tensorflow_quietly()
        from regtrack.cli.run import confirm_and_report
        from regtrack.sweeps.asked import Asked

        confirm_and_report(sweep.strip() or "latest", Asked(workers=processes, confirm=fresh, criteria=criteria))
