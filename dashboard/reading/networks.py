"""Networks: a sweep's finished trials, and what they say of its test examples."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from reading import store
from reading.sweep import Sweep
from regtrack import names
from regtrack.errors import StoreError
from regtrack.variants.settings import Settings

SAID_COLUMNS = ("run_id", "predicted_class", "confidence", "mc_predicted_class", "mc_confidence")
ERROR_COLUMNS = names.HIGH_CONFIDENCE_ERRORS_COLUMNS


@dataclass(frozen=True, eq=False)
class Examples:
    """The test examples by id. `place` is empty where the store has none to show; then classes are known by number.

    `problem` says in words why it has none, "" where it has. `picture` gives the picture of the example at a place,
    uint8, where `has_pictures`. `features` gives its (name, value) pairs: a table's cells, or its numbers; `is_table`
    says which.
    """

    place: dict[int, int]
    class_names: tuple[str, ...]
    problem: str = ""
    picture: Callable[[int], np.ndarray | None] | None = None
    has_pictures: bool = False
    features: Callable[[int], list[tuple[str, str | float]]] | None = None
    is_table: bool = False

    def named(self, label) -> str:
        """A class in words; an unknown one by its number."""
        if pd.isna(label):
            return "–"
        return self.class_names[int(label)] if 0 <= int(label) < len(self.class_names) else f"class {int(label)}"


def examples_of(sweep: Sweep) -> Examples:
    try:
        found = store.shown_examples(sweep.uri, sweep.sweep_id)
    except StoreError as error:
        return Examples({}, (), str(error))
    place = {int(one): i for i, one in enumerate(found.example_id)}
    return Examples(
        place, found.class_names, picture=found.picture, has_pictures=found.has_pictures, features=found.features,
        is_table=found.rows is not None,
    )  # fmt: skip


def setting(sweep: Sweep, name: str) -> float:
    """A number that the sweep's trials record among their settings; regtrack's own where none does."""
    recorded = pd.to_numeric(sweep.trials[name], errors="coerce").dropna() if name in sweep.trials else []
    return float(min(recorded)) if len(recorded) else float(Settings.model_fields[name].default)


def finished(sweep: Sweep, variant: str | None = None) -> pd.DataFrame:
    """Finished trials (of a variant) in the leaderboard's order, then by seed; one whose seed is not recorded cannot be
    told from the others, and is left out."""
    trials = sweep.trials[(sweep.trials["status"] == names.FINISHED) & sweep.trials[names.SEED].notna()]
    if variant is not None:
        trials = trials[trials["variant"] == variant]
    order = {name: i for i, name in enumerate(sweep.leaderboard["variant"])}
    place = trials["variant"].map(order).fillna(len(order))
    return trials.assign(_place=place).sort_values(["_place", names.SEED], kind="stable").drop(columns="_place")


def probs_of(sweep: Sweep, run_id: str, method: str = names.DETERMINISTIC) -> np.ndarray | None:
    """(n, n_classes) of a network on test; None for Monte Carlo dropout without dropout. Raises StoreError."""
    found = store.probs(sweep.uri, run_id, names.TEST)
    return found.deterministic_probs if method == names.DETERMINISTIC else found.mc_mean_probs


def wrong(sweep: Sweep, run_ids: list[str], method: str = names.DETERMINISTIC) -> np.ndarray:
    """(n_networks, n_examples): which test examples each gets wrong. Raises StoreError, also for want of dropout."""
    rows = []
    for run_id in run_ids:
        probs = probs_of(sweep, run_id, method)
        if probs is None:
            raise StoreError(
                f"run {run_id} has no dropout, so no Monte Carlo prediction; choose a variant with dropout"
            )
        rows.append(probs.argmax(axis=1) != store.probs(sweep.uri, run_id, names.TEST).given_label)
    if len({len(row) for row in rows}) > 1:
        raise StoreError(
            f"networks predicted {sorted({len(row) for row in rows})} test examples: choose two of one data set"
        )
    return np.stack(rows)


def errors_of_network(sweep: Sweep, trial: pd.Series, threshold: float) -> pd.DataFrame:
    """A network's own confident errors on test, as names.HIGH_CONFIDENCE_ERRORS_COLUMNS: what only the whole sweep can
    tell (triage, suspicion, the other networks) is missing. Raises StoreError."""
    found = store.probs(sweep.uri, trial["run_id"], names.TEST)
    said = {"": found.deterministic_probs} | ({"mc_": found.mc_mean_probs} if found.mc_mean_probs is not None else {})
    columns = {name: getattr(found, name) for name in names.OF_EXAMPLE}
    keep = np.zeros(len(found.example_id), bool)
    for prefix, probs in said.items():
        columns[f"{prefix}predicted_class"], columns[f"{prefix}confidence"] = probs.argmax(axis=1), probs.max(axis=1)
        keep |= (columns[f"{prefix}predicted_class"] != found.given_label) & (probs.max(axis=1) >= float(threshold))
    table = pd.DataFrame(columns).assign(variant=trial["variant"], seed=int(trial[names.SEED]), split=names.TEST)
    return table[keep].reindex(columns=list(ERROR_COLUMNS)).reset_index(drop=True)


@st.cache_data(show_spinner="asking every network", max_entries=50)
def said_of(uri: str, run_ids: tuple[str, ...], example_id: int) -> tuple[list[tuple], list[str]]:
    """For each run SAID_COLUMNS (of Monte Carlo dropout None where there is none) of one test example, and what
    could not be read, in words."""
    rows, problems = [], []
    for run_id in run_ids:
        try:
            found = store.probs(uri, run_id, names.TEST)
        except StoreError as error:
            problems.append(str(error))
            continue
        for place in np.flatnonzero(found.example_id == example_id):
            one, mc = found.deterministic_probs[place], found.mc_mean_probs
            of_mc = (int(mc[place].argmax()), float(mc[place].max())) if mc is not None else (None, None)
            rows.append((run_id, int(one.argmax()), float(one.max()), *of_mc))
    return rows, problems


def digest_of(uri: str, run_id: str) -> str:
    """Of the data that a run saw; "" where it is not recorded. Raises StoreError."""
    return store.tags(uri, run_id).get(names.DATASET_DIGEST, "")
