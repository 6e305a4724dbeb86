"""A store that the pages open, to hand them whatever anybody might."""

import tarfile
from pathlib import Path

import pytest
import streamlit as st
from support.project import ROOT
from support.store_files import relocate

ARCHIVE = ROOT / "tests" / "fixtures" / "last_release.tar.xz"


@pytest.fixture
def store(tmp_path, monkeypatch) -> Path:
    """The folder of a sweep with its artifacts, as the last release left it, that the pages open."""
    with tarfile.open(ARCHIVE) as archive:
        archive.extractall(tmp_path, filter="data")
    relocate(tmp_path / "mlflow.db", "/last-release", str(tmp_path))
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path}/mlflow.db")
    monkeypatch.setenv("REGTRACK_MARKS", str(tmp_path / "marks.csv"))
    st.cache_data.clear()
    st.cache_resource.clear()
    return tmp_path
