"""Learning curves over seeds: the table behind the picture."""

import numpy as np
import pandas as pd

from regtrack import names

MEASURES = {
    "error": (names.TRAIN_ACCURACY, names.VAL_ACCURACY),
    "cross_entropy": (names.TRAIN_CROSS_ENTROPY, names.VAL_CROSS_ENTROPY),
    "penalty": (names.TRAIN_PENALTY, None),
}
"""Measure: its column on train and on validation. Error is 1 - accuracy; a penalty belongs to training alone."""
COLUMNS = (
    "variant", "seed", "epoch", "seconds", "selected_epoch",
    names.TRAIN_ACCURACY, names.TRAIN_CROSS_ENTROPY, names.TRAIN_PENALTY, names.VAL_ACCURACY, names.VAL_CROSS_ENTROPY,
)  # fmt: skip
MEAN_COLUMNS = ("variant", "measure", "split", "epoch", "seconds", "mean", "low", "high", "seeds")
SELECTED_COLUMNS = ("variant", "measure", "epoch", "seconds", "mean")


def mean_curves(table: pd.DataFrame, measures: tuple[str, ...]) -> pd.DataFrame:
    """Mean, smallest and largest over seeds, a row a (variant, measure, split, epoch): MEAN_COLUMNS.

    Only epochs that every seed of the variant reached: with early stopping a mean over the seeds still running would
    jump where one stops. `seconds` is the time from the start, mean over seeds.

    Args:
        table: COLUMNS, a row a (variant, seed, epoch); `seconds` is the epoch's own.
    """
    table = table.reindex(columns=list(COLUMNS)).astype({"seconds": float})  # without a row, of no type
    table = table.sort_values(["variant", "seed", "epoch"])
    table = table.assign(seconds=table.groupby(["variant", "seed"])["seconds"].cumsum())
    reached = table.groupby(["variant", "epoch"])["seed"].transform("nunique")
    shared = table[reached == table.groupby("variant")["seed"].transform("nunique")]
    parts = [pd.DataFrame(columns=list(MEAN_COLUMNS))]
    for measure in measures:
        for split, column in zip(("train", "validation"), MEASURES[measure], strict=True):
            if column is None or shared.empty:
                continue
            value = 1 - shared[column] if measure == "error" else shared[column]
            groups = shared.assign(value=value).groupby(["variant", "epoch"], as_index=False)
            part = groups.agg(seconds=("seconds", "mean"), mean=("value", "mean"), low=("value", "min"),
                              high=("value", "max"), seeds=("seed", "nunique"))  # fmt: skip
            parts.append(part.assign(measure=measure, split=split))
    return pd.concat(parts[1:] or parts, ignore_index=True)[list(MEAN_COLUMNS)]


def selected_points(table: pd.DataFrame, means: pd.DataFrame) -> pd.DataFrame:
    """Where the mean validation curve stands at the mean selected epoch, between epochs on the straight line:
    SELECTED_COLUMNS. None for a mean beyond the epochs that all seeds reached."""
    chosen = table.reindex(columns=list(COLUMNS)).drop_duplicates(["variant", "seed"])
    at = chosen.groupby("variant")["selected_epoch"].mean()
    rows = []
    for (variant, measure), curve in means[means["split"] == "validation"].groupby(["variant", "measure"]):
        epochs, epoch = curve["epoch"].to_numpy(float), at[variant]
        if epochs[0] <= epoch <= epochs[-1]:
            read = [float(np.interp(epoch, epochs, curve[name].to_numpy(float))) for name in ("seconds", "mean")]
            rows.append((variant, measure, float(epoch), *read))
    return pd.DataFrame(rows, columns=list(SELECTED_COLUMNS))
