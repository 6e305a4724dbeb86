"""Models in the store: a Keras model logged without pickle, and read back."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import mlflow
import numpy as np
from mlflow import MlflowClient, pyfunc
from mlflow.models import Model, infer_signature
from mlflow.models.utils import _save_example

from regtrack import names
from regtrack.data.tables.fitted import TableEncoding
from regtrack.errors import ModelError, StoreError
from regtrack.tracking.model_description import write_description
from regtrack.tracking.model_environment import FILES, write_environment
from regtrack.tracking.model_origin import not_keras
from regtrack.words.failures import first_line

if TYPE_CHECKING:  # whoever logs models need not import it; whoever loads them does
    import keras

REQUIREMENTS = tuple(f"{package}=={version(package)}" for package in ("keras", "tensorflow", "numpy"))
"""Explicit: left out, MLflow finds them by importing everything again in a process of its own (14 s a model)."""
DATA = "data"
"""The folder that the flavor's files stand in."""


def write_keras_model(
    folder: Path,
    model_bytes: bytes,
    x: np.ndarray,
    probs: np.ndarray,
    *,
    encoding: TableEncoding | None = None,
) -> None:
    """Write a .keras archive as an MLflow model, with signature and input example, into a folder that is made.

    The folder is what `mlflow.keras.save_model` writes (a test holds both to it), with a table's encoding beside the model. That
    imports TensorFlow, and looks up every package for each model.

    `x` (n, ...) and `probs` (n, n_classes or 1) are a few examples and the model's answers, as it takes and gives them,
    `encoding` what made x of a table.
    """
    model = Model()
    (folder / DATA).mkdir(parents=True)
    model.signature = infer_signature(x, probs)
    _save_example(model, x[:2], str(folder))
    (folder / DATA / "keras_module.txt").write_text("keras")
    # The bytes as they were written where the model was trained: loaded and saved again, they would cost more than all else.
    (folder / DATA / "model.keras").write_bytes(model_bytes)
    versions = {"keras_version": version("keras"), "keras_backend": "tensorflow"}
    model.add_flavor("keras", data=DATA, save_exported_model=False, **versions)
    pyfunc.add_to_model(model, loader_module="mlflow.keras", **FILES)
    model.model_size_bytes = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    write_description(model, folder)
    write_environment(folder, REQUIREMENTS)
    if encoding is not None:
        (folder / names.ENCODING).write_text(encoding.to_json(), "utf-8")


def logged_model_id(client: MlflowClient, run_id: str, name: str = names.MODEL) -> str:
    """The id of the run's model of that name: a trial has two, in no promised order. Raises StoreError without one."""
    outputs = client.get_run(run_id).outputs
    for output in outputs.model_outputs if outputs else ():
        if client.get_logged_model(output.model_id).name == name:
            return output.model_id
    raise StoreError(f"run {run_id}: expected a logged model named {name!r}, found none; its trial did not finish")


def load_model(uri: str) -> keras.Model:
    """The Keras model at an MLflow URI (models:/..., runs:/...). Raises ModelError if it cannot be had."""
    import keras

    try:
        model = mlflow.keras.load_model(uri)
    except Exception as error:
        raise not_keras(uri, first_line(error)) from None
    if not isinstance(model, keras.Model):
        raise ModelError(f"model_uri: expected a Keras model at {uri!r}, received {type(model).__name__}")
    return model
