"""The sweep that all pages show: the one in the address, else the newest."""

from dataclasses import replace

import pandas as pd
import streamlit as st
from reading import networks, store
from reading.sweep import Sweep, not_judged, sweep_of

from regtrack import names
from regtrack.errors import StoreError
from regtrack.masking import mask
from regtrack.shipped import command, how_to_start
from regtrack.words.lists import listed
from regtrack.words.markdown import escaped
from showing import selection
from showing.commands import command_on

DATASET = "dataset"


def chosen_sweep() -> Sweep:
    """A box with the sweeps of the store (where they are of several datasets, one to choose which), and the one that is
    chosen. Stops the page, in words, where there is none."""
    uri = store.tracking_uri()
    try:
        row = _choose(uri)
        trials = store.trials(uri, row["experiment_id"], row["sweep_id"])
    except StoreError as error:
        st.error(escaped(error))
        st.stop()
    return sweep_of(uri, row, trials, *_leaderboard(uri, row))


def need_finished(sweep: Sweep) -> None:
    """Stops the page, in words, where no trial has finished."""
    if sweep.leaderboard.empty:
        if sweep.status == names.RUNNING:
            st.info("No trial of this sweep has finished yet. Reload this page in a moment, or watch it grow:")
        else:
            st.info(
                f"This sweep has ended ({sweep.status.lower()}) and no trial of it has finished. What became of them:"
            )
        selection.page_link("progress")
        st.stop()


def need_networks(sweep: Sweep) -> Sweep:
    """The sweep with those of its variants that have a finished run. Says which have none left, and stops the page, in
    words, where that is all: a judged sweep keeps its tables when its runs are deleted in MLflow."""
    need_finished(sweep)
    board, left = sweep.leaderboard, set(networks.finished(sweep)["variant"])
    gone = [variant for variant in board["variant"] if variant not in left]
    if gone:
        st.warning(
            f"No finished run is left in the store of {escaped(listed(gone))}: deleted in MLflow (`mlflow runs restore "
            "--run-id ID` brings one back), or without its seed. This page is without."
        )
    if len(gone) == len(board):
        selection.page_link("overview", label="What the sweep found stands in its tables")
        st.stop()
    return replace(sweep, leaderboard=board[board["variant"].isin(left)].reset_index(drop=True)) if gone else sweep


def _choose(uri: str) -> pd.Series:
    table = store.sweeps(uri).drop_duplicates("sweep_id")  # a resumed sweep has several runs, the newest first
    if table.empty:
        where = escaped(mask(uri))
        st.info(f"The store {where} has no sweep yet. Run `{how_to_start()}`, or `{command()}`.")
        st.stop()
    datasets = sorted(table["dataset"].dropna().unique())
    if len(datasets) > 1:
        dataset = selection.pick(
            "Dataset", ["", *datasets], name=DATASET, default="", format_func=lambda one: one or "any",
            help="Which sweeps to choose from.", takes_out=[selection.SWEEP],
        )  # fmt: skip
        table = table[table["dataset"] == dataset] if dataset else table
    words = {row.sweep_id: " · ".join(_words(row, len(datasets) > 1)) for row in table.itertuples()}
    chosen = selection.pick("Sweep", list(words), name=selection.SWEEP, format_func=lambda one: words.get(one, one))
    selection.pin(chosen)
    return table[table["sweep_id"] == chosen].iloc[0]


def _words(row, with_dataset: bool) -> list[str]:
    words = [f"{row.started:%Y-%m-%d %H:%M}", row.status.lower(), row.sweep_id[:8]]
    words += [f"model {row.model_uri}"] if row.model_uri else []
    return [*words, row.dataset] if with_dataset and isinstance(row.dataset, str) else words


def _leaderboard(uri: str, row: pd.Series) -> tuple[pd.DataFrame, bool]:
    if row["status"] != names.RUNNING and not row["model_uri"]:
        try:
            return store.table(uri, row["run_id"], names.LEADERBOARD), True
        except StoreError as error:
            st.warning(
                f"{escaped(error)}. Without it nothing is judged here: judge the sweep again by "
                f"`{command_on(uri, 'report', sweep=row['sweep_id'])}`."
            )
    return not_judged(uri, row["experiment_id"], row["sweep_id"], row["primary"]), False
