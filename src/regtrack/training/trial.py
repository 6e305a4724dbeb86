"""fit_trial: one variant at one seed, from initial weights to everything that is worth keeping."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import keras
import tensorflow as tf

from regtrack.errors import ModelError
from regtrack.models.custom import drop_local_functions
from regtrack.training.result import Predictions, TrainingResult
from regtrack.training.trainer import Trainer
from regtrack.training.weights import weight_measures
from regtrack.uncertainty.mc_dropout.conversion import to_mc_dropout
from regtrack.uncertainty.mc_dropout.inference import MCPredictor

ENGINE = "keras-graph"
"""Name of the way trials are trained, recorded with each: Keras layers and optimizer, one compiled loop an epoch."""


def fit_trial(trainer: Trainer, seed: int, on_epoch: Callable = lambda epoch, metrics: None) -> TrainingResult:
    """Train, select the epoch, predict, measure. Raises DivergedError (see Trainer.fit).

    Test examples are predicted once, by the selected epoch's model. With dropout in the model, the selected epoch's
    predictions carry Monte Carlo dropout beside the deterministic pass; its masks follow from `seed` too.
    """
    curve = trainer.fit(seed, on_epoch)
    x = {"val": tf.constant(trainer.dataset.validation.x), "test": tf.constant(trainer.dataset.test.x)}
    last = Predictions("val", "last", trainer.predict(x["val"]).numpy())
    trainer.model.set_weights(trainer.selected_weights)
    selected = [_predict(trainer, split, x[split], seed) for split in x]
    return TrainingResult(
        variant=trainer.variant,
        seed=seed,
        settings=trainer.settings,
        curve=curve,
        predictions=(*selected, last),
        weights=weight_measures(trainer.model),
        model_bytes=model_bytes(trainer.model),
        n_parameters=trainer.model.count_params(),
        engine=ENGINE,
    )


def _predict(trainer: Trainer, split: str, x, seed: int) -> Predictions:
    probs = trainer.predict(x).numpy()
    predictor = _mc_predictor(trainer)
    if predictor is None:
        return Predictions(split, "selected", probs)
    start = time.perf_counter()
    mc = predictor.predict(x.numpy(), n_passes=trainer.settings.n_passes, seed=seed)
    return Predictions(split, "selected", probs, mc, time.perf_counter() - start)


def _mc_predictor(trainer: Trainer) -> MCPredictor | None:
    """The variant's stochastic twin with the model's current weights; None without dropout. Traced once a trainer."""
    if not hasattr(trainer, "mc_predictor"):
        try:
            trainer.mc_predictor = MCPredictor(to_mc_dropout(trainer.model))
        except ModelError:
            trainer.mc_predictor = None
    if trainer.mc_predictor:
        trainer.mc_predictor.model.set_weights(trainer.model.get_weights())
    return trainer.mc_predictor


def model_bytes(model: keras.Model) -> bytes:
    """The model as a .keras archive."""
    drop_local_functions(model)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        model.save(path)
        return path.read_bytes()
