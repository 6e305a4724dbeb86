"""Leaderboard: a row a variant over its seeds, with intervals. A pure function of the table of trials."""

import numpy as np
import pandas as pd
from scipy import stats

from regtrack import names

LEVEL = 0.95


def leaderboard(trials: pd.DataFrame) -> pd.DataFrame:
    """Variants by validation error at the selected epoch, the best first: names.LEADERBOARD_COLUMNS.

    Args:
        trials: a row a trial as `tracking.reader.trials` gives; only FINISHED ones count.
    Returns:
        train_error, val_error: mean over seeds at the selected epoch (the model that is kept), shares.
        *_low, *_high: 95 % limits over seeds and examples (see `error_interval`); for the generalization gap, read
        at the last epoch, and for one seed only over examples.
        seeds: finished seeds. The other columns are means over seeds of the metrics of their names; missing where
        no trial has them.
    """
    finished = trials[trials["status"] == "FINISHED"] if len(trials) else trials
    rows = [_row(variant, group) for variant, group in finished.groupby("variant", sort=False)] if len(finished) else []
    table = pd.DataFrame(rows, columns=list(names.LEADERBOARD_COLUMNS))
    return table.sort_values("val_error", ignore_index=True)


def error_interval(errors: np.ndarray, n: int) -> tuple[float, float]:
    """95 % limits of a mean error over seeds (Student's t) and over the n shared examples (binomial), added as
    variances. The examples' part inside the seeds' is counted twice, so the interval is a little too wide.

    Args:
        errors: (n_seeds,) error rates of the same n examples. With one seed only the examples' part is known.
    """
    mean = float(np.mean(errors))
    half = stats.norm.ppf(0.5 + LEVEL / 2) ** 2 * mean * (1 - mean) / n
    if len(errors) > 1:
        half += (stats.t.ppf(0.5 + LEVEL / 2, len(errors) - 1) * stats.sem(errors)) ** 2
    return mean - float(np.sqrt(half)), mean + float(np.sqrt(half))


def _mean(group: pd.DataFrame, name: str) -> float:
    return float(group[name].mean()) if name in group else np.nan


def _row(variant: str, group: pd.DataFrame) -> dict:
    val_error = 1 - group[f"{names.SELECTED}val_accuracy"].to_numpy(float)
    test_error = 1 - group[f"{names.TEST}/accuracy"].to_numpy(float)
    val_low, val_high = error_interval(val_error, int(group[names.N_VAL].iloc[0]))
    test_low, test_high = error_interval(test_error, int(group[names.N_TEST].iloc[0]))
    gap = group[names.GENERALIZATION_GAP].to_numpy(float)
    gap_half = float(np.mean(group[names.GENERALIZATION_GAP_HIGH] - group[names.GENERALIZATION_GAP_LOW]) / 2)
    if len(group) > 1:
        gap_half = float(np.hypot(gap_half, stats.t.ppf(0.5 + LEVEL / 2, len(group) - 1) * stats.sem(gap)))
    return {
        "variant": variant,
        "seeds": len(group),
        "train_error": 1 - _mean(group, f"{names.SELECTED}train_accuracy"),
        "val_error": float(val_error.mean()),
        "val_error_low": val_low,
        "val_error_high": val_high,
        "generalization_gap": float(gap.mean()),
        "generalization_gap_low": float(gap.mean()) - gap_half,
        "generalization_gap_high": float(gap.mean()) + gap_half,
        "test_accuracy": 1 - float(test_error.mean()),
        "test_accuracy_low": 1 - test_high,
        "test_accuracy_high": 1 - test_low,
        "test_accuracy_true_label": _mean(group, f"{names.TEST}/{names.ACCURACY_TRUE_LABEL}"),
        "test_mc_accuracy": _mean(group, f"{names.TEST_MC}/accuracy"),
        "negative_log_likelihood": _mean(group, f"{names.TEST}/negative_log_likelihood"),
        "expected_calibration_error": _mean(group, f"{names.TEST}/expected_calibration_error"),
        "high_confidence_errors": _mean(group, f"{names.TEST}/high_confidence_errors"),
        "best_epoch": _mean(group, names.BEST_EPOCH),
        "fit_seconds": _mean(group, names.FIT_SECONDS),
    }
