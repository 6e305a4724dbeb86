"""Where a logged model comes from: what the store says of it before it is loaded. Needs no TensorFlow."""

from mlflow import MlflowClient
from mlflow.entities import Run
from mlflow.models import get_model_info

from regtrack import names
from regtrack.errors import ModelError
from regtrack.tracking.long_params import is_shortened
from regtrack.tracking.stored_grid import read_grid
from regtrack.variants.settings import Settings
from regtrack.words.failures import first_line


def check_is_keras(uri: str) -> None:
    """Raises ModelError where there is no model at an MLflow URI (models:/..., runs:/...), or one of another flavor."""
    try:
        flavors = get_model_info(uri).flavors
    except Exception as error:
        raise not_keras(uri, first_line(error)) from None
    if "keras" not in flavors:
        raise not_keras(uri, f"it was logged as {', '.join(flavors)}")


def not_keras(uri: str, reason: str) -> ModelError:
    return ModelError(
        f"model_uri: cannot load {uri!r} as a Keras model ({reason}); expected an MLflow model URI such as models:/m-... from "
        "the run's page"
    )


def own_label(client: MlflowClient, uri: str) -> str:
    """What to call the model at `uri` among variants: its variant and seed where regtrack trained it, else its name."""
    info = get_model_info(uri)
    if run := _trial(client, info.run_id):
        return f"{run.data.tags.get(names.VARIANT)} seed {run.data.params.get(names.SEED)}"
    if uri.startswith("models:/") and not uri.startswith("models:/m-"):
        return uri.removeprefix("models:/")
    return info.name or uri


def training_params(client: MlflowClient, uri: str) -> dict[str, str]:
    """The settings of the trial that logged the model at `uri`; empty for a model regtrack did not train.

    What the store has cut is read from the grid of its sweep. Raises StoreError where that is missing.
    """
    run = _trial(client, get_model_info(uri).run_id)
    if run is None:
        return {}
    own = {name: run.data.params[name] for name in Settings.model_fields if name in run.data.params}
    if cut := [name for name, text in own.items() if is_shortened(text)]:
        whole = read_grid(client, run.data.tags.get(names.SWEEP_ID, "")).settings
        own |= {name: str(getattr(whole, name)) for name in cut}
    return own


def _trial(client: MlflowClient, run_id: str | None) -> Run | None:
    """The run that logged a model, if it is a trial."""
    run = client.get_run(run_id) if run_id else None
    return run if run and run.data.tags.get(names.ROLE) == names.ROLE_TRIAL else None
