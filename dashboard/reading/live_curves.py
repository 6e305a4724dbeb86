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
    parts = [pd.DataFrame(columns=list(COLUMNS))]
    for trial in trials.itertuples():
        history = _history(uri, trial.run_id)
        parts.append(history.assign(variant=trial.variant, seed=trial.seed).reindex(columns=list(COLUMNS)))
    parts = [part for part in parts if len(part)] or parts[:1]
    return pd.concat(parts, ignore_index=True)


def _history(uri: str, run_id: str) -> pd.DataFrame:
    """A row an epoch: `epoch` and METRICS. Empty where the store does not answer: the next look tries again."""
    try:
        table = store.history(uri, (run_id,), METRICS)
    except StoreError:
        return pd.DataFrame(columns=["epoch", *METRICS])
    wide = table.pivot(index="step", columns="metric", values="value").reindex(columns=list(METRICS))
    return wide.rename_axis(index="epoch", columns=None).reset_index().dropna()
