"""Judge a sweep from the store again, with criteria of your own, and write its report."""

import click

from regtrack import names
from regtrack.cli.errors import one_line_errors
from regtrack.cli.options import criteria_options, option, split_criteria
from regtrack.cli.project_run import claim_project_run


@click.command(help=__doc__)
@option("sweep", "latest, or a sweep's id", default="latest")
@criteria_options
def report_command(sweep: str, **options: str) -> None:
    with one_line_errors():
        criteria, _ = split_criteria(options)
        claim_project_run(names.ROLE_REPORT)
        from regtrack.tracking.reader import find_sweep
        from regtrack.tracking.store import connect_to_read

        client = connect_to_read()
        found = find_sweep(client, sweep.strip() or "latest")
        from regtrack.cli.run import report_again

        report_again(client, found, criteria)
