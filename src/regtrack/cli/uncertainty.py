"""Monte Carlo dropout on a model that is already logged."""

import click

from regtrack.cli.errors import import_tensorflow_quietly, one_line_errors
from regtrack.cli.options import filled, settings_options

FIELDS = ("dataset", "split_seed", "train_size", "label_noise", "n_passes", "n_bins", "high_confidence")


@click.command(help=__doc__)
@click.option("--model_uri", default="", help="MLflow URI of a Keras model with dropout, e.g. models:/m-...")
@click.option("--seed", default="0", show_default=True, help="seed of the dropout masks")
@click.option(
    "--inputs",
    default="",
    metavar="VALUE",
    help="source: numbers as the data's source has them; scaled: as regtrack trains on them "
    "[default what its trial read for a model that regtrack trained, source for any other]",
)
@lambda command: settings_options(command, FIELDS)
def uncertainty_command(model_uri: str, seed: str, inputs: str, **settings: str) -> None:
    with one_line_errors():
        import_tensorflow_quietly()
        from regtrack.cli.run import uncertainty_and_report

        uncertainty_and_report(model_uri.strip(), filled(settings), seed, inputs.strip())
