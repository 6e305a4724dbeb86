"""Cached reads of the tracking store. Nothing here writes, and no model is ever loaded."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import streamlit as st

from reading.artifact_files import file_of
from reading.connection import in_words, read
from reading.sound_trials import sound
from regtrack import names
from regtrack.errors import StoreError
from regtrack.foreign import from_json
from regtrack.tracking import sql_reader
from regtrack.tracking.artifacts import EARLIER, read_table
from regtrack.tracking.predictions import lists, of_split
from regtrack.tracking.shown_examples import ShownExamples, read_test_examples

FRESH_SECONDS = 5
"""A running sweep is read again after this long."""


@dataclass(frozen=True, eq=False)
class Probs:
    """What one trial predicts for one split, a row an example; what is null in the store is None.

    Args:
        deterministic_probs, mc_mean_probs, mc_std_probs: (n, n_classes).
        predictive_entropy ... variation_ratio: (n,), see names.PREDICTION_COLUMNS.
    """

    example_id: np.ndarray
    given_label: np.ndarray
    true_label: np.ndarray
    deterministic_probs: np.ndarray
    mc_mean_probs: np.ndarray | None
    mc_std_probs: np.ndarray | None
    predictive_entropy: np.ndarray | None
    expected_entropy: np.ndarray | None
    mutual_information: np.ndarray | None
    mutual_information_corrected: np.ndarray | None
    variation_ratio: np.ndarray | None


def tracking_uri() -> str:
    """`streamlit run dashboard/app.py -- --store=URI`, else MLFLOW_TRACKING_URI, else MLflow's default for this folder."""
    given = [argument.removeprefix("--store=") for argument in sys.argv[1:] if argument.startswith("--store=")]
    if known := given[0] if given else os.environ.get("MLFLOW_TRACKING_URI"):
        return known
    from mlflow.tracking import get_tracking_uri

    return get_tracking_uri()


@st.cache_data(ttl=FRESH_SECONDS, show_spinner="reading the store")
def sweeps(uri: str) -> pd.DataFrame:
    """reader.sweeps: a row a sweep run, newest first. Raises StoreError."""
    return read(uri, "sweeps")


@st.cache_data(ttl=FRESH_SECONDS, show_spinner="reading the sweep")
def trials(uri: str, experiment_id: str, sweep_id: str, stage: str = names.EXPLORE) -> pd.DataFrame:
    """reader.trials: a row a trial of this stage, as `sound` makes it. Raises StoreError."""
    if at_rest := sql_reader.at_rest(uri):
        return _trials(uri, at_rest, experiment_id, sweep_id, stage)
    return sound(read(uri, "trials", experiment_id, sweep_id, stage))


@st.cache_data(max_entries=40, show_spinner=False)
def _trials(uri: str, at_rest: tuple[int, int], experiment_id: str, sweep_id: str, stage: str) -> pd.DataFrame:
    """Of a database that nobody has written to since: the dearest table that each page asks for."""
    return sound(read(uri, "trials", experiment_id, sweep_id, stage))


@st.cache_data(show_spinner=False)
def experiment_name(uri: str, experiment_id: str) -> str:
    """Raises StoreError."""
    return read(uri, "experiment_name", experiment_id)


@st.cache_data(ttl=FRESH_SECONDS, show_spinner=False)
def tags(uri: str, run_id: str) -> dict[str, str]:
    """A run's tags. Raises StoreError."""
    return read(uri, "tags", run_id)


@st.cache_data(ttl=2, show_spinner=False)
def history(uri: str, run_ids: tuple[str, ...], metrics: tuple[str, ...]) -> pd.DataFrame:
    """reader.HISTORY_COLUMNS: what these runs have logged so far. Raises StoreError."""
    return read(uri, "history", run_ids, metrics)


@st.cache_data(ttl=FRESH_SECONDS, show_spinner=False)
def how_read(uri: str) -> str:
    """How sweeps and trials of this store are read, for a caption. Raises StoreError where they are not."""
    with in_words(uri):
        reason = sql_reader.why_client(uri)
    if reason:
        return f"Read through MLflow's client: {reason}."
    return "Read directly from the database, read-only."


