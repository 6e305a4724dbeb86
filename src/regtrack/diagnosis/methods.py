"""What Monte Carlo dropout buys, and whether something cheaper buys more: methods side by side on the same networks.

One deterministic pass, Monte Carlo dropout with as many passes as the sweep has seeds and with all of them, and the
ensemble of the sweep's own seeds (no extra training), each with and without temperature scaling fitted on validation.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from regtrack.diagnosis.differences.paired import Estimate, crossed_mean
from regtrack.uncertainty.calibration import (
    SMALLEST_PROBABILITY,
    expected_calibration_error,
    expected_calibration_error_if_calibrated,
)
from regtrack.uncertainty.selective import aurc, error_detection_auroc
from regtrack.uncertainty.temperature import apply_temperature, fit_temperature

DETERMINISTIC, MC, ENSEMBLE = "deterministic", "mc_dropout", "ensemble"
N_RESAMPLES = 50
COUNTED = ("high_confidence_errors", "high_confidence_errors_at_equal_coverage")
"""Measures that are numbers of examples rather than means over them."""


@dataclass(frozen=True)
class SeedPredictions:
    """One seed's probabilities (n_examples, n_classes) on validation and test, of one method."""

    val: np.ndarray
    test: np.ndarray


@dataclass(frozen=True)
class Method:
    """`members` are what is averaged over seeds: one a seed, or the ensemble alone."""

    name: str
    temperature: bool
    passes: int
    trainings: int
    members: tuple[SeedPredictions, ...]


def methods_of(
    deterministic: Sequence[SeedPredictions],
    few: Sequence[SeedPredictions],
    many: Sequence[SeedPredictions],
    *,
    n_passes: int,
    val_labels: np.ndarray,
) -> list[Method]:
    """Every method of one variant, each with and without temperature. `few` and `many` are empty without dropout."""
    seeds = len(deterministic)
    mean = SeedPredictions(*(np.mean([getattr(p, s) for p in deterministic], axis=0) for s in ("val", "test")))
    plain = [Method(DETERMINISTIC, False, 1, 1, tuple(deterministic))]
    if few:
        plain.append(Method(MC, False, seeds, 1, tuple(few)))
    if many:
        plain.append(Method(MC, False, n_passes, 1, tuple(many)))
    if seeds > 1:
        plain.append(Method(ENSEMBLE, False, seeds, seeds, (mean,)))
    return [variant for method in plain for variant in (method, _with_temperature(method, val_labels))]


def _with_temperature(method: Method, val_labels: np.ndarray) -> Method:
    def scaled(member: SeedPredictions) -> SeedPredictions:
        temperature = fit_temperature(member.val, val_labels)
        return SeedPredictions(*(apply_temperature(p, temperature) for p in (member.val, member.test)))

    return Method(method.name, True, method.passes, method.trainings, tuple(scaled(m) for m in method.members))


