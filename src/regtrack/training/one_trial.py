"""trial: one variant at one seed, from initial weights to everything that is worth keeping."""

import time
from collections.abc import Callable
from dataclasses import replace

import keras
import numpy as np
import tensorflow as tf

from regtrack.errors import RegtrackError
from regtrack.models.archive import archive_of
from regtrack.models.custom import drop_training_only
from regtrack.models.one_unit import has_one_unit, in_own_shape
from regtrack.models.products import products_of
from regtrack.training.job import Job
from regtrack.training.result import PassesOfErrors, Predictions, TrainingResult
from regtrack.training.trainer import Trainer
from regtrack.training.weights import weight_measures
from regtrack.uncertainty.convergence import measure_convergence
from regtrack.uncertainty.mc_dropout.conversion import has_dropout, to_mc_dropout
from regtrack.uncertainty.mc_dropout.cost import doubling_ratio
from regtrack.uncertainty.mc_dropout.inference import MCPredictor
from regtrack.variants.settings import Settings
from regtrack.variants.variant import Variant

MOST_CONFIDENT_ERRORS = 500
"""Errors whose single passes are kept."""


OnEpoch = Callable[[int, dict[str, float]], None]


class LastTrainer:
    """Hands out trainers, and the last one again where the next trial is of the same job and variant: its compiled graphs
    serve the next seed, and every bit stays the same."""

    def __init__(self):
        self._trainer: Trainer | None = None

    def of(self, job: Job, variant: Variant) -> Trainer:
        last = self._trainer
        if last is None or last.job is not job or last.variant != variant:
            self._trainer = None  # before the next is built: two hold twice the memory
            self._trainer = Trainer(job, variant)
        return self._trainer

    def forget(self) -> None:
        self._trainer = None


def trial(
    job: Job,
    variant: Variant,
    seed: int,
    on_epoch: OnEpoch = lambda epoch, metrics: None,
    *,
    last: LastTrainer | None = None,
) -> TrainingResult:
    """Train the variant at the seed, select the epoch, predict, measure: the same result wherever and however often.

    Nothing is stored and no state is left behind. Bits depend on the number of threads: a worker has one.

    Args:
        job: data, settings and network.
        on_epoch: called as on_epoch(epoch, metrics) after each epoch, epochs from 1.
        last: kept by who runs one trial after the other, so that a variant's graphs are compiled once.
    Raises:
        VariantError, ModelError: the variant cannot act on this job's data or model.
        DivergedError: a cross-entropy or the penalty is no longer finite; `error.curve` is the curve so far.
    """
    last = last or LastTrainer()
    try:
        return fit_trial(last.of(job, variant), seed, on_epoch)
    except RegtrackError:
        raise
    except BaseException:
        last.forget()  # its state is unknown
        raise


def fit_trial(trainer: Trainer, seed: int, on_epoch: OnEpoch = lambda epoch, metrics: None) -> TrainingResult:
    """`trial` on a trainer that is there. Raises DivergedError (see Trainer.fit).

    Test examples are predicted once, by the selected epoch's model. With dropout in the model, the selected epoch's
    predictions carry Monte Carlo dropout beside the deterministic pass; its masks follow from `seed` too.
    """
    curve = trainer.fit(seed, on_epoch)
    splits = {"val": trainer.dataset.validation, "test": trainer.dataset.test}
    data = {name: trainer.inputs(split) for name, split in splits.items()}
    last = Predictions("val", "last", trainer.predict(tf.constant(data["val"])).numpy())
    trainer.model.set_weights(trainer.selected_weights)
    predictor = _mc_predictor(trainer)
    found, passes = {}, None
    for split, x in data.items():
        deterministic = trainer.predict(tf.constant(x)).numpy()
        found[split] = Predictions(split, "selected", deterministic)
        if predictor:
            found[split], passes = _with_mc(found[split], trainer, predictor, x, seed)
    ratio = doubling_ratio(
        predictor, data["test"], n_passes=trainer.settings.n_passes, seed=seed,
        n_examples=sum(map(len, data.values())), seconds=sum(p.mc_seconds for p in found.values()),
    ) if predictor else None  # fmt: skip
    return TrainingResult(
        variant=trainer.variant,
        seed=seed,
        settings=trainer.settings,
        curve=curve,
        predictions=(*found.values(), last),
        weights=weight_measures(trainer.model),
        model_bytes=portable_archive(trainer.model),
        n_parameters=trainer.model.count_params(),
        n_products=products_of(trainer.model),
        engine=str(trainer.engine),
        mc_doubling_ratio=ratio,
        takes=trainer.model.inputs[0].dtype,
        one_unit=has_one_unit(in_own_shape(trainer.model)),
        **(_of_passes(found["test"], passes, splits["test"].given_label, trainer.settings) if predictor else {}),
    )


def _with_mc(plain: Predictions, trainer: Trainer, predictor: MCPredictor, x: np.ndarray, seed: int):
    """The predictions with Monte Carlo dropout beside them, and every single pass."""
    n_passes = trainer.settings.n_passes
    start = time.perf_counter()
    mc = predictor.predict(x, n_passes=n_passes, seed=seed, keep_passes=True)
    seconds = time.perf_counter() - start
    few = min(trainer.job.few_passes, n_passes)
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


def portable_archive(model: keras.Model) -> bytes:
    """The model as a .keras archive that any process can load, with as many outputs as its maker gave it."""
    drop_training_only(model)
    return archive_of(in_own_shape(model))
