"""One sweep of the store as the pages know it."""

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from reading import store
from regtrack import names
from regtrack.charts.theme import variant_hues
from regtrack.diagnosis.leaderboard import rank_variants


@dataclass(frozen=True, eq=False)
class Sweep:
    """`run_id` is the sweep's newest run, which holds what was judged. `trials` as `reader.trials` gives them.

    `leaderboard` has names.LEADERBOARD_COLUMNS: as stored where `judged`, else from the trials that have finished,
    without verdicts. `model_uri` is that of a model which was trained elsewhere and evaluated here, "" for a sweep.
    `primary` is the measure that was to choose, recorded before training.
    """

    uri: str
    experiment_id: str
    sweep_id: str
    run_id: str
    status: str
    started: pd.Timestamp
    trials_planned: int
    trials: pd.DataFrame
    leaderboard: pd.DataFrame
    judged: bool
    model_uri: str = ""
    primary: str = names.ACCURACY

    @property
    def hues(self) -> dict[str, str]:
        """variant -> its colour, the same on every page."""
        return variant_hues(self.leaderboard["variant"], self.leaderboard["technique"])


def read_sweep(uri: str, sweep_id: str) -> Sweep | None:
    """As it stands now, not judged, for a page that looks again and again; None where it has gone. Raises StoreError."""
    table = store.sweeps(uri)
    table = table[table["sweep_id"] == sweep_id]
    if table.empty:
        return None
    row = table.iloc[0]
    trials = store.trials(uri, row["experiment_id"], sweep_id)
    return sweep_of(uri, row, trials, rank_variants(trials, primary=row["primary"]), False)


def sweep_of(uri: str, row: pd.Series, trials: pd.DataFrame, board: pd.DataFrame, judged: bool) -> Sweep:
    """The sweep of a row of store.sweeps, its leaderboard as stored where `judged`."""
    return Sweep(
        uri, row["experiment_id"], row["sweep_id"], row["run_id"], row["status"], row["started"],
        int(row["trials_planned"]), trials, board, judged, row["model_uri"], row["primary"],
    )  # fmt: skip


@st.cache_data(ttl=store.FRESH_SECONDS, show_spinner=False)
def not_judged(uri: str, experiment_id: str, sweep_id: str, primary: str = names.ACCURACY) -> pd.DataFrame:
    """The leaderboard of the trials that have finished, without verdicts, by the primary measure. Raises StoreError."""
    return rank_variants(store.trials(uri, experiment_id, sweep_id), primary=primary)
