"""Curves of trials that are still running: what they have logged so far, as far as they have come."""

import pandas as pd

from reading import store
from regtrack import names
from regtrack.charts.curve_means import COLUMNS
from regtrack.errors import StoreError

METRICS = (names.TRAIN_ACCURACY, names.VAL_ACCURACY)


def curves_so_far(uri: str, trials: pd.DataFrame) -> pd.DataFrame:
    """charts.curve_means.COLUMNS of `trials` (variant, seed, run_id); a trial that has logged nothing has no rows.

    Cross-entropy, penalty, seconds and the selected epoch are missing: the chart of errors does not need them.
    """
    known = trials[["run_id", "variant", "seed"]]
    try:
        table = store.history(uri, tuple(known["run_id"]), METRICS)
    except StoreError:  # the next look tries again
        return pd.DataFrame(columns=list(COLUMNS))
    wide = (
        table.pivot(index=["run_id", "step"], columns="metric", values="value").reindex(columns=list(METRICS)).dropna()
    )
    epochs = wide.rename_axis(index=["run_id", "epoch"], columns=None).reset_index()
    return known.merge(epochs, on="run_id").reindex(columns=list(COLUMNS))  # in the order of the trials
