"""Cached reads of the tracking store. Nothing here writes, and no model is ever loaded."""

import os

import pandas as pd
import streamlit as st
from mlflow import MlflowClient
from mlflow.tracking import get_tracking_uri

from regtrack.tracking import reader
from regtrack.tracking.store import connect_to_read

FRESH_SECONDS = 5
"""A running sweep is read again after this long."""


def tracking_uri() -> str:
    """MLFLOW_TRACKING_URI, else MLflow's default for this folder."""
    return os.environ.get("MLFLOW_TRACKING_URI") or get_tracking_uri()


@st.cache_resource
def client(uri: str) -> MlflowClient:
    return connect_to_read(uri)


@st.cache_data(ttl=FRESH_SECONDS, show_spinner="reading the store")
def sweeps(uri: str) -> pd.DataFrame:
    return reader.sweeps(client(uri))


@st.cache_data(ttl=FRESH_SECONDS, show_spinner="reading the sweep")
def trials(uri: str, experiment_id: str, sweep_id: str) -> pd.DataFrame:
    return reader.trials(client(uri), experiment_id, sweep_id)
