"""The overview page over real stores: the demo's, an empty one, none, one half done."""

import subprocess
import sys
from pathlib import Path

import pytest
from mlflow import MlflowClient
from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).parents[2]
APP = ROOT / "dashboard" / "app.py"


@pytest.fixture
def page(monkeypatch):
    """Opens the dashboard on a store."""

    def open_page(uri: str) -> AppTest:
        monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
        return AppTest.from_file(str(APP), default_timeout=60).run()

    return open_page


def words(app: AppTest) -> str:
    return "\n".join(
        str(element.value) for kind in ("markdown", "caption", "info", "error") for element in app.get(kind)
    )


def test_the_page_answers_first(demo, page):
    """The demo's store: one sentence with the winner's figure, and every variant in the table, none of it failing."""
    app = page(demo.uri)
    assert not app.exception
    assert "has the lowest validation error" in words(app)
    assert "55 trials FINISHED" in words(app)
    [table] = app.dataframe
    assert len(table.value) == 11
    assert table.value["val_error"].is_monotonic_increasing


def test_the_numbers_on_screen_are_those_of_the_store(demo, page):
    """The table shows the leaderboard that the sweep stored."""
    from regtrack import names
    from regtrack.tracking.artifacts import read_table

    client = MlflowClient(demo.uri)
    folder = client.get_run(demo.sweep_id).info.artifact_uri.removeprefix("file://")
    stored = read_table(f"{folder}/{names.LEADERBOARD}", names.LEADERBOARD).to_pandas()
    [table] = page(demo.uri).dataframe
    shown = table.value
    assert shown["variant"].tolist() == stored["variant"].tolist()
    assert shown["test_accuracy"].tolist() == pytest.approx(stored["test_accuracy"].tolist())


def test_no_store_is_said_in_words_and_not_created(page, tmp_path):
    """A path without a store: what to do, no traceback, and no database made by looking."""
    app = page(f"sqlite:///{tmp_path}/none.db")
    assert not app.exception
    assert "no tracking store at" in words(app)
    assert "make demo" in words(app)
    assert not (tmp_path / "none.db").exists()


def test_an_empty_store_says_what_to_type(page, tmp_path):
    """A store without a sweep names the command that makes one."""
    uri = f"sqlite:///{tmp_path}/empty.db"
    MlflowClient(uri).create_experiment("other")
    app = page(uri)
    assert not app.exception
    assert "has no sweep yet" in words(app)


def test_a_sweep_without_a_finished_trial_shows_what_there_is(page, tmp_path):
    """A sweep that has just begun: its running trial is counted, and no figure is invented."""
    uri = f"sqlite:///{tmp_path}/begun.db"
    client = MlflowClient(uri)
    experiment = client.create_experiment("begun")
    sweep = client.create_run(experiment, tags={"regtrack.role": "sweep", "regtrack.trials_planned": "4"}).info.run_id
    client.set_tag(sweep, "regtrack.sweep_id", sweep)
    tags = {"regtrack.role": "trial", "regtrack.sweep_id": sweep, "regtrack.variant": "baseline"}
    client.create_run(experiment, tags=tags | {"regtrack.trial_key": "a"})
    app = page(uri)
    assert not app.exception
    assert "1 trials RUNNING · 4 planned" in words(app)
    assert "No trial of this sweep has finished yet" in words(app)


def test_the_address_selects_the_sweep_and_a_choice_is_written_there(page, tmp_path, monkeypatch):
    """The newest sweep is shown first; an id in the address selects its own; choosing another writes its id."""
    uri = f"sqlite:///{tmp_path}/two.db"
    client = MlflowClient(uri)
    experiment = client.create_experiment("two")
    ids = []
    for planned in (3, 4):
        tags = {"regtrack.role": "sweep", "regtrack.trials_planned": str(planned)}
        run = client.create_run(experiment, start_time=planned * 1000, tags=tags).info.run_id
        client.set_tag(run, "regtrack.sweep_id", run)
        ids.append(run)
    assert "4 planned" in words(page(uri))
    app = AppTest.from_file(str(APP), default_timeout=60)
    app.query_params["sweep"] = ids[0]
    assert "3 planned" in words(app.run())
    app.selectbox[0].select(ids[1]).run()
    assert "4 planned" in words(app)
    assert app.query_params["sweep"] in (ids[1], [ids[1]])


def test_opening_the_dashboard_leaves_tensorflow_out():
    """What the page imports costs no TensorFlow and no Keras."""
    code = (
        "import sys; sys.path.insert(0, 'dashboard'); import store; "
        "import regtrack.charts.train_and_validation_error, regtrack.diagnosis.leaderboard, regtrack.variants.technique; "
        "assert not {'tensorflow', 'keras'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=120)
