"""The measures of one set of predictions that go to the store beside each other."""

import functools
import importlib
import inspect
from collections.abc import Callable

import numpy as np

from regtrack.measures.declared import measures_computed
from regtrack.measures.measure import Measure


def headline_measures(probs: np.ndarray, labels: np.ndarray, *, n_bins: int, threshold: float) -> dict[str, float]:
    """Measures of `probs` (n, n_classes) against integer `labels` (n,), by the names of the store contract.

    `aurc` and `error_detection_auroc` rank by confidence, so that one deterministic pass and Monte Carlo dropout
    are read by the same rule. A measure that is undefined here (error detection without an error) is absent.
    """
    known = measure_inputs(probs, labels, n_bins=n_bins, threshold=threshold)
    measures = {measure.name: compute(measure, known) for measure in measures_computed()}
    return {name: value for name, value in measures.items() if not np.isnan(value)}


def measure_inputs(probs: np.ndarray, labels: np.ndarray, **settings: float) -> dict[str, object]:
    """What a measure's function may ask for, by the names of its parameters.

    mean_probs (n, n_classes), labels and predicted_class (n,) integers, confidence and uncertainty = 1 - confidence (n,),
    correct (n,) booleans; of the settings n_bins and threshold.
    """
    predicted, confidence = probs.argmax(axis=1), probs.max(axis=1)
    return {"mean_probs": probs, "labels": labels, "predicted_class": predicted, "confidence": confidence,
            "uncertainty": 1 - confidence, "correct": predicted == labels, **settings}  # fmt: skip


def compute(measure: Measure, known: dict[str, object]) -> float:
    """The measure of what `measure_inputs` gives; NaN where it is undefined."""
    function = function_of(measure)
    return float(function(**{name: known[name] for name in asks_for(function)}))


@functools.cache
def asks_for(function: Callable[..., float]) -> tuple[str, ...]:
    """The names of its parameters."""
    return tuple(inspect.signature(function).parameters)


def function_of(measure: Measure) -> Callable[..., float]:
    """What its row names in `computed`."""
    module, _, name = measure.computed.rpartition(".")
    return getattr(importlib.import_module(f"regtrack.uncertainty.{module}"), name)
