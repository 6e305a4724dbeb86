"""Delete a sweep from the store: its runs, models and artifacts. Asks first."""

import click

from regtrack.cli.errors import one_line_errors
from regtrack.cli.outage_line import outages_in_a_line
from regtrack.words.lists import counted


@click.command(help=__doc__)
@click.option(
    "--sweep", required=True, metavar="ID", help="the sweep's id, whole, as the dashboard's address shows it (?sweep=)"
)
@click.option("--yes", is_flag=True, help="do not ask")
def delete_command(sweep: str, yes: bool) -> None:
    with one_line_errors():
        from regtrack.tracking.deletion import carry_out, plan_deletion
        from regtrack.tracking.store import connect_to_read

        client = connect_to_read()
        deletion = plan_deletion(client, sweep.strip())
        size = deletion.megabytes
        click.echo(
            f"sweep {deletion.sweep_id} in experiment {client.get_experiment(deletion.experiment_id).name!r}: "
            f"{counted(len(deletion.runs), 'run')}, {counted(len(deletion.models), 'model')}"
            f"{'' if size is None else f', {size:,.1f} MB of artifacts'}"
        )
        if not yes and not click.confirm("Delete all of it? This cannot be taken back"):
            click.echo("nothing was deleted")
            return
        bar = click.progressbar(length=len(deletion.addresses), label="deleting")
        with outages_in_a_line("it was deleted", "run this again when it answers: it deletes what is left"), bar:
            carry_out(client, deletion, lambda: bar.update(1))
        click.echo("deleted; `mlflow gc` takes what MLflow keeps of deleted runs out of the database")
