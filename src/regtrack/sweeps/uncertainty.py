"""run_uncertainty: Monte Carlo dropout on a model that is already in the store, whoever trained it.

What it finds stands in the store as a sweep of one trial that was not trained here, so that the dashboard shows it.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass

import mlflow
import tensorflow as tf
from mlflow import MlflowClient

from regtrack import names
from regtrack.data import Dataset
from regtrack.errors import ModelError
from regtrack.models.output import with_probabilities
from regtrack.models.whole_numbers import check_splits
from regtrack.sweeps.evaluation import Evaluation, evaluation_of
from regtrack.tracking.artifact_place import check_artifact_place
from regtrack.tracking.evaluation_writer import EvaluationWriter
from regtrack.tracking.models import load_model
from regtrack.tracking.store import current_experiment
from regtrack.training.either_way import EitherWay, score_either_way
from regtrack.training.inference import compile_predict
from regtrack.training.result import Predictions
from regtrack.uncertainty.mc_dropout.conversion import to_mc_dropout
from regtrack.uncertainty.mc_dropout.inference import MCPredictor
from regtrack.variants.settings import Settings


@dataclass(frozen=True)
class Uncertainty:
    """The measures, `test/*` with dropout off, `test_mc/*` with it on; `trial_id` is the run that has the artifacts,
    `run_id` the one that stands for all of it."""

    run_id: str
    trial_id: str
    inputs: str
    dataset: Dataset
    settings: Settings
    metrics: dict[str, float]
    seconds: float
    either_way: EitherWay | None
    """How it answers a few examples of the train split in either units; None where there is nothing to choose."""


def run_uncertainty(
    model_uri: str, given: Mapping[str, str], *, seed: int, client: MlflowClient, inputs: str = ""
) -> Uncertainty:
    """Predict validation and test with dropout off and on, and log predictions and measures.

    The split is drawn here: examples that the model was trained on elsewhere may be among those it is tested on. A
    model that regtrack trained knows its data: data settings default to those of its trial.

    Args:
        model_uri: MLflow URI of a Keras model with dropout that gives probabilities or logits.
        given: settings that a person gave, as text.
        seed: of the dropout masks.
        inputs: what the model reads: "source", numbers as the data's source has them, or "scaled", as regtrack trains on
            them. Default what its trial read for a model that regtrack trained, source for any other. A table's categories
            are 0/1 columns and its missing cells filled either way; "source" leaves its numbers unscaled.
    Raises:
        ModelError: no such model, no dropout in it, or it does not fit the data. DataError, SettingError: bad settings.
    """
    return evaluate(evaluation_of(client, model_uri, given, inputs), seed=seed, client=client)


def evaluate(asked: Evaluation, *, seed: int, client: MlflowClient) -> Uncertainty:
    """As run_uncertainty, of what was asked of the store and the data already.

    Raises ModelError: the model has no dropout, or does not fit the data.
    """
    model_uri, inputs, settings, dataset = asked.model_uri, asked.inputs, asked.settings, asked.dataset
    mlflow.set_tracking_uri(client.tracking_uri)
    experiment_id = current_experiment(client)
    check_artifact_place(client, client.get_experiment(experiment_id))
    model = with_probabilities(load_model(model_uri))
    predictor = MCPredictor(to_mc_dropout(model))
    expected = ((None, *dataset.input_shape), (None, dataset.n_classes))
    received = (tuple(model.input_shape), tuple(model.output_shape))
    if received != expected:
        raise ModelError(
            f"model_uri: expected a model for data {dataset.name} with input and output shapes {expected}, received "
            f"{received}; set dataset to the data it was trained on"
        )
    check_splits(model, dataset, inputs)
    either = score_either_way(model, dataset, inputs)
    writer = EvaluationWriter(client, experiment_id, model_uri, dataset, settings)
    status = names.FAILED
    try:
        writer.start(asked.label, seed, inputs)
        predictions = _predict(model, predictor, dataset, settings, seed, inputs)
        metrics = writer.finish(predictions)
        status = names.FINISHED
        return Uncertainty(
            writer.run_id, writer.trial_id, inputs, dataset, settings, metrics, predictions[-1].mc_seconds, either
        )
    finally:
        writer.close(status)


def _predict(
    model, predictor: MCPredictor, dataset: Dataset, settings: Settings, seed: int, inputs: str
) -> tuple[Predictions, ...]:
    predict, found = compile_predict(model), []
    for name, split in (("val", dataset.validation), ("test", dataset.test)):
        x = dataset.inputs(split, inputs)
        start = time.perf_counter()
        mc = predictor.predict(x, n_passes=settings.n_passes, seed=seed)
        seconds = time.perf_counter() - start
        found.append(Predictions(name, "selected", predict(tf.constant(x)).numpy(), mc, seconds))
    return tuple(found)
