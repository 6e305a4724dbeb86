"""Learning curves of some variants, from the tables of their trials."""

from collections.abc import Iterable

import pandas as pd
import streamlit as st

from reading import store
from reading.sweep import Sweep
from regtrack import names
from regtrack.charts.curve_means import COLUMNS
from regtrack.errors import StoreError
from regtrack.words.markdown import escaped


def curves_of(sweep: Sweep, variants: Iterable[str]) -> pd.DataFrame:
    """charts.curve_means.COLUMNS of the finished trials. What is missing or damaged is said, and left out."""
    trials = sweep.trials[(sweep.trials["status"] == names.FINISHED) & sweep.trials["variant"].isin(list(variants))]
    parts = [pd.DataFrame(columns=list(COLUMNS))]
    for trial in trials.to_dict("records"):
        try:
            table = store.table(sweep.uri, trial["run_id"], names.LEARNING_CURVES)
        except StoreError as error:
            st.warning(escaped(error))
            continue
        known = {"variant": trial["variant"], "seed": trial[names.SEED], "selected_epoch": trial.get(names.BEST_EPOCH)}
        parts.append(table.assign(**known)[list(COLUMNS)])
    return pd.concat(parts[1:] or parts, ignore_index=True)
