"""Error against training-set size: measured, and extrapolated with its uncertainty. Would more data help more?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import optimize

from regtrack import names
from regtrack.diagnosis.differences.crossed import CrossedErrors
from regtrack.diagnosis.sweep_record import SweepRecord
from regtrack.names import BASELINE
from regtrack.variants.variant import Variant
from regtrack.words import intervals

COLUMNS = ("variant", "train_size", "kind", "split", "value", "low", "high")
MEASURED, EXTRAPOLATED = "measured", "extrapolated"
FEWEST_SIZES = 4
"""A power law has three parameters: with fewer sizes nothing is left to see whether it fits."""
FACTORS = (2.0, 4.0)
DRAWS = 300


@dataclass(frozen=True, eq=False)
class TrainingSize:
    """`table` COLUMNS, a row a (variant, size); `sentence` answers the question, empty where no size was varied."""

    table: pd.DataFrame
    sentence: str


def extrapolate_training_size(record: SweepRecord, *, level: float = 0.95) -> TrainingSize:
    """Validation error at the selected epoch of variants that were trained on several sizes."""
    series = _series(record)
    if not series:
        return TrainingSize(pd.DataFrame(columns=list(COLUMNS)), "")
    found = record.errors("val")
    errors = CrossedErrors([v.wrong for v in found])
    places = {v.variant: i for i, v in enumerate(found)}
    rows, gains = [], {}
    for label, members in series.items():
        points = []
        for variant, size in members:
            contrast = errors.contrast(np.eye(len(found))[places[variant.label]])
            low, high = contrast.limits(level)
            rows.append((label, size, MEASURED, "val", contrast.mean, low, high))
            points.append((size, contrast.mean, contrast.standard_error))
        extrapolated = extrapolate(*map(np.array, zip(*points, strict=True)), level=level)
        rows += [(label, size, EXTRAPOLATED, "val", *limits) for size, *limits in extrapolated.points]
        gains[label] = extrapolated.doubling
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return TrainingSize(table, _sentence(series, errors, places, gains, level))


def _series(record: SweepRecord) -> dict[str, list[tuple[Variant, int]]]:
    """label without train_size -> (variant, training examples), the smallest first; only where several were tried."""
    found: dict[str, list[tuple[Variant, int]]] = {}
    for variant in record.variants:
        params = {name: value for name, value in variant.to_params().items() if name != "train_size"}
        examples = int(record.trials[names.N_TRAIN].iloc[record.of_variant[variant.label][0]])
        found.setdefault(Variant(**params).label, []).append((variant, examples))
    return {label: sorted(m, key=lambda pair: pair[1]) for label, m in found.items() if len({n for _, n in m}) > 1}


@dataclass(frozen=True)
class Extrapolated:
    """`points` (size, value, low, high); `doubling` (mean, low, high) is how far the error falls with twice the largest
    size, a share; empty and None with fewer than four sizes."""

    points: tuple[tuple[int, float, float, float], ...] = ()
    doubling: tuple[float, float, float] | None = None


def extrapolate(sizes: np.ndarray, values: np.ndarray, errors: np.ndarray, *, level: float = 0.95, seed: int = 0):
    """The power law a + b n^-c (Hestness et al. 2017), fitted with weights 1 / standard error.

    Limits are quantiles over refits to values drawn from their intervals: they hold the measurement's uncertainty, not
    that of the law, and widen the further one goes. NaN where a standard error is unknown (single seeds).
    """
    if len(sizes) < FEWEST_SIZES:
        return Extrapolated()
    known = not np.isnan(errors).any()
    errors = np.maximum(errors, 1e-4) if known else np.ones(len(sizes))
    rng = np.random.default_rng(seed)
    targets = np.append(sizes[-1], sizes[-1] * np.array(FACTORS))
    best = _fit(sizes, values, errors)(targets)
    drawn = [values + errors * rng.standard_normal(len(values)) for _ in range(DRAWS)] if known else []
    draws = np.array([_fit(sizes, v, errors)(targets) for v in drawn]) if known else np.full((1, len(targets)), np.nan)
    low, high = np.quantile(draws, [0.5 - level / 2, 0.5 + level / 2], axis=0)
    points = tuple((int(n), float(v), float(a), float(b)) for n, v, a, b in zip(targets[1:], best[1:], low[1:], high[1:], strict=True))  # fmt: skip
    falls = draws[:, 0] - draws[:, 1]
    limits = np.quantile(falls, [0.5 - level / 2, 0.5 + level / 2])
    return Extrapolated(points, (float(best[0] - best[1]), *map(float, limits)))


def _fit(sizes: np.ndarray, values: np.ndarray, errors: np.ndarray):
    def residuals(p):
        return (p[0] + p[1] * (sizes / sizes[0]) ** -p[2] - values) / errors

    # A drawn value may lie outside [0, 1]; the start may not.
    start = np.clip([values.min() - 0.01, max(values.max() - values.min(), 1e-3), 0.5], 0.0, 1.0)
    a, b, c = optimize.least_squares(residuals, start, bounds=([0, 0, 0], [1, 1, 3])).x
    return lambda n: a + b * (n / sizes[0]) ** -c


def _sentence(series, errors: CrossedErrors, places, gains, level: float) -> str:
    largest = {label: members[-1][0].label for label, members in series.items()}
    best = min(largest, key=lambda label: errors.rates[places[largest[label]]])
    size = series[best][-1][1]
    gain = gains[best]
    head = (
        f"twice the {size:,} training examples are expected to lower the validation error of {best} by "
        f"{100 * gain[0]:.1f} points ({_told(*gain[1:])}, a power law extrapolated)"
        if gain
        else f"too few sizes to extrapolate the validation error (at least {FEWEST_SIZES})"
    )
    if BASELINE not in largest or best == BASELINE:
        return f"{head}; no regularizer is ahead of the baseline at {size:,} examples" if BASELINE in largest else head
    same_size = [variant.label for variant, examples in series[BASELINE] if examples == size]
    if not same_size:
        return head
    difference = errors.difference(places[same_size[0]], places[largest[best]])
    low, high = difference.limits(level)
    tail = f"; {best} lowers it by {100 * difference.mean:.1f} points ({_told(low, high)}) at {size:,}"
    if not gain:
        return head + tail
    verdict = "more data" if gain[1] > high else "the regularizer" if low > gain[2] else "not told apart"
    return f"{head}{tail}: which helps more: {verdict}"


def _told(low: float, high: float) -> str:
    return intervals.limits(100 * low, 100 * high, 1) if np.isfinite(high - low) else "no interval: single seeds"
