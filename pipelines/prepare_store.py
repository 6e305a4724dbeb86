"""Create a tracking store and an experiment with an explicit artifact location, once, before anyone writes to it."""

import click

from regtrack.cli.errors import one_line_errors


@click.command(help=__doc__)
@click.argument("experiment")
def main(experiment: str) -> None:
    with one_line_errors():
        from regtrack.masking import mask
        from regtrack.tracking.store import connect, ensure_experiment

        client = connect()
        experiment_id = ensure_experiment(client, experiment)
        click.echo(f"store {mask(client.tracking_uri)}, experiment {experiment} ({experiment_id})")


if __name__ == "__main__":
    main()
