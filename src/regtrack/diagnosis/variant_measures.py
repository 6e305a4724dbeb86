"""Measures of each variant over its seeds, every one with its interval: what leaderboard and response curves show."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from regtrack import names
from regtrack.diagnosis.differences.crossed import CrossedErrors
from regtrack.diagnosis.differences.half_over_seeds import half_width
from regtrack.diagnosis.regimes.fits import VariantFits
from regtrack.diagnosis.regimes.regime import Regime
from regtrack.diagnosis.sweep_record import SweepRecord
from regtrack.measures.declared import measures_shown
from regtrack.measures.measure import Shown
from regtrack.uncertainty.calibration import wilson_interval

MEASURE_COLUMNS = ("variant", "measure", "value", "low", "high", "seeds")
OVER_SEEDS = {
    measure.name: measure.of for measure in measures_shown(Shown.RESPONSE) if measure.of and not measure.interval
}
"""Measure -> metric of a trial; limits over seeds only (Student's t)."""


def measure_variants(
    record: SweepRecord, last: Sequence[VariantFits], regimes: dict[str, Regime], *, level: float = 0.95
) -> pd.DataFrame:
    """A row a (variant, measure): MEASURE_COLUMNS.

    `train_error`, `val_error_last` and `generalization_gap` are those of the last epoch, judged by `last` and
    `regimes`; `val_error` and `test_accuracy` of the selected one. Limits of errors are over crossed seeds and examples;
    of an error of 0 or 1, Wilson's over examples.
    """
    rows = []
    for found, measure, sign in (
        (record.errors("val"), "val_error", 1),
        (record.errors("test"), "test_accuracy", -1),
        (last, "val_error_last", 1),
    ):
        errors = CrossedErrors([v.wrong for v in found])
        for v, one in enumerate(found):
            low, high = errors.alone(v).limits(level)
            value = float(errors.rates[v])
            if value in (0, 1):  # no two examples differ, so nothing can be told from their spread
                low, high = map(float, wilson_interval(value, one.wrong.shape[1]))
            limits = (value, low, high) if sign > 0 else (1 - value, 1 - high, 1 - low)
            rows.append((one.variant, measure, *limits, len(one.wrong)))
    known = {
        measure: record.trials[metric].to_numpy(float)
        for measure, metric in OVER_SEEDS.items()
        if metric in record.trials
    }
    ends = np.array([1 - curve[names.TRAIN_ACCURACY].iloc[-1] for curve in record.curves])
    for label, places in record.of_variant.items():
        regime = regimes[label]
        gap = regime.clause("gap")
        rows.append((label, "generalization_gap", gap.estimate, gap.low, gap.high, regime.seeds))
        rows.append((label, "train_error", *_over_seeds(ends[places], level), len(places)))
        for measure, values in known.items():
            if not np.isnan(values[places]).any():
                rows.append((label, measure, *_over_seeds(values[places], level), len(places)))
    return pd.DataFrame(rows, columns=list(MEASURE_COLUMNS))


def _over_seeds(values: np.ndarray, level: float) -> tuple[float, float, float]:
    mean, n = float(values.mean()), len(values)
    half = half_width(values, level) if n > 1 else np.nan
    return mean, mean - half, mean + half
