"""Expected best of k tries: how good a technique is to be expected when k of its settings are tried (Dodge et al. 2019)."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from regtrack.diagnosis.differences.families import WIDER_SEEDS
from regtrack.diagnosis.techniques.best_of_tries import chances_of_best
from regtrack.diagnosis.techniques.settings_tried import Tried
from regtrack.names import BASELINE, BETTER, EXPECTED_BEST_COLUMNS, NO_VERDICT, NOT_SHOWN, WORSE

WEIGHED = ("validation", "test", "test_low", "test_high", "difference", "low", "high")


def expect_best(tried: Sequence[Tried], read: pd.DataFrame, trials: pd.DataFrame, *, primary: str) -> pd.DataFrame:
    """names.EXPECTED_BEST_COLUMNS, a row a (technique, number of tries from 1 to its settings).

    k settings are drawn at random, validation chooses the best of them, test reads it: each figure is the mean over all draws,
    that is over the settings by their chances (best_of_tries). The settings are the grid's and no sample of a space, so
    uncertain are the seeds and the examples of each. Which setting is chosen hangs on the seeds that test reads too, so the
    chances are no fixed weights: but a mean of differences lies within the same mean of their limits by whatever weights, wherever
    limits that are simultaneous over all variants hold. So the band holds for all techniques and numbers of tries together, and
    at the last one it is the interval of the chosen setting.

    Args:
        tried: every technique with its settings.
        read: what `settings_read` tells of each variant.
        trials: finished ones, a row a trial.
        primary: the measure that chooses and is judged, by name.
    """
    trainings = trials.groupby("variant").size()
    rows = []
    for one in tried:
        settings = read.loc[list(one.variants)]
        figures, trained = settings[list(WEIGHED)].to_numpy(float), float(trainings[settings.index].mean())
        for tries, chances in enumerate(chances_of_best(settings["loss"].to_numpy()), start=1):
            likely = chances > 0
            weighed = chances[likely] @ figures[likely]
            validation, test, test_low, test_high, difference, low, high = map(float, weighed)
            verdict, reason = "", ""
            if one.variants != (BASELINE,):
                verdict = _verdict(low, high)
                reason = _reason(settings, likely, verdict)
            rows.append(
                (
                    one.technique, tries, len(settings), tries * trained, validation, test, test_low,
                    test_high, difference, low, high, verdict, reason, primary,
                )
            )  # fmt: skip
    return pd.DataFrame(rows, columns=list(EXPECTED_BEST_COLUMNS))


def _verdict(low: float, high: float) -> str:
    """By the limits alone, so that none that leave 0 stand beside "not shown to differ"."""
    if np.isnan(low):
        return NO_VERDICT
    return BETTER if low > 0 else WORSE if high < 0 else NOT_SHOWN


def _reason(settings: pd.DataFrame, likely: np.ndarray, verdict: str) -> str:
    """Of those that are likely. Without a verdict that of the first setting that has no limits; of what is better, why that is no win, where it is one for any of
    these settings."""
    if verdict == NO_VERDICT:
        return str(settings.loc[likely & settings["low"].isna(), "reason"].iloc[0])
    return WIDER_SEEDS if verdict == BETTER and (likely & (settings["reason"] == WIDER_SEEDS)).any() else ""
