"""What we rely on in MLflow. A failure here says which assumption an upgrade broke, or which work-around can go."""

import json
import re
import subprocess
import sys
from pathlib import Path

import keras
import mlflow
import numpy as np
import pytest
from mlflow import MlflowClient
from mlflow.entities import Metric, RunTag
from mlflow.exceptions import MlflowException
from mlflow.models import Model, infer_signature
from support.model_folders import assert_same_folder
from support.project import project_environment

from regtrack.tracking import shared_view
from regtrack.tracking.models import REQUIREMENTS, write_keras_model

STATE = shared_view.state("s1", 0)
CARD, SECTION = STATE["compareRunCharts"][-1], STATE["compareRunSections"][0]
X = np.zeros((2, 3), np.float32)


@pytest.fixture
def experiment_id(store) -> str:
    mlflow.set_tracking_uri(store.tracking_uri)
    return store.get_experiment_by_name("tests").experiment_id


@pytest.fixture
def run_id(store, experiment_id) -> str:
    return store.create_run(experiment_id).info.run_id


@pytest.fixture(scope="module")
def model():
    return keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])


# ---- models ---------------------------------------------------------------------------------------------------


def test_mlflow_keras_cannot_log_an_input_example(run_id, model):
    """It writes the example into a folder it has not made: when this fails, `write_keras_model` need not be."""
    with pytest.raises(FileNotFoundError, match=r"input_example\.json"):
        Model.log(
            artifact_path=None, name="m", flavor=mlflow.keras, model=model, run_id=run_id,
            signature=infer_signature(X, X[:, :2]), input_example=X, pip_requirements=["keras"],
        )  # fmt: skip


def test_what_we_write_of_a_keras_model_is_what_mlflow_keras_writes(tmp_path, model):
    """Every file byte for byte, but that the archive is the one it was given and the time of day; when this fails,
    `write_keras_model` has to follow."""
    theirs, ours = tmp_path / "theirs", tmp_path / "ours"
    theirs.mkdir()  # or the input example has nowhere to go
    mlflow.keras.save_model(
        model, str(theirs), mlflow_model=Model(model_uuid="m"), pip_requirements=list(REQUIREMENTS),
        signature=infer_signature(X, X[:, :2]), input_example=X,
    )  # fmt: skip
    archive = (theirs / "data" / "model.keras").read_bytes()
    write_keras_model(ours, archive, X, X[:, :2])
    assert_same_folder(ours, theirs)


def test_mlflow_keras_logs_a_model_without_an_input_example(store, run_id, model):
    """The rest of `mlflow.keras` works: one `.keras` file, no pickle, signature and requirements as given."""
    info = Model.log(
        artifact_path=None, name="m", flavor=mlflow.keras, model=model, run_id=run_id,
        signature=infer_signature(X, X[:, :2]), pip_requirements=["keras"],
    )  # fmt: skip
    np.testing.assert_array_equal(mlflow.keras.load_model(f"models:/{info.model_id}")(X), model(X))
    files = {artifact.path for artifact in store.list_logged_model_artifacts(info.model_id, "data")}
    assert "data/model.keras" in files
    assert not [name for name in files if "pickle" in name or name.endswith((".pkl", ".pickle"))]


def test_a_logged_model_hangs_on_its_run_by_id(store, run_id, experiment_id):
    """`run.outputs.model_outputs` holds the model's id and step; the model knows its run; artifacts are its own."""
    logged = store.create_logged_model(experiment_id, name="m", source_run_id=run_id, params={"a": "1"})
    from mlflow.entities import LoggedModelOutput

    store.log_outputs(run_id, [LoggedModelOutput(logged.model_id, step=7)])
    [output] = store.get_run(run_id).outputs.model_outputs
    assert (output.model_id, output.step) == (logged.model_id, 7)
    found = store.get_logged_model(logged.model_id)
    assert (found.source_run_id, found.experiment_id, found.params) == (run_id, experiment_id, {"a": "1"})
    assert store.list_artifacts(run_id) == []


