"""Monte Carlo dropout on a model that is already logged."""

import click

from regtrack import names
from regtrack.cli.errors import one_line_errors
from regtrack.cli.options import filled, option, settings_options
from regtrack.cli.project_run import claim_project_run
from regtrack.cli.refusals import refuse_source_at_once
from regtrack.cli.tensorflow_greeting import import_tensorflow_quietly
from regtrack.errors import SettingError
from regtrack.models.model_names import check_model_uri
from regtrack.variants.settings_values import settings_from

FIELDS = ("dataset", "split_seed", "fold", "train_size", "label_noise", "n_passes", "n_bins", "high_confidence")


@click.command(help=__doc__)
@option("model_uri", "MLflow URI of a Keras model with dropout, e.g. models:/m-...")
@option("seed", "seed of the dropout masks", default="0")
@option(
    "inputs",
    "source: numbers as the data's source has them; scaled: as regtrack trains on them "
    "[default what its trial read for a model that regtrack trained, source for any other]",
)
@lambda command: settings_options(command, FIELDS)
def uncertainty_command(model_uri: str, seed: str, inputs: str, **settings: str) -> None:
    with one_line_errors():
        if not model_uri.strip():
            raise SettingError(
                "model_uri: expected the URI of a logged Keras model such as models:/m-..., received nothing"
            )
        if not seed.strip().isdecimal():
            raise SettingError(f"seed: expected a whole number from 0, received {seed!r}")
        from regtrack.sweeps.model_inputs import check_inputs

        check_inputs(inputs.strip())
        own = filled(settings)
        settings_from(own)  # for its errors: what was not given is the model's own
        if "dataset" in own:
            refuse_source_at_once(own["dataset"])
        check_model_uri(model_uri.strip())
        claim_project_run(names.ROLE_UNCERTAINTY)
        from regtrack.sweeps.evaluation import evaluation_of
        from regtrack.tracking.store import connect_to_read

        client = connect_to_read()
        evaluation = evaluation_of(client, model_uri.strip(), own, inputs.strip())
        import_tensorflow_quietly()
        from regtrack.cli.run import uncertainty_and_report

        uncertainty_and_report(client, evaluation, int(seed))
