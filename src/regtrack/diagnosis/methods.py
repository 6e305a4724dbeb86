"""What Monte Carlo dropout buys, and whether something cheaper buys more: methods side by side on the same networks.

One deterministic pass, Monte Carlo dropout with as many passes as the sweep has seeds and with all of them, and the
ensemble of the sweep's own seeds (no extra training), each with and without temperature scaling fitted on validation.
"""

import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from regtrack.diagnosis.differences.jackknife import jackknifed
from regtrack.diagnosis.differences.paired import Estimate, crossed_mean
from regtrack.measures.declared import measures_shown
from regtrack.measures.measure import Measure, Shown
from regtrack.names import DETERMINISTIC, ENSEMBLE, MC_DROPOUT
from regtrack.uncertainty.calibration import (
    SMALLEST_PROBABILITY,
    expected_calibration_error,
    expected_calibration_error_if_calibrated,
    negative_log_likelihood,
)
from regtrack.uncertainty.headline import asks_for, compute, function_of, measure_inputs
from regtrack.uncertainty.resampled_order import BY_COUNTING, on_resamples
from regtrack.uncertainty.selective import BY_ORDER, ranks_of
from regtrack.uncertainty.temperature import apply_temperature, fit_temperature

NLL = "negative_log_likelihood"
N_RESAMPLES = 50
PER_EXAMPLE = (
    "accuracy", "negative_log_likelihood", "brier_score", "high_confidence_errors",
    "high_confidence_errors_at_equal_coverage",
)  # fmt: skip
"""Means (or sums) of a score an example, so that their differences are paired example by example."""
CONVEX = (NLL, "brier_score")
"""An ensemble's is never above its members' mean, by convexity; by how much gets no interval: of NLL the jackknife's held the
truth in 0.77 to 0.96 of simulated ensembles, clipped, on a log scale or with fewer degrees of freedom in 0.77 to 0.99; of the
Brier score, whose gain is of the same kind, it was not measured."""
ECE = "expected_calibration_error"
COUNTED = ("high_confidence_errors", "high_confidence_errors_at_equal_coverage")
"""Measures that are numbers of examples rather than means over them."""


@dataclass(frozen=True)
class SeedPredictions:
    """One seed's probabilities (n_examples, n_classes) on validation and test, of one method."""

    val: np.ndarray
    test: np.ndarray


@dataclass(frozen=True)
class Method:
    """`members` are what is averaged over seeds: one a seed, or the ensemble alone. `without` are the ensembles that
    leave one of its seeds out, in the seeds' order. `temperatures` are those of the members, None where none is fitted."""

    name: str
    temperature: bool
    passes: int
    trainings: int
    members: tuple[SeedPredictions, ...]
    without: tuple[SeedPredictions, ...] = ()
    temperatures: tuple[float, ...] | None = None


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
    plain = [Method(DETERMINISTIC, False, 1, 1, tuple(deterministic))]
    if few:
        plain.append(Method(MC_DROPOUT, False, seeds, 1, tuple(few)))
    if many:
        plain.append(Method(MC_DROPOUT, False, n_passes, 1, tuple(many)))
    if seeds > 1:
        without = [_mean(deterministic[:s] + deterministic[s + 1 :]) for s in range(seeds)]
        plain.append(Method(ENSEMBLE, False, seeds, seeds, (_mean(deterministic),), tuple(without)))
    return [variant for method in plain for variant in (method, _with_temperature(method, val_labels))]


def _mean(networks: Sequence[SeedPredictions]) -> SeedPredictions:
    return SeedPredictions(*(np.mean([getattr(p, s) for p in networks], axis=0) for s in ("val", "test")))


def _with_temperature(method: Method, val_labels: np.ndarray) -> Method:
    def scaled(one: SeedPredictions, temperature: float) -> SeedPredictions:
        return SeedPredictions(*(apply_temperature(p, temperature) for p in (one.val, one.test)))

    of_members, of_without = (
        tuple(fit_temperature(one.val, val_labels) for one in networks) for networks in (method.members, method.without)
    )
    members = tuple(map(scaled, method.members, of_members))
    without = tuple(map(scaled, method.without, of_without))
    return Method(method.name, True, method.passes, method.trainings, members, without, of_members)


