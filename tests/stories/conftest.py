"""What the stories share: a person's folder with the command and its store in it, and the dashboard on that store."""

import os
import subprocess
import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import click
import keras
import mlflow
import pandas as pd
import pytest
from click.testing import CliRunner
from mlflow import MlflowClient
from pages import VIEWS
from streamlit.testing.v1 import AppTest
from support.pages import open_page, words_of
from support.project import ROOT
from support.sweeps import in_this_process, trials_here

from regtrack import names
from regtrack.cli.main import main
from regtrack.tracking import reader
from regtrack.tracking.artifacts import read_table
from regtrack.tracking.shown_examples import ShownExamples, read_test_examples


@dataclass(frozen=True)
class Place:
    """A folder of a person's own, outside the project; the store that the command makes lies in it."""

    folder: Path

    @property
    def uri(self) -> str:
        return f"sqlite:///{self.folder}/mlflow.db"

    @property
    def environment(self) -> dict[str, str]:
        """Of a person who has regtrack installed and nothing of MLflow's set."""
        away = {name: value for name, value in os.environ.items() if not name.startswith("MLFLOW_")}
        return away | {"PYTHONPATH": str(ROOT / "src"), "MLFLOW_DISABLE_TELEMETRY": "true"}

    def python(self, *arguments: str) -> str:
        """Run Python there; what it printed, both streams together. Fails with that if it fails."""
        done = subprocess.run(
            [sys.executable, *arguments], cwd=self.folder, env=self.environment, text=True, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, timeout=900, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout
        return done.stdout

    def regtrack(self, *arguments: str) -> str:
        """`regtrack ARGUMENTS` there, in this process and so without worker processes; what it printed, warnings too."""
        mlflow.set_tracking_uri(None)  # an earlier test of this process may have chosen another store
        with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
            patch.chdir(self.folder)
            for name in [*(name for name in os.environ if name.startswith("MLFLOW_")), "MLFLOW_TRACKING_URI"]:
                patch.setenv(name, "")  # so that what the command sets is taken back
                patch.delenv(name)
            patch.setenv("MLFLOW_DISABLE_TELEMETRY", "true")
            patch.setattr(sys, "path", sys.path.copy())
            in_this_process(patch, trials_here)
            patch.setattr(warnings, "showwarning", lambda message, kind, *_: click.echo(f"{kind.__name__}: {message}"))
            warnings.resetwarnings()
            warnings.simplefilter("ignore", DeprecationWarning)  # as Python does by itself
            keras.utils.clear_session(free_memory=False)  # layers are named as in a fresh process
            done = CliRunner().invoke(main, arguments)
        mlflow.set_tracking_uri(None)
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        assert done.exit_code == 0, done.output
        return done.output

    def regtrack_process(self, *arguments: str) -> str:
        """`regtrack ARGUMENTS` there, with all its processes."""
        return self.python("-m", "regtrack.cli.main", *arguments)

    @cached_property
    def client(self) -> MlflowClient:
        return MlflowClient(self.uri)

    def sweeps(self) -> pd.DataFrame:
        """As the dashboard lists them, the newest first."""
        return reader.sweeps(self.client)

    def trials(self, sweep: pd.Series) -> pd.DataFrame:
        return reader.trials(self.client, sweep["experiment_id"], sweep["sweep_id"])

    def path(self, run_id: str, artifact: str) -> Path:
        return Path(self.client.get_run(run_id).info.artifact_uri.removeprefix("file://")) / artifact

    def table(self, run_id: str, artifact: str) -> pd.DataFrame:
        return read_table(self.path(run_id, artifact), artifact).to_pandas()

    def shown_examples(self, sweep: pd.Series) -> ShownExamples:
        return read_test_examples(self.path(sweep["run_id"], names.TEST_EXAMPLES))


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Place:
    """One a story: its first step makes the store."""
    return Place(tmp_path_factory.mktemp("story"))


@pytest.fixture
def look(place, monkeypatch, tmp_path) -> Callable[..., AppTest]:
    """look(view, **query): a page of the dashboard on the story's store, opened without an exception."""
    monkeypatch.setenv("REGTRACK_MARKS", str(tmp_path / "marks.csv"))
    monkeypatch.setenv("MLFLOW_TRACKING_URI", place.uri)

    def opened(view: str = "overview", **query: str) -> AppTest:
        app = open_page(view, **query)
        assert not app.exception, app.exception
        return app

    return opened


@pytest.fixture
def words() -> Callable[[AppTest], str]:
    """All words of a page that are no cell of a table."""
    return words_of


@pytest.fixture(params=VIEWS)
def view(request) -> str:
    """Each page of the dashboard in turn."""
    return request.param


@pytest.fixture
def sweep_holds_together(place) -> Callable[..., None]:
    """The store contract of a sweep that ended, checked for any data and network."""

    def check(sweep: pd.Series, *, variants: set[str], seeds: int) -> None:
        assert sweep["status"] == "FINISHED"
        trials = place.trials(sweep)
        assert dict(trials.groupby("variant").size()) == dict.fromkeys(variants, seeds)
        assert set(trials["status"]) == {"FINISHED"}
        board = place.table(sweep["run_id"], names.LEADERBOARD)
        assert tuple(board.columns) == names.LEADERBOARD_COLUMNS
        assert set(board["variant"]) == variants
        assert set(board["fitting_regime"]) <= set(names.REGIMES)
        examples, digests = place.shown_examples(sweep), set()
        for trial in trials.itertuples():
            tags = place.client.get_run(trial.run_id).data.tags
            assert tags[names.FITTING_REGIME] in names.REGIMES
            digests.add(tags[names.DATASET_DIGEST])
            predictions = place.table(trial.run_id, names.PREDICTIONS)
            assert tuple(predictions.columns) == names.PREDICTION_COLUMNS
            test = predictions[(predictions["split"] == names.TEST) & (predictions["epoch_kind"] == "selected")]
            assert test["example_id"].tolist() == examples.example_id.tolist()
            assert test["given_label"].tolist() == examples.given_label.tolist()
            right = [probs.argmax() for probs in test["deterministic_probs"]] == test["given_label"]
            accuracy = place.client.get_run(trial.run_id).data.metrics[f"{names.TEST}/accuracy"]
            assert right.mean() == pytest.approx(accuracy)
        assert digests == {examples.digest}
        assert place.path(sweep["run_id"], names.REPORT).is_file()

    return check
