"""What Monte Carlo dropout buys, and whether something cheaper buys more: methods side by side on the same networks.

One deterministic pass, Monte Carlo dropout with as many passes as the sweep has seeds and with all of them, and the
ensemble of the sweep's own seeds (no extra training), each with and without temperature scaling fitted on validation.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from regtrack.diagnosis.differences.paired import Estimate, crossed_mean
from regtrack.measures.declared import measures_shown
from regtrack.measures.measure import Shown
from regtrack.uncertainty.calibration import (
    SMALLEST_PROBABILITY,
    expected_calibration_error,
    expected_calibration_error_if_calibrated,
)
from regtrack.uncertainty.headline import compute, given
from regtrack.uncertainty.temperature import apply_temperature, fit_temperature

DETERMINISTIC, MC, ENSEMBLE = "deterministic", "mc_dropout", "ensemble"
N_RESAMPLES = 50
PER_EXAMPLE = (
    "accuracy", "negative_log_likelihood", "brier_score", "high_confidence_errors",
    "high_confidence_errors_at_equal_coverage",
)  # fmt: skip
"""Means (or sums) of a score an example, so that their differences are paired example by example."""
ECE = "expected_calibration_error"


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
        get intervals over seeds and examples, as do their paired differences; any other measure (AURC, error-detection
        AUROC) bootstraps the examples and adds the seeds' spread. ECE gets no interval, which would mislead: `reference` and
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
            scale = len(labels) if measure.startswith("high_confidence") else 1
            value = crossed_mean(scores * scale)
            pairs = scores if len(scores) == len(base[measure]) else np.repeat(scores, len(base[measure]), axis=0)
            difference = _difference(pairs, base[measure], scale, len(scores)) if method is not first else None
            rows.append((*about, measure, *_limits(value), *_limits(difference), value.covers, np.nan, np.nan))
        rows += [(*about, *row) for row in _resampled(method, labels, n_bins, threshold, seed)]
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

    def of_members(rows: slice | np.ndarray) -> np.ndarray:  # (n_members, n_measures), of these examples
        known = [given(m.test[rows], labels[rows], n_bins=n_bins, threshold=threshold) for m in method.members]
        return np.array([[compute(measure, one) for measure in measures] for one in known])

    rng = np.random.default_rng(seed)
    samples = rng.integers(0, len(labels), (N_RESAMPLES, len(labels)))
    resamples = np.stack([of_members(sample).mean(axis=0) for sample in samples])
    for measure, values, drawn in zip(measures, of_members(slice(None)).T, resamples.T, strict=True):
        resampled = drawn[~np.isnan(drawn)]  # a resample without an error has no AUROC
        variance, covers = resampled.var(ddof=1) if len(resampled) > 1 else np.nan, "examples"
        if len(values) > 1:
            variance, covers = variance + values.var(ddof=1) / len(values), "seeds and examples"
        half, name = 1.96 * np.sqrt(variance), measure.name
        yield (name, values.mean(), values.mean() - half, values.mean() + half, *(np.nan,) * 3, covers, np.nan, np.nan)


def _calibration(method: Method, labels, n_bins: int, seed: int):
    value = np.mean([expected_calibration_error(m.test, labels, n_bins=n_bins) for m in method.members])
    expected = [
        expected_calibration_error_if_calibrated(m.test, n_bins=n_bins, n_draws=200, seed=seed) for m in method.members
    ]
    mean, q95 = np.mean([e.mean for e in expected]), np.mean([e.q95 for e in expected])
    return (ECE, value, *(np.nan,) * 5, "none", mean, q95)


def verdict(table: pd.DataFrame, variant: str) -> str:
    """One sentence: what Monte Carlo dropout bought on this variant, and whether a cheaper method bought more."""
    nll = table[table["measure"] == "negative_log_likelihood"]
    accuracy = table[table["measure"] == "accuracy"]
    many = nll[(nll["method"] == MC) & ~nll["temperature"]].sort_values("passes").iloc[-1]
    of_accuracy = accuracy[(accuracy["method"] == MC) & ~accuracy["temperature"]].sort_values("passes").iloc[-1]
    scaled = nll[(nll["method"] == DETERMINISTIC) & nll["temperature"]].iloc[0]
    parts = [
        f"{variant}: {many['passes']} passes changed accuracy by {_told(of_accuracy)}",
        f"and NLL by {_told(many, ' nats')}",
        f"temperature scaling (1 pass) changed NLL by {_told(scaled)}",
    ]
    ensemble = nll[(nll["method"] == ENSEMBLE) & ~nll["temperature"]]
    if len(ensemble):
        row = ensemble.iloc[0]
        parts.append(f"the ensemble of {row['trainings']} seeds by {_told(row)} (over examples only)")
    best = nll.sort_values("value").iloc[0]
    cheaper = best["method"] != MC
    name = best["method"].replace("_", " ") + (" with temperature" if best["temperature"] else "")
    end = f"lowest NLL: {name}, {_counted(best['passes'], 'pass', 'es')}, {_counted(best['trainings'], 'training')}"
    return (
        f"{parts[0]} {parts[1]}; " + "; ".join([*parts[2:], end if cheaper else end + " (Monte Carlo dropout)"]) + "."
    )


def _told(row: pd.Series, unit: str = "") -> str:
    half = (row["difference_high"] - row["difference_low"]) / 2
    if np.isnan(half):
        return f"{row['difference']:+.4f}{unit} (one seed, so no interval)"
    if half < 1e-9:  # the seeds agree to the last example, as few do by chance on few examples
        return f"{row['difference']:+.4f}{unit} (too few seeds and examples for an interval)"
    shown = "" if row["difference_low"] > 0 or row["difference_high"] < 0 else " (no change shown)"
    return f"{row['difference']:+.4f} ± {half:.4f}{unit}{shown}"


def _counted(n: int, what: str, plural: str = "s") -> str:
    return f"{n} {what}" + (plural if n != 1 else "")
