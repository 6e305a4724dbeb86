"""fit_trial: one variant at one seed, from initial weights to everything that is worth keeping."""

import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from regtrack.models.custom import drop_local_functions
from regtrack.training.result import PassesOfErrors, Predictions, TrainingResult
from regtrack.training.trainer import Trainer
from regtrack.training.weights import weight_measures
from regtrack.uncertainty.convergence import measure_convergence
from regtrack.uncertainty.mc_dropout.conversion import has_dropout, to_mc_dropout
from regtrack.uncertainty.mc_dropout.cost import doubling_ratio
from regtrack.uncertainty.mc_dropout.inference import MCPredictor
from regtrack.variants.settings import Settings

ENGINE = "keras-graph"
"""Name of the way trials are trained, recorded with each: Keras layers and optimizer, one compiled loop an epoch."""


MOST_CONFIDENT_ERRORS = 500
"""Errors whose single passes are kept."""


def fit_trial(
    trainer: Trainer, seed: int, on_epoch: Callable = lambda epoch, metrics: None, *, few_passes: int = 5
) -> TrainingResult:
    """Train, select the epoch, predict, measure. Raises DivergedError (see Trainer.fit).

    Test examples are predicted once, by the selected epoch's model. With dropout in the model, the selected epoch's
    predictions carry Monte Carlo dropout beside the deterministic pass; its masks follow from `seed` too.
    `few_passes` is the number of passes that an ensemble of the sweep's seeds is compared with.
    """
    curve = trainer.fit(seed, on_epoch)
    data = {"val": trainer.dataset.validation, "test": trainer.dataset.test}
    last = Predictions("val", "last", trainer.predict(tf.constant(data["val"].x)).numpy())
    trainer.model.set_weights(trainer.selected_weights)
    predictor = _mc_predictor(trainer)
    found, passes = {}, None
    for split, examples in data.items():
        deterministic = trainer.predict(tf.constant(examples.x)).numpy()
        found[split] = Predictions(split, "selected", deterministic)
        if predictor:
            found[split], passes = _with_mc(found[split], predictor, examples.x, seed, trainer.settings, few_passes)
    ratio = doubling_ratio(
        predictor, data["test"].x, n_passes=trainer.settings.n_passes, seed=seed,
        n_examples=sum(map(len, data.values())), seconds=sum(p.mc_seconds for p in found.values()),
    ) if predictor else None  # fmt: skip
    return TrainingResult(
        variant=trainer.variant,
        seed=seed,
        settings=trainer.settings,
        curve=curve,
        predictions=(*found.values(), last),
        weights=weight_measures(trainer.model),
        model_bytes=model_bytes(trainer.model),
        n_parameters=trainer.model.count_params(),
        engine=ENGINE,
        mc_doubling_ratio=ratio,
        **(_of_passes(found["test"], passes, data["test"].given_label, trainer.settings) if predictor else {}),
    )


def _with_mc(plain: Predictions, predictor: MCPredictor, x, seed: int, settings: Settings, few_passes: int):
    """The predictions with Monte Carlo dropout beside them, and every single pass."""
    start = time.perf_counter()
    mc = predictor.predict(x, n_passes=settings.n_passes, seed=seed, keep_passes=True)
    seconds = time.perf_counter() - start
    few = min(few_passes, settings.n_passes)
    mean = mc.probs[:few].mean(axis=0, dtype=np.float64)
    return replace(plain, mc=replace(mc, probs=None), mc_seconds=seconds, few_passes=few, few_mean_probs=mean), mc.probs


def _of_passes(test: Predictions, passes: np.ndarray, labels: np.ndarray, settings: Settings) -> dict:
    wrong = np.flatnonzero(test.probs.argmax(axis=1) != labels)
    rows = wrong[np.argsort(-test.probs[wrong].max(axis=1), kind="stable")][:MOST_CONFIDENT_ERRORS]
    table = measure_convergence(
        passes,
        labels,
        seconds_per_pass=test.mc_seconds / len(passes),
        n_bins=settings.n_bins,
        threshold=settings.high_confidence,
    )
    return {"convergence": table, "passes_of_errors": PassesOfErrors(rows, passes[:, rows])}


def _mc_predictor(trainer: Trainer) -> MCPredictor | None:
    """The variant's stochastic twin with the model's current weights; None without dropout. Traced once a trainer."""
    if not hasattr(trainer, "mc_predictor"):
        with_dropout = has_dropout(trainer.model)
        trainer.mc_predictor = MCPredictor(to_mc_dropout(trainer.model)) if with_dropout else None
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
