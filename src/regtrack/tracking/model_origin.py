"""Where a logged model comes from: what the store says of it before it is loaded. Needs no TensorFlow."""

from collections.abc import Mapping
from dataclasses import dataclass

from mlflow import MlflowClient
from mlflow.entities import Run
from mlflow.models import get_model_info

from regtrack import names
from regtrack.errors import ModelError
from regtrack.tracking.long_params import is_shortened
from regtrack.tracking.stored_grid import read_grid
from regtrack.variants.settings import Settings
from regtrack.words.failures import first_line


@dataclass(frozen=True)
class Origin:
    """`label`: what to call the model among variants, its variant and seed where regtrack trained it, else its name. `settings`:
    those of the trial that logged it, by name, as text; empty for a model that regtrack did not train."""

    label: str
    settings: Mapping[str, str]


def origin_of(client: MlflowClient, uri: str) -> Origin:
    """Of the model at an MLflow URI (models:/..., runs:/...).

    Settings that the store has cut are read from the grid of its sweep. Raises ModelError where there is no model, or one of another
    flavor; StoreError where that grid is missing.
    """
    try:
        info = get_model_info(uri)
    except Exception as error:
        raise not_keras(uri, first_line(error)) from None
    if "keras" not in info.flavors:
        raise not_keras(uri, f"it was logged as {', '.join(info.flavors)}")
    run = client.get_run(info.run_id) if info.run_id else None
    if run and run.data.tags.get(names.ROLE) == names.ROLE_TRIAL:
        return Origin(
            f"{run.data.tags.get(names.VARIANT)} seed {run.data.params.get(names.SEED)}", _settings_of(client, run)
        )
    named = uri.startswith("models:/") and not uri.startswith("models:/m-")
    return Origin(uri.removeprefix("models:/") if named else info.name or uri, {})


def not_keras(uri: str, reason: str) -> ModelError:
    return ModelError(
        f"model_uri: cannot load {uri!r} as a Keras model ({reason}); expected an MLflow model URI such as models:/m-... from "
        "the run's page"
    )


def _settings_of(client: MlflowClient, trial: Run) -> dict[str, str]:
    own = {name: trial.data.params[name] for name in Settings.model_fields if name in trial.data.params}
    if cut := [name for name, text in own.items() if is_shortened(text)]:
        whole = read_grid(client, trial.data.tags.get(names.SWEEP_ID, "")).settings
        own |= {name: str(getattr(whole, name)) for name in cut}
    return own