def compare_methods(
    methods: Sequence[Method], labels: np.ndarray, *, n_bins: int, threshold: float, seed: int
) -> pd.DataFrame:
    """A row a (method, measure) on the test examples: value, limits, and the difference from one deterministic pass.

    Args:
        methods: of one variant, the first being the deterministic pass without temperature.
        labels: (n_examples,) given labels.
    Returns:
        method, temperature, passes, trainings, measure, value, low, high, difference, difference_low,
        difference_high, interval_covers, reference, reference_q95. Accuracy, NLL and Brier are means over examples and
        get intervals over seeds and examples, as do their paired differences; AURC and error-detection AUROC bootstrap
        the examples and add the seeds' spread. ECE gets no interval, which would mislead: `reference` and
        `reference_q95` are its mean and 95 % quantile under perfect calibration. High-confidence errors are counted at
        the fixed threshold and at equal coverage: among as many of the most confident examples as the deterministic
        pass accepts at the threshold, since any lowering of confidence takes errors below a fixed one.
    """
    rows, first = [], methods[0]
    accepted = [int((m.test.max(axis=1) >= threshold).sum()) for m in first.members]
    base = _per_example(first, labels, threshold, accepted)
    for method in methods:
        about = (method.name, method.temperature, method.passes, method.trainings)
        counts = accepted if len(method.members) == len(accepted) else [round(float(np.mean(accepted)))]
        for measure, scores in _per_example(method, labels, threshold, counts).items():
            scale = len(labels) if measure in COUNTED else 1
            value = crossed_mean(scores * scale)
            pairs = scores if len(scores) == len(base[measure]) else np.repeat(scores, len(base[measure]), axis=0)
            difference = _difference(pairs, base[measure], scale, len(scores)) if method is not first else None
            rows.append((*about, measure, *_limits(value), *_limits(difference), value.covers, np.nan, np.nan))
        rows += [(*about, *row) for row in _ranked(method, labels, seed)]
        rows.append((*about, *_calibration(method, labels, n_bins, seed)))
    columns = ["method", "temperature", "passes", "trainings", "measure", "value", "low", "high", "difference",
               "difference_low", "difference_high", "interval_covers", "reference", "reference_q95"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _limits(estimate: Estimate | None) -> tuple[float, float, float]:
    return (estimate.mean, estimate.low, estimate.high) if estimate else (np.nan,) * 3


def _difference(scores: np.ndarray, base: np.ndarray, scale: float, members: int) -> Estimate:
    """Paired by seed; the ensemble is one network of networks, so its difference from the seeds' mean varies over
    examples only."""
    differences = (scores - base) * scale
    return crossed_mean(differences if members > 1 else differences.mean(axis=0, keepdims=True))


def _per_example(method: Method, labels, threshold: float, accepted: Sequence[int]) -> Mapping[str, np.ndarray]:
    """(n_members, n_examples) scores whose mean is the measure."""
    index, scores = np.arange(len(labels)), {}
    for member, k in zip(method.members, accepted, strict=True):
        probs = np.asarray(member.test, np.float64)
        correct, confidence = probs.argmax(axis=1) == labels, probs.max(axis=1)
        top = np.zeros(len(labels), bool)
        top[np.argsort(-confidence, kind="stable")[:k]] = True
        one_hot_distance = (probs**2).sum(axis=1) - 2 * probs[index, labels] + 1
        for name, values in (
            ("accuracy", correct),
            ("negative_log_likelihood", -np.log(np.maximum(probs[index, labels], SMALLEST_PROBABILITY))),
            ("brier_score", one_hot_distance),
            ("high_confidence_errors", ~correct & (confidence >= threshold)),
            ("high_confidence_errors_at_equal_coverage", ~correct & top),
        ):
            scores.setdefault(name, []).append(np.asarray(values, np.float64))
    return {name: np.stack(values) for name, values in scores.items()}


def _ranked(method: Method, labels: np.ndarray, seed: int):
    """AURC and error-detection AUROC: their mean over members, examples resampled together for all."""
    confidence = np.stack([m.test.max(axis=1) for m in method.members])
    correct = np.stack([m.test.argmax(axis=1) == labels for m in method.members])
    rng = np.random.default_rng(seed)
    samples = rng.integers(0, len(labels), (N_RESAMPLES, len(labels)))
    for name, measure in (
        ("aurc", aurc),
        ("error_detection_auroc", lambda confidence, correct: error_detection_auroc(1 - confidence, correct)),
    ):
        values = np.array([measure(c, ok) for c, ok in zip(confidence, correct, strict=True)])
        resampled = [
            np.mean([measure(c[s], ok[s]) for c, ok in zip(confidence, correct, strict=True)]) for s in samples
        ]
        resampled = np.array(resampled)[~np.isnan(resampled)]  # a resample without an error has no AUROC
        variance, covers = resampled.var(ddof=1) if len(resampled) > 1 else np.nan, "examples"
        if len(values) > 1:
            variance, covers = variance + values.var(ddof=1) / len(values), "seeds and examples"
        half = 1.96 * np.sqrt(variance)
        yield (name, values.mean(), values.mean() - half, values.mean() + half, *(np.nan,) * 3, covers, np.nan, np.nan)


def _calibration(method: Method, labels, n_bins: int, seed: int):
    value = np.mean([expected_calibration_error(m.test, labels, n_bins=n_bins) for m in method.members])
    expected = [
        expected_calibration_error_if_calibrated(m.test, n_bins=n_bins, n_draws=200, seed=seed) for m in method.members
    ]
    mean, q95 = np.mean([e.mean for e in expected]), np.mean([e.q95 for e in expected])
    return ("expected_calibration_error", value, *(np.nan,) * 5, "none", mean, q95)
