"""Two sweeps write to one sqlite store at once, while a page reads it: each takes its turn, nothing is lost, nobody is told of it."""

import subprocess
import sys
from collections import Counter

import pytest
import streamlit as st
from support.pages import open_page
from support.project import ROOT, project_environment

from regtrack import names

GRID = """
settings: {dataset: digits, train_size: 100, epochs: 40, n_passes: 5}
seeds: 2
variants:
  - {}
  - {dropout_rate: 0.2}
"""


@pytest.fixture
def unread():
    """A page remembers what another test's store held."""
    st.cache_data.clear()
    st.cache_resource.clear()
    yield
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.mark.long
def test_two_sweeps_and_a_reading_page_share_a_sqlite_store(store, tmp_path, unread):
    """Three processes: both sweeps end well with each trial once, and no page shows an error."""
    (tmp_path / "grid.yaml").write_text(GRID)
    sweeps = [
        subprocess.Popen(
            [sys.executable, "pipelines/sweep.py", "--grid", str(tmp_path / "grid.yaml"), "--workers", "1"],
            cwd=ROOT, env=project_environment(store.tracking_uri, MLFLOW_EXPERIMENT_NAME="tests"), text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        ) for _ in range(2)
    ]  # fmt: skip
    try:
        looks = 0
        while any(sweep.poll() is None for sweep in sweeps):
            page = open_page()
            assert not page.exception
            assert not page.error
            looks += 1
        said = [sweep.communicate() for sweep in sweeps]
    finally:
        for sweep in sweeps:
            sweep.kill()
    assert [sweep.returncode for sweep in sweeps] == [0, 0], said
    assert looks >= 3
    assert not any("store" in line and "away" in line for out, err in said for line in (out + err).splitlines())
    runs = store.search_runs([store.get_experiment_by_name("tests").experiment_id], f"tags.`{names.ROLE}` = 'trial'")
    assert {run.info.status for run in runs} == {names.FINISHED}
    keys = Counter((run.data.tags[names.SWEEP_ID], run.data.tags[names.TRIAL_KEY]) for run in runs)
    assert len({sweep_id for sweep_id, _ in keys}) == 2
    assert sorted(keys.values()) == [1] * 8
