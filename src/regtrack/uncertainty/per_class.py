"""Each class by itself: recall, precision and F1, which an accuracy over rare and common classes hides."""

from dataclasses import dataclass

import numpy as np

from regtrack.uncertainty.calibration import wilson_interval


@dataclass(frozen=True, eq=False)
class PerClass:
    """Arrays (n_classes,), shares in [0, 1], higher is better; NaN where a class has no example, or nothing was taken
    for it. The intervals are Wilson's, 95 %, over examples.

    Args:
        count: examples of the class; predicted: examples taken for it.
        recall: share of the class's examples that are taken for it. precision: share of those taken for it that are.
        f1: harmonic mean of both; 0 where nothing of the class is found.
    """

    count: np.ndarray
    predicted: np.ndarray
    recall: np.ndarray
    recall_low: np.ndarray
    recall_high: np.ndarray
    precision: np.ndarray
    precision_low: np.ndarray
    precision_high: np.ndarray
    f1: np.ndarray


def measures_per_class(predicted_class: np.ndarray, labels: np.ndarray, *, n_classes: int) -> PerClass:
    """Of integer `predicted_class` (n,) against integer `labels` (n,)."""
    count, predicted = (np.bincount(values, minlength=n_classes) for values in (labels, predicted_class))
    found = np.bincount(labels[predicted_class == labels], minlength=n_classes)
    recall, recall_low, recall_high = _share(found, count)
    precision, precision_low, precision_high = _share(found, predicted)
    with np.errstate(invalid="ignore"):
        f1 = np.where(count > 0, 2 * found / (count + predicted), np.nan)
    return PerClass(
        count, predicted, recall, recall_low, recall_high, precision, precision_low, precision_high, f1
    )  # fmt: skip


def accuracy(correct: np.ndarray) -> float:
    """Share of right answers, [0, 1], higher is better. `correct` are booleans (n,)."""
    return float(np.mean(correct))


def balanced_accuracy(predicted_class: np.ndarray, labels: np.ndarray) -> float:
    """Mean recall over the classes that have examples, [0, 1], higher is better: what accuracy would be if each class
    were equally frequent (Brodersen et al. 2010)."""
    count = np.bincount(labels)
    found = np.bincount(labels[predicted_class == labels], minlength=len(count))
    return float(np.mean(found[count > 0] / count[count > 0]))


def _share(part: np.ndarray, whole: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """part / whole with its interval; NaN where there is no whole."""
    shares = np.full((3, len(whole)), np.nan)
    for i in np.flatnonzero(whole):
        shares[:, i] = part[i] / whole[i], *wilson_interval(part[i] / whole[i], int(whole[i]))
    return tuple(shares)