def test_a_model_is_put_into_the_experiment_of_the_environment(store, run_id, model, monkeypatch):
    """Not into its run's: when this fails, `log_model` need not create the model itself."""
    other = store.create_experiment("other")
    run_elsewhere = store.create_run(other).info.run_id
    info = Model.log(
        artifact_path=None, name="m", flavor=mlflow.keras, model=model, run_id=run_elsewhere,
        signature=infer_signature(X, X[:, :2]), pip_requirements=["keras"],
    )  # fmt: skip
    assert store.get_logged_model(info.model_id).experiment_id == store.get_experiment_by_name("tests").experiment_id


# ---- runs -----------------------------------------------------------------------------------------------------


def test_params_are_text_and_immutable(store, run_id):
    """A param is read back as text, also an empty one; writing another value is refused."""
    store.log_param(run_id, "l2", 0.001)
    store.log_param(run_id, "hidden_widths", "")
    assert store.get_run(run_id).data.params == {"l2": "0.001", "hidden_widths": ""}
    with pytest.raises(MlflowException, match="Changing param values is not allowed"):
        store.log_param(run_id, "l2", 0.002)


def test_tags_are_text_and_mutable(store, run_id):
    """A tag is text and can be set again; up to 5,000 characters and more are kept whole."""
    store.log_batch(run_id, tags=[RunTag("regtrack.failure", "x" * 5000)])
    assert store.get_run(run_id).data.tags["regtrack.failure"] == "x" * 5000
    store.set_tag(run_id, "regtrack.failure", "y")
    assert store.get_run(run_id).data.tags["regtrack.failure"] == "y"


def test_the_latest_metric_is_that_of_the_highest_step(store, run_id):
    """Not the one logged last."""
    store.log_batch(run_id, metrics=[Metric("m", 1.0, 0, 5)])
    store.log_batch(run_id, metrics=[Metric("m", 2.0, 1, 0)])
    assert store.get_run(run_id).data.metrics["m"] == 1.0


def test_nan_is_kept_and_infinity_becomes_the_largest_number(store, run_id):
    """A diverged cross-entropy is read back as NaN; an infinite one as 1.8e308."""
    store.log_metric(run_id, "nan", float("nan"))
    store.log_metric(run_id, "inf", float("inf"))
    metrics = store.get_run(run_id).data.metrics
    assert np.isnan(metrics["nan"])
    assert metrics["inf"] == np.finfo(float).max


def test_a_client_splits_a_batch_that_is_too_long_for_the_store(store, run_id):
    """A store takes 1,000 metrics at once; whoever logs through a client need not know."""
    store.log_batch(run_id, metrics=[Metric("m", 0.0, 0, step) for step in range(2001)])
    assert len(store.get_metric_history(run_id, "m")) == 2001


def test_runs_are_found_by_tags_and_params_with_names_in_backticks(store, experiment_id, run_id):
    """The filter of reader and links."""
    store.set_tag(run_id, "regtrack.sweep_id", "s1")
    store.log_param(run_id, "seed", 0)
    store.create_run(experiment_id, tags={"regtrack.sweep_id": "s2"})
    found = store.search_runs([experiment_id], "tags.`regtrack.sweep_id` = 's1' and params.`seed` = '0'")
    assert [run.info.run_id for run in found] == [run_id]


def test_a_search_answers_in_pages_with_a_token(store, experiment_id):
    """Until the token is empty."""
    for _ in range(3):
        store.create_run(experiment_id)
    first = store.search_runs([experiment_id], max_results=2)
    second = store.search_runs([experiment_id], max_results=2, page_token=first.token)
    assert (len(first), len(second), bool(second.token)) == (2, 1, False)


def test_a_terminated_run_can_be_closed_otherwise(store, run_id):
    """A resumed sweep turns the FAILED run of the interrupted one into KILLED."""
    store.set_terminated(run_id, "FAILED")
    store.set_terminated(run_id, "KILLED")
    assert store.get_run(run_id).info.status == "KILLED"


