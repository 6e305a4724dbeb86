"""Create a tracking store and an experiment with an explicit artifact location, once, before anyone writes to it."""

import click

from regtrack.cli.errors import one_line_errors

RUN = "then `mlflow run .` in it, by this process: another would import MLflow, for seconds, once more"


@click.command(help=__doc__)
@click.argument("experiment")
@click.option("--run", "runs", is_flag=True, help=RUN)
def main(experiment: str, runs: bool) -> None:
    with one_line_errors():
        from regtrack.masking import mask
        from regtrack.tracking.store import connect, ensure_experiment

        client = connect()
        experiment_id = ensure_experiment(client, experiment)
        click.echo(f"store {mask(client.tracking_uri)}, experiment {experiment} ({experiment_id})")
    if runs:
        from mlflow import cli as mlflow

        mlflow.cli(["run", ".", "--env-manager", "local", "--experiment-name", experiment])


if __name__ == "__main__":
    main()
