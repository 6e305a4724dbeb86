"""A stored model: logged to a run without a trial around it, and read back from its archive."""

import tempfile
from pathlib import Path

import keras
import numpy as np
from mlflow import MlflowClient

from regtrack import names
from regtrack.models.archive import as_file
from regtrack.tracking.models import write_keras_model
from regtrack.tracking.written_model import logged_models


def load_bytes(model_bytes: bytes) -> keras.Model:
    with as_file(model_bytes) as path:
        return keras.saving.load_model(path, compile=False)


def log_keras_model(
    client: MlflowClient, run_id: str, model_bytes: bytes, x: np.ndarray, probs: np.ndarray, *, step: int = 1
) -> str:
    """Log a .keras archive as the run's model, as a trial's is; returns its model id."""
    run = client.get_run(run_id)
    with tempfile.TemporaryDirectory() as parent:
        folder = Path(parent) / names.MODEL
        write_keras_model(folder, model_bytes, x, probs)
        where = {"run_id": run_id, "params": run.data.params, "step": step}
        with logged_models(client, run.info.experiment_id, [folder], **where) as made:
            return made[names.MODEL]
