"""Models in the store: a Keras model logged without pickle, and read back."""

from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import keras
import mlflow
import numpy as np
from mlflow import MlflowClient
from mlflow.models import Model, infer_signature

from regtrack import names
from regtrack.data.tables.fitted import TableEncoding
from regtrack.errors import ModelError, StoreError
from regtrack.models.archive import as_file
from regtrack.tracking.model_origin import not_keras
from regtrack.words.failures import first_line

REQUIREMENTS = [f"{package}=={version(package)}" for package in ("keras", "tensorflow", "numpy")]
"""Explicit: left out, MLflow finds them by importing everything again in a process of its own (14 s a model)."""


@dataclass(frozen=True)
class _Written:
    """A model that was written as a .keras archive where it was trained: loaded and saved again, it would cost more than all
    else of logging it."""

    archive: bytes

    def save(self, path: str) -> None:
        Path(path).write_bytes(self.archive)


def write_keras_model(
    folder: Path, model_bytes: bytes, x: np.ndarray, probs: np.ndarray, *, encoding: TableEncoding | None = None
) -> None:
    """Write a .keras archive as an MLflow model, with signature and input example, into a folder that is made.

    `x` (n, ...) and `probs` (n, n_classes or 1) are a few examples and the model's answers, as it takes and gives them,
    `encoding` what made x of a table.
    """
    folder.mkdir(parents=True)  # mlflow.keras writes an input example before it makes the folder (pinned by a test)
    mlflow.keras.save_model(
        _Written(model_bytes),
        path=str(folder),
        mlflow_model=Model(),
        signature=infer_signature(x, probs),
        input_example=x[:2],
        pip_requirements=REQUIREMENTS,
    )
    if encoding is not None:
        (folder / names.ENCODING).write_text(encoding.to_json(), "utf-8")


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