def table(uri: str, run_id: str, artifact: str) -> pd.DataFrame:
    """A parquet artifact of a run. Raises StoreError: missing, damaged, or of another schema."""
    path = file_of(uri, run_id, artifact)
    return _table(str(path), _version(path), artifact)


def json_of(uri: str, run_id: str, artifact: str) -> dict:
    """A JSON artifact of a run. Raises StoreError: missing, damaged, or of another schema."""
    text = text_of(uri, run_id, artifact)
    try:
        found = from_json(text)
        schema = found["schema"]
    except (ValueError, KeyError, TypeError) as error:
        raise StoreError(f"{artifact} of run {run_id} is damaged ({error}); write the report again") from None
    if schema != names.SCHEMAS[artifact] and (artifact, schema) not in EARLIER:
        raise StoreError(
            f"{artifact} of run {run_id}: expected schema {names.SCHEMAS[artifact]}, received {schema}; "
            "it was written by another version of regtrack"
        )
    return found


def text_of(uri: str, run_id: str, artifact: str) -> str:
    """A text artifact of a run. Raises StoreError: missing, or no text."""
    try:
        return file_of(uri, run_id, artifact).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise StoreError(f"{artifact} of run {run_id} cannot be read ({error}); write the report again") from None


def shown_examples(uri: str, sweep_id: str) -> ShownExamples:
    """The test examples of a sweep, from its first run, whose id it has: runs that resume it hold the same again.

    Raises StoreError: missing, damaged, or newer.
    """
    path = file_of(uri, sweep_id, names.TEST_EXAMPLES)
    return _shown_examples(str(path), _version(path))


def probs(uri: str, run_id: str, split: str, *, epoch_kind: str = "selected") -> Probs:
    """A trial's predictions for `val` or `test`; arrays are shared and read-only. Raises StoreError."""
    path = file_of(uri, run_id, names.PREDICTIONS)
    return _probs(str(path), _version(path), split, epoch_kind)


def _version(path: Path) -> tuple[int, int]:
    """A file that is written again, by a report of the same sweep, is read again."""
    try:
        found = path.stat()
    except OSError as error:
        raise StoreError(f"{path} went while it was looked at ({error.strerror}); load this page again") from None
    return found.st_mtime_ns, found.st_size


@st.cache_data(show_spinner=False, max_entries=2000)
def _table(path: str, version: tuple[int, int], artifact: str) -> pd.DataFrame:
    return read_table(path, artifact).to_pandas()


@st.cache_resource(show_spinner=False, max_entries=4)
def _shown_examples(path: str, version: tuple[int, int]) -> ShownExamples:
    found = read_test_examples(path)
    for array in vars(found).values():
        if isinstance(array, np.ndarray):
            _shared(array)
    return found


@st.cache_resource(show_spinner=False, max_entries=200)
def _predictions(path: str, version: tuple[int, int]) -> pa.Table:
    """All of a trial's; what is shown of its splits lies in it and is not copied."""
    return read_table(path, names.PREDICTIONS)


@st.cache_resource(show_spinner=False, max_entries=400)
def _probs(path: str, version: tuple[int, int], split: str, epoch_kind: str) -> Probs:
    rows = of_split(_predictions(path, version), split, epoch_kind)
    found = {name: rows.column(name).to_numpy() for name in names.OF_EXAMPLE}
    found |= {name: lists(rows, name) for name in names.PROBS}
    for name in names.UNCERTAINTIES:
        column = rows.column(name)
        found[name] = None if column.null_count == len(rows) else column.to_numpy()
    return Probs(**{name: _shared(values) for name, values in found.items()})


def _shared(values: np.ndarray | None) -> np.ndarray | None:
    """Every page sees the same array, so none may change it."""
    if values is not None and values.flags.writeable:
        values.flags.writeable = False
    return values
