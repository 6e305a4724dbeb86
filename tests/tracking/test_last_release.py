"""A store that the last release made (tests/fixtures) still opens: read, judged again, shown, and gone on with."""

import tarfile
from pathlib import Path

import mlflow
import pyarrow.parquet as pq
import pytest
import streamlit as st
from click.testing import CliRunner
from mlflow import MlflowClient
from pages import VIEWS
from support.pages import open_page, words_of
from support.project import ROOT
from support.store_files import artifact_of, relocate

from regtrack import names
from regtrack.cli.main import main
from regtrack.sweeps import sweep as sweeps
from regtrack.sweeps.asked import Asked
from regtrack.tracking import reader
from regtrack.tracking.store import connect
from regtrack.training.executors import local
from regtrack.variants import Grid

ARCHIVE = ROOT / "tests" / "fixtures" / "last_release.tar.xz"
LEFT_AT = "/last-release"
EXPERIMENT = "regtrack"
RIGHT = {"baseline": (250, 259, 262), "l2=0.001+dropout=0.2": (190, 234, 191)}
"""Of the 360 test examples, by seed: read from that database by its columns, not by our code."""


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """Where the store lies now; MLflow's settings point to it."""
    with tarfile.open(ARCHIVE) as archive:
        archive.extractall(tmp_path, filter="data")
    relocate(tmp_path / "mlflow.db", LEFT_AT, str(tmp_path))
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path}/mlflow.db")
    monkeypatch.setenv("MLFLOW_EXPERIMENT_NAME", EXPERIMENT)
    st.cache_data.clear()
    st.cache_resource.clear()
    yield tmp_path
    mlflow.set_tracking_uri(None)
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.fixture
def client(folder) -> MlflowClient:
    return connect(f"sqlite:///{folder}/mlflow.db")


def one_sweep(client: MlflowClient) -> str:
    [sweep] = reader.sweeps(client).itertuples()
    return sweep.sweep_id


def test_its_trials_are_read_as_they_were_written(client):
    """Two variants x three seeds, finished, with the test accuracies of that day."""
    experiment = client.get_experiment_by_name(EXPERIMENT).experiment_id
    trials = reader.trials(client, experiment, one_sweep(client))
    assert trials["status"].tolist() == ["FINISHED"] * 6
    for variant, right in RIGHT.items():
        found = trials[trials["variant"] == variant].sort_values("seed")[f"{names.TEST}/accuracy"]
        assert (found * 360).tolist() == pytest.approx(right)


def test_it_is_judged_again_with_the_same_numbers(client):
    """`regtrack report` on it: a new report, and a leaderboard whose accuracies are those that were stored."""
    sweep_id = one_sweep(client)
    board = artifact_of(client, sweep_id, names.LEADERBOARD)
    before = pq.read_table(board).to_pandas().set_index("variant")["test_accuracy"]
    assert not artifact_of(client, sweep_id, names.REPORT).exists()
    done = CliRunner().invoke(main, ["report", "--store", client.tracking_uri])
    assert done.exit_code == 0, done.output
    assert artifact_of(client, sweep_id, names.REPORT).is_file()
    after = pq.read_table(board).to_pandas().set_index("variant")["test_accuracy"]
    assert set(after.index) == set(RIGHT)
    assert after.to_dict() == pytest.approx(before.to_dict())
    told = done.output.split("Since it was judged before:")[1]
    assert "as far as this sweep can tell, before well fit" in told or "before" in told


def test_every_page_of_the_dashboard_shows_it(client):
    """No page raises or says that something is missing or damaged, and each offers or names the sweep."""
    sweep_id = one_sweep(client)
    for view in VIEWS:
        app = open_page(view)
        assert not app.exception, (view, app.exception)
        assert not app.error, (view, [error.value for error in app.error])
        tables = [frame.value.to_string() for frame in app.dataframe]
        offered = [option for box in (*app.selectbox, *app.multiselect) for option in box.options]
        assert sweep_id[:8] in "\n".join([words_of(app), *tables, *offered]), view


def test_resume_knows_its_trials_as_finished(client, folder, monkeypatch):
    """The same grid under today's code: nothing is trained again, and the sweep keeps its id."""
    said, sweep_id = [], one_sweep(client)

    def trained(*_, **__):
        raise AssertionError("a finished trial was trained again")

    monkeypatch.setattr(local, "run_trials", trained)
    done = sweeps.run_sweep(
        Grid.from_yaml(folder / "grid.yaml"), client=client, asked=Asked(resume="latest"), say=said.append
    )
    assert done.sweep_id == sweep_id
    assert f"Resuming sweep {sweep_id}: 6 of 6 trials done" in said
    assert (
        "Note: 3 of them were trained by an earlier release, on other random numbers or in another order of sums"
        in said
    )