def test_a_dataset_digest_keeps_36_characters(store, run_id):
    """A longer one is refused: the writer cuts its SHA-256."""
    from mlflow.entities import Dataset, DatasetInput

    def give(digest):
        store.log_inputs(run_id, [DatasetInput(Dataset("d", digest, "t", "{}"), [])])

    give("a" * 36)
    with pytest.raises(MlflowException):
        give("a" * 37)


# ---- stores ---------------------------------------------------------------------------------------------------


def test_the_default_store_is_a_sqlite_file_in_the_working_directory(tmp_path, monkeypatch):
    """What README and Makefile say of `mlflow.db`."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    mlflow.set_tracking_uri(None)
    assert mlflow.get_tracking_uri() == f"sqlite:///{tmp_path}/mlflow.db"


def test_a_file_store_is_refused(tmp_path, monkeypatch):
    """`./mlruns` as a tracking store is no longer served: `connect` says so."""
    monkeypatch.delenv("MLFLOW_ALLOW_FILE_STORE", raising=False)
    with pytest.raises(MlflowException, match="maintenance mode"):
        MlflowClient(str(tmp_path / "mlruns")).search_experiments()


def test_a_client_creates_a_missing_sqlite_file(tmp_path):
    """So a reader must look first."""
    MlflowClient(f"sqlite:///{tmp_path}/new.db").search_experiments()
    assert (tmp_path / "new.db").exists()


# ---- the UI ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def scripts() -> str:
    """All of the UI's own code."""
    folder = Path(mlflow.__file__).parent / "server" / "js" / "build" / "static" / "js"
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.js")))


@pytest.mark.parametrize("word", ["viewStateShareKey", shared_view.TAG, *STATE, *CARD, *SECTION])
def test_the_ui_still_knows_the_words_of_a_shared_chart_view(scripts, word):
    """Private to it. Where one has gone, the links must be the plain ones again: `links.chart_link` without `view`."""
    assert re.search(rf"\b{re.escape(word)}", scripts)


# ---- projects -------------------------------------------------------------------------------------------------

PROJECT = """\
name: probe
entry_points:
  main:
    parameters:
      given: {type: string, default: a}
      empty: {type: string, default: ""}
      number: {type: float, default: 1}
    command: "python probe.py --given {given} --empty {empty} --number {number}"
"""
PROBE = """\
import json, os, sys
names = ("MLFLOW_RUN_ID", "MLFLOW_TRACKING_URI", "MLFLOW_EXPERIMENT_ID")
seen = {"arguments": sys.argv[1:], "cwd": os.getcwd()} | {name: os.environ.get(name) for name in names}
json.dump(seen, open("seen.json", "w"))
sys.exit(3)
"""


@pytest.fixture
def probe(store, tmp_path):
    """What an entry point of a project sees: (its arguments and environment, MLflow's run, the process)."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "MLproject").write_text(PROJECT)
    (folder / "probe.py").write_text(PROBE)
    done = subprocess.run(
        [sys.executable, "-m", "mlflow", "run", str(folder), "--env-manager", "local", "--experiment-name", "tests",
         "-P", "given=it's b", "-P", "number=banana", "-P", "more=x y"],
        env=project_environment(store.tracking_uri), cwd=tmp_path, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    [run] = store.search_runs([store.get_experiment_by_name("tests").experiment_id])
    return json.loads((folder / "seen.json").read_text()), run, done


def test_what_mlflow_run_hands_to_an_entry_point(probe, store, tmp_path):
    """Its run's id, store and experiment; "" for an empty default; text unchecked; undeclared options; its own folder.

    Its run keeps the params with their shell quotes, and is FAILED when the exit code is not 0.
    """
    seen, run, done = probe
    assert seen["MLFLOW_RUN_ID"] == run.info.run_id
    assert seen["MLFLOW_TRACKING_URI"] == store.tracking_uri
    assert seen["MLFLOW_EXPERIMENT_ID"] == run.info.experiment_id
    assert seen["cwd"] == str(tmp_path / "project")
    assert seen["arguments"] == ["--given", "it's b", "--empty", "", "--number", "banana", "--more", "x y"]
    assert run.data.params["given"] != "it's b"
    assert "it" in run.data.params["given"]
    assert done.returncode != 0
    assert run.info.status == "FAILED"
