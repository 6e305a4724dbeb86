"""Models in the store: a Keras model logged without pickle, and read back."""

import os
from importlib.metadata import version
from pathlib import Path

import keras
import mlflow
import numpy as np
from mlflow import MlflowClient
from mlflow.entities import LoggedModel
from mlflow.models import Model, infer_signature

from regtrack import names
from regtrack.data.tables.fitted import TableEncoding
from regtrack.errors import ModelError, StoreError
from regtrack.models.archive import as_file
from regtrack.models.one_unit import has_one_unit
from regtrack.tracking.model_origin import not_keras
from regtrack.words.failures import first_line

REQUIREMENTS = [f"{package}=={version(package)}" for package in ("keras", "tensorflow", "numpy")]
"""Explicit: left out, MLflow finds them by importing everything again in a process of its own (14 s a model)."""


class _KerasFlavor:
    """mlflow.keras, which writes an input example into a folder it has not made yet (pinned by a test); with a table's
    encoding beside the model."""

    __name__ = "mlflow.keras"

    @staticmethod
    def save_model(path, *, validate_serving_input, encoding, **kwargs):
        os.makedirs(path, exist_ok=True)
        mlflow.keras.save_model(path=path, **kwargs)
        if encoding is not None:
            Path(path, names.ENCODING).write_text(encoding.to_json(), "utf-8")


def log_model(
    model_bytes: bytes,
    x: np.ndarray,
    probs: np.ndarray,
    *,
    run_id: str,
    params: dict,
    step: int,
    encoding: TableEncoding | None = None,
) -> str:
    """Log a .keras archive as the run's model, with signature and input example; returns its model id.

    `x` (n, ...) and `probs` (n, n_classes) are a few examples and the model's answers, `encoding` what made x of a table.
    """
    client = MlflowClient()  # of the global tracking URI: Model.log knows no other
    model = load_bytes(model_bytes)
    x = x.astype(model.inputs[0].dtype)  # what takes integers says so
    probs = probs[:, 1:] if has_one_unit(model) else probs
    info = Model.log(
        artifact_path=None,
        # Left to Model.log, it goes to the experiment of the environment variables, which need not be the run's.
        model_id=new_logged_model(client, names.MODEL, run_id, params).model_id,
        flavor=_KerasFlavor,
        model=model,
        run_id=run_id,
        signature=infer_signature(x, probs),
        input_example=x[:2],
        validate_serving_input=False,  # loads the model once more to predict what we hand over: half of the time
        pip_requirements=REQUIREMENTS,
        step=step,
        encoding=encoding,
    )
    return info.model_id


def new_logged_model(client: MlflowClient, name: str, run_id: str, params: dict) -> LoggedModel:
    """A model of the run that is still to be written, in the run's experiment, with the run's params and these."""
    run = client.get_run(run_id)
    params = run.data.params | {key: str(value) for key, value in params.items()}
    return client.create_logged_model(run.info.experiment_id, name=name, source_run_id=run_id, params=params)


def logged_model_id(client: MlflowClient, run_id: str, name: str = names.MODEL) -> str:
    """The id of the run's model of that name: a trial has two, in no promised order. Raises StoreError without one."""
    outputs = client.get_run(run_id).outputs
    for output in outputs.model_outputs if outputs else ():
        if client.get_logged_model(output.model_id).name == name:
            return output.model_id
    raise StoreError(f"run {run_id}: expected a logged model named {name!r}, found none; its trial did not finish")


def load_bytes(model_bytes: bytes) -> keras.Model:
    with as_file(model_bytes) as path:
        return keras.saving.load_model(path, compile=False)


def load_model(uri: str) -> keras.Model:
    """The Keras model at an MLflow URI (models:/..., runs:/...). Raises ModelError if it cannot be had."""
    try:
        model = mlflow.keras.load_model(uri)
    except Exception as error:
        raise not_keras(uri, first_line(error)) from None
    if not isinstance(model, keras.Model):
        raise ModelError(f"model_uri: expected a Keras model at {uri!r}, received {type(model).__name__}")
    return model
