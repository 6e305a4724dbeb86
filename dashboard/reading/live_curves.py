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
    known = trials.set_index("run_id")[["variant", "seed"]]
    try:
        table = store.history(uri, tuple(known.index), METRICS)
    except StoreError:  # the next look tries again
        return pd.DataFrame(columns=list(COLUMNS))
    wide = (
        table.pivot(index=["run_id", "step"], columns="metric", values="value").reindex(columns=list(METRICS)).dropna()
    )
    curves = wide.rename_axis(index=["run_id", "epoch"], columns=None).reset_index().join(known, on="run_id")
    order = dict(zip(known.index, range(len(known)), strict=True))
    return curves.sort_values(["run_id", "epoch"], key=lambda column: column.map(order) if column.name == "run_id" else column,
                              ignore_index=True).reindex(columns=list(COLUMNS))  # fmt: skip
