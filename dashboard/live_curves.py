"""Curves of trials that are still running: what they have logged so far, read through the client."""

import pandas as pd
import store
import streamlit as st
from mlflow.exceptions import MlflowException

from regtrack import names
from regtrack.charts.curve_means import COLUMNS

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


@st.cache_data(ttl=2, show_spinner=False)
def _history(uri: str, run_id: str) -> pd.DataFrame:
    """A row an epoch: `epoch` and METRICS. Empty where the store does not answer: the next look tries again."""
    try:
        client = store.client(uri)
        series = {name: {m.step: m.value for m in client.get_metric_history(run_id, name)} for name in METRICS}
    except MlflowException:
        series = {name: {} for name in METRICS}
    table = pd.DataFrame(series, columns=list(METRICS))
    return table.rename_axis("epoch").reset_index().dropna()