def compare_methods(
    methods: Sequence[Method],
    labels: np.ndarray,
    *,
    val_labels: np.ndarray,
    n_bins: int,
    threshold: float,
    seed: int,
) -> pd.DataFrame:
    """A row a (method, measure) on the test examples: value, limits, and the difference from one deterministic pass.

    Args:
        methods: of one variant, the first being the deterministic pass without temperature.
        labels, val_labels: given labels of the test and of the validation examples.
    Returns:
        method, temperature, passes, trainings, measure, value, low, high, difference, difference_low,
        difference_high, interval_covers, reference, reference_q95. Accuracy, NLL and Brier are means over examples and
        get intervals over seeds and examples, as do their paired differences; the ensemble's vary over the seeds in it
        by the jackknife, with fewer than five seeds it has none, and its differences of NLL and Brier score never (CONVEX). Any other measure (AURC, error-detection AUROC)
        bootstraps the examples and adds the seeds' spread. `val_negative_log_likelihood` is there to choose a method by, and
        `fitted_temperature` the members' mean temperature, missing where validation has too few errors to fit it to. ECE gets no interval, which would mislead: `reference` and
        `reference_q95` are its mean and 95 % quantile under perfect calibration. High-confidence errors are counted at
        the fixed threshold and at equal coverage: among as many of the most confident examples as the deterministic
        pass accepts at the threshold, since any lowering of confidence takes errors below a fixed one.
    """
    rows, first = [], methods[0]
    accepted = [int((m.test.max(axis=1) >= threshold).sum()) for m in first.members]
    base = _per_example(first.members, labels, threshold, accepted)
    for method in methods:
        about = (method.name, method.temperature, method.passes, method.trainings)
        counts = accepted if len(method.members) == len(accepted) else [round(float(np.mean(accepted)))]
        left_out = _per_example(method.without, labels, threshold, counts * len(method.without))
        for measure, scores in _per_example(method.members, labels, threshold, counts).items():
            scale = len(labels) if measure in COUNTED else 1
            if method.name == ENSEMBLE:
                value = _of_ensemble(scores[0] * scale, left_out[measure] * scale)
                own = base[measure]
                others = np.stack([np.delete(own, s, axis=0).mean(axis=0) for s in range(len(own))])
                difference = _of_ensemble((scores[0] - own.mean(axis=0)) * scale, (left_out[measure] - others) * scale)
                if measure in CONVEX:
                    difference = Estimate(difference.mean, np.nan, np.nan, "none")
            else:
                value = crossed_mean(scores * scale)
                difference = crossed_mean((scores - base[measure]) * scale) if method is not first else None
            rows.append((*about, measure, *_limits(value), *_limits(difference), value.covers, np.nan, np.nan))
        rows += [(*about, *row) for row in _resampled(method, labels, n_bins, threshold, seed)]
        rows.append((*about, *_calibration(method, labels, n_bins, seed)))
        rows += [
            (*about, name, value, *(np.nan,) * 5, "none", np.nan, np.nan)
            for name, value in _of_validation(method, val_labels)
        ]
    columns = ["method", "temperature", "passes", "trainings", "measure", "value", "low", "high", "difference",
               "difference_low", "difference_high", "interval_covers", "reference", "reference_q95"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _limits(estimate: Estimate | None) -> tuple[float, float, float]:
    return (estimate.mean, estimate.low, estimate.high) if estimate else (np.nan,) * 3


def _of_ensemble(scores: np.ndarray, without: np.ndarray) -> Estimate:
    """Of scores (n_examples,), with those of the ensembles without one seed (n_seeds, n_examples)."""
    n = len(scores)
    return jackknifed(float(scores.mean()), without.mean(axis=1), float(scores.var(ddof=1)) / n, n)


def _of_validation(method: Method, labels: np.ndarray) -> Iterator[tuple[str, float]]:
    yield f"val_{NLL}", float(np.mean([negative_log_likelihood(m.val, labels) for m in method.members]))
    if method.temperature:
        fitted = [t for t in method.temperatures if t != 1.0]
        yield "fitted_temperature", float(np.mean(fitted)) if fitted else np.nan


def _per_example(
    members: Sequence[SeedPredictions], labels, threshold: float, accepted: Sequence[int]
) -> Mapping[str, np.ndarray]:
    """(n_members, n_examples) scores whose mean is the measure."""
    index, scores = np.arange(len(labels)), {}
    for member, k in zip(members, accepted, strict=True):
        probs = np.asarray(member.test, np.float64)
        correct, confidence = probs.argmax(axis=1) == labels, probs.max(axis=1)
        top = np.zeros(len(labels), bool)
        top[np.argsort(-confidence, kind="stable")[:k]] = True
        one_hot_distance = (probs**2).sum(axis=1) - 2 * probs[index, labels] + 1
        of_each = (
            correct, -np.log(np.maximum(probs[index, labels], SMALLEST_PROBABILITY)), one_hot_distance,
            ~correct & (confidence >= threshold), ~correct & top,
        )  # fmt: skip
        for name, values in zip(PER_EXAMPLE, of_each, strict=True):
            scores.setdefault(name, []).append(np.asarray(values, np.float64))
    return {name: np.stack(values) for name, values in scores.items()}


def _resampled(method: Method, labels: np.ndarray, n_bins: int, threshold: float, seed: int):
    """Measures that are no mean over examples: their mean over members, examples resampled together for all."""
    measures = [m for m in measures_shown(Shown.METHODS) if m.name not in (*PER_EXAMPLE, ECE)]

    def known_of(networks: Sequence[SeedPredictions]) -> list[dict]:
        return [measure_inputs(one.test, labels, n_bins=n_bins, threshold=threshold) for one in networks]

    def of(known: list[dict]) -> np.ndarray:
        """(n_networks, n_measures)"""
        return np.array([[compute(measure, one) for measure in measures] for one in known])

    members = known_of(method.members)
    resamples = np.mean([_on_resamples(measures, one, *_resamples(seed, len(labels))) for one in members], axis=0)
    without = of(known_of(method.without)).T if method.without else [()] * len(measures)
    for measure, values, left_out, drawn in zip(measures, of(members).T, without, resamples.T, strict=True):
        resampled = drawn[~np.isnan(drawn)]  # a resample without an error has no AUROC
        variance = resampled.var(ddof=1) if len(resampled) > 1 else np.nan
        if method.name == ENSEMBLE:
            found = jackknifed(float(values[0]), left_out, variance, len(labels))
        else:
            covers = "examples"
            if len(values) > 1:
                variance, covers = variance + values.var(ddof=1) / len(values), "seeds and examples"
            half = 1.96 * np.sqrt(variance)
            found = Estimate(values.mean(), values.mean() - half, values.mean() + half, covers)
        yield (measure.name, *_limits(found), *(np.nan,) * 3, found.covers, np.nan, np.nan)


@functools.lru_cache(maxsize=1)
def _resamples(seed: int, n: int) -> tuple[np.ndarray, np.ndarray]:
    """(N_RESAMPLES, n) which examples each holds, and how often each example is in it: one draw for all networks of a sweep."""
    samples = np.random.default_rng(seed).integers(0, n, (N_RESAMPLES, n))
    return samples, np.stack([np.bincount(rows, minlength=n) for rows in samples])


def _on_resamples(measures: Sequence[Measure], known: dict, samples: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """(n_resamples, n_measures) of one network on `samples` (n_resamples, n_examples) of its examples. Where scores count by their
    order alone they are sorted once, and not for each resample."""
    return np.stack([_one_on_resamples(measure, known, samples, counts) for measure in measures], axis=1)


def _one_on_resamples(measure: Measure, known: dict, samples: np.ndarray, counts: np.ndarray) -> np.ndarray:
    function = function_of(measure)
    asked = {name: known[name] for name in asks_for(function)}
    if function in BY_COUNTING:
        return on_resamples(function, *asked.values(), counts)
    if function in BY_ORDER:
        asked = {name: value if name == "correct" else ranks_of(value) for name, value in asked.items()}
    of_rows = ({name: value[rows] if np.ndim(value) else value for name, value in asked.items()} for rows in samples)
    return np.array([compute(measure, one) for one in of_rows])


def _calibration(method: Method, labels, n_bins: int, seed: int):
    value = np.mean([expected_calibration_error(m.test, labels, n_bins=n_bins) for m in method.members])
    expected = [
        expected_calibration_error_if_calibrated(m.test, n_bins=n_bins, n_draws=200, seed=seed) for m in method.members
    ]
    mean, q95 = np.mean([e.mean for e in expected]), np.mean([e.q95 for e in expected])
    return (ECE, value, *(np.nan,) * 5, "none", mean, q95)
