"""Where the MLflow UI is, and what to type where it does not answer."""

import os
import socket
from urllib.parse import urlsplit

import streamlit as st

from regtrack.tracking import links
from regtrack.tracking.addresses import quoted
from regtrack.words.markdown import escaped

SETTING = "REGTRACK_MLFLOW_UI"
PATIENCE = 0.3
"""Seconds: a server on this machine answers at once."""


def base(uri: str) -> str:
    """The setting's address, else the store's own server, else where MLflow serves of itself."""
    return links.without_login(os.environ.get(SETTING, "")) or links.ui_base(uri)


@st.cache_data(ttl=10, show_spinner=False)
def answers(address: str) -> bool:
    """Whether somebody listens there."""
    try:
        parts = urlsplit(address)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        with socket.create_connection((parts.hostname or "", port), timeout=PATIENCE):
            return True
    except (OSError, ValueError):
        return False


def say_how_to_start(uri: str) -> None:
    """Nothing where the UI answers; else the command that starts one on this store."""
    address = base(uri)
    if answers(address):
        return
    st.caption(
        f"Links into the MLflow UI lead to {escaped(address)}, where nothing answers now. Start it by the command "
        f"below; where it runs elsewhere, set {SETTING} to its address before you start the dashboard."
    )
    st.code(f"mlflow ui --backend-store-uri {quoted(uri)} --host 127.0.0.1 --port 5000", language="bash")
