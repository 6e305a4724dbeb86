"""Bring the store what waits on this machine: trials that finished while it was away.

Each becomes one finished run, however often this is called. resume does it first.
"""

import click

from regtrack.cli.errors import one_line_errors
from regtrack.cli.outage_line import outages_in_a_line
from regtrack.words.lists import counted


@click.command(help=__doc__)
def deliver_command() -> None:
    with one_line_errors():
        from regtrack.tracking.addresses import refuse_missing
        from regtrack.tracking.store import connect

        refuse_missing()
        client = connect()
        from regtrack.tracking.spooled_delivery import deliver_spooled, waiting_sweeps

        then = "what it does not have yet still waits: run this again when it answers"
        with outages_in_a_line("trials were delivered", then):
            known, unknown = waiting_sweeps(client)
            found = [deliver_spooled(client, *one) for one in known]
        for one in found:
            elsewhere = f", {one.elsewhere} being delivered by another process" if one.elsewhere else ""
            click.echo(f"sweep {one.sweep_id}: {counted(one.delivered, 'trial')} delivered{elsewhere}")
        if not found:
            click.echo("nothing waits for this store on this machine")
        for sweep_id in unknown:
            click.echo(f"sweep {sweep_id} waits for another store: this one does not know it")
