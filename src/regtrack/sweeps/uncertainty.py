"""run_uncertainty: Monte Carlo dropout on a model that is already in the store, its artifacts on a run of its own."""

import os
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import mlflow
import tensorflow as tf
from mlflow import MlflowClient

from regtrack import names
from regtrack.data import Dataset
from regtrack.errors import ModelError
from regtrack.sweeps.data import load_data
from regtrack.tracking.artifacts import write_uncertainty
from regtrack.tracking.measures import prediction_metrics
from regtrack.tracking.models import load_model, training_params
from regtrack.tracking.store import current_experiment
from regtrack.tracking.writer import log
from regtrack.training.inference import compile_predict
from regtrack.training.result import Predictions
from regtrack.uncertainty.mc_dropout.conversion import to_mc_dropout
from regtrack.uncertainty.mc_dropout.inference import MCPredictor
from regtrack.variants.given import settings_from
from regtrack.variants.settings import Settings


@dataclass(frozen=True)
class Uncertainty:
    """Where the artifacts are, and the measures: `test/*` with dropout off, `test_mc/*` with it on."""

    run_id: str
    dataset: Dataset
    settings: Settings
    metrics: dict[str, float]
    seconds: float


def run_uncertainty(model_uri: str, given: Mapping[str, str], *, seed: int, client: MlflowClient) -> Uncertainty:
    """Predict the test set with dropout off and on, and log predictions and measures.

    A model that regtrack trained knows its data: data settings default to those of its trial.

    Args:
        model_uri: MLflow URI of a Keras model with dropout.
        given: settings that a person gave, as text.
        seed: of the dropout masks.
    Raises:
        ModelError: no such model, no dropout in it, or it does not fit the data. DataError, GridError: bad settings.
    """
    mlflow.set_tracking_uri(client.tracking_uri)
    model = load_model(model_uri)
    settings = settings_from({**training_params(client, model_uri), **given})
    predictor = MCPredictor(to_mc_dropout(model))
    dataset, _ = load_data(settings)
    expected = ((None, *dataset.input_shape), (None, dataset.n_classes))
    received = (tuple(model.input_shape), tuple(model.output_shape))
    if received != expected:
        raise ModelError(
            f"model_uri: expected a model for data {dataset.name} with input and output shapes {expected}, received "
            f"{received}; give the data it was trained on with -P dataset="
        )
    own = None if os.environ.get("MLFLOW_RUN_ID") else client.create_run(current_experiment(client)).info.run_id
    run_id = own or os.environ["MLFLOW_RUN_ID"]
    status = "FAILED"
    try:
        log(client, run_id, tags={names.ROLE: names.ROLE_UNCERTAINTY, names.MODEL_URI: model_uri,
                                  names.DATASET_DIGEST: dataset.digest})  # fmt: skip
        predictions = _predict(model, predictor, dataset, settings, seed)
        with tempfile.TemporaryDirectory() as folder:
            write_uncertainty(predictions, dataset, settings, Path(folder))
            client.log_artifacts(run_id, folder)
        seconds = predictions[-1].mc_seconds
        metrics = prediction_metrics(predictions[-1], dataset, settings) | {names.MC_SECONDS: seconds}
        log(client, run_id, metrics=metrics)
        status = "FINISHED"
        return Uncertainty(run_id, dataset, settings, metrics, seconds)
    finally:
        if own:
            client.set_terminated(own, status)


def _predict(model, predictor: MCPredictor, dataset: Dataset, settings: Settings, seed: int) -> tuple[Predictions, ...]:
    predict, found = compile_predict(model), []
    for name, split in (("val", dataset.validation), ("test", dataset.test)):
        start = time.perf_counter()
        mc = predictor.predict(split.x, n_passes=settings.n_passes, seed=seed)
        seconds = time.perf_counter() - start
        found.append(Predictions(name, "selected", predict(tf.constant(split.x)).numpy(), mc, seconds))
    return tuple(found)
