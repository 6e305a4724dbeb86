"""Artifacts in S3, by a server that speaks it (moto's): written and read directly and through an MLflow server; what is wrong with
a bucket or a key is said before anything is trained."""

import builtins
import subprocess
import sys
import time
import urllib.request

import boto3
import mlflow
import numpy as np
import pytest
import streamlit as st
from click.testing import CliRunner
from mlflow import MlflowClient
from moto import settings
from moto.server import ThreadedMotoServer
from support.mlflow_server import MlflowServer
from support.pages import open_page
from support.project import load_script
from support.sweeps import Replay, in_this_process, trials_here

from regtrack import names
from regtrack.diagnosis.criteria import Criteria
from regtrack.errors import StoreAwayError, StoreError
from regtrack.sweeps.asked import Asked
from regtrack.sweeps.reporting import report_sweep
from regtrack.sweeps.sweep import run_sweep
from regtrack.tracking import reader
from regtrack.tracking.artifact_files import local_artifact
from regtrack.tracking.deletion import carry_out, plan_deletion
from regtrack.tracking.doctor import examine
from regtrack.tracking.models import logged_model_id
from regtrack.tracking.patience import SECONDS, TRIES
from regtrack.tracking.predictions import lists, of_split, read_artifact
from regtrack.tracking.store import connect, ensure_experiment
from regtrack.training.executors import local

pytestmark = [pytest.mark.long, pytest.mark.usefixtures("without_pages", "unrehearsed", "cloud")]
SECRET = "s3cr3t/of+somebody"


@pytest.fixture(scope="module")
def address():
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    yield "http://{}:{}".format(*server.get_host_and_port())
    server.stop()


@pytest.fixture
def cloud(address, monkeypatch, tmp_path):
    """What a person sets, and a bucket."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name, value in {"MLFLOW_S3_ENDPOINT_URL": address, "AWS_ACCESS_KEY_ID": "somebody", "AWS_SECRET_ACCESS_KEY": SECRET,
                        "AWS_DEFAULT_REGION": "us-east-1", TRIES: "0", SECONDS: "30"}.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    s3 = boto3.client("s3", endpoint_url=address)
    s3.create_bucket(Bucket="bucket")
    yield s3
    urllib.request.urlopen(urllib.request.Request(f"{address}/moto-api/reset", method="POST")).close()


@pytest.fixture
def pages(monkeypatch):
    """The dashboard's memory of other stores is none of these."""
    st.cache_data.clear()
    st.cache_resource.clear()
    yield
    mlflow.set_tracking_uri(None)
    st.cache_data.clear()
    st.cache_resource.clear()


def keys(s3) -> list[str]:
    return [one["Key"] for one in s3.list_objects_v2(Bucket="bucket").get("Contents", [])]


def swept(client: MlflowClient, tiny, experiment_id: str, monkeypatch):
    """Replayed, with its models."""
    monkeypatch.setattr(local, "run_trials", Replay(tiny))
    done = run_sweep(
        tiny.grid, client=client, say=lambda _: None, asked=Asked(experiment_id=experiment_id, register="best")
    )
    assert done.trials["status"].tolist() == [names.FINISHED] * 4
    assert done.registered == "best version 1"
    return done


def is_read_everywhere(client: MlflowClient, done, s3, monkeypatch) -> None:
    """Judged again, examined, shown, deleted."""
    monkeypatch.setenv("MLFLOW_TRACKING_URI", client.tracking_uri)
    again = report_sweep(client, done.experiment_id, done.sweep_id, Criteria(), run_id=done.run_id)
    assert again.changed == ()
    assert [f for f in examine(client, deep=True) if f.kind.startswith("artifact")] == []
    app = open_page()
    assert not app.exception
    assert not app.error
    assert sorted(app.dataframe[0].value["variant"]) == sorted(again.leaderboard["variant"])
    client.delete_registered_model("best")
    assert any(done.run_id in key for key in keys(s3))
    carry_out(client, plan_deletion(client, done.sweep_id))
    assert not any(done.run_id in key for key in keys(s3))


def test_a_sweep_lies_in_a_bucket_and_is_read_from_there(store, tiny, cloud, pages, monkeypatch):
    """The process itself speaks S3: trials, models and report are there, and every reader finds them."""
    experiment_id = ensure_experiment(store, "in s3", "s3://bucket/direct")
    monkeypatch.setenv("MLFLOW_EXPERIMENT_NAME", "in s3")
    done = swept(store, tiny, experiment_id, monkeypatch)
    assert any(key.startswith("direct/") and key.endswith(names.REPORT) for key in keys(cloud))
    assert any(key.startswith("direct/") and key.endswith(".keras") for key in keys(cloud))
    is_read_everywhere(store, done, cloud, monkeypatch)


def test_a_server_passes_artifacts_on_to_a_bucket(tiny, cloud, pages, monkeypatch, tmp_path):
    """The server alone has the keys: who writes and reads through it needs none, a sweep and the entry points `train` and
    `uncertainty`."""
    server = MlflowServer(tmp_path / "server", "s3://bucket/proxied")
    server.start()
    try:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "MLFLOW_S3_ENDPOINT_URL"):
            monkeypatch.delenv(name)
        client = connect(server.uri)
        experiment_id = ensure_experiment(client, "tests")
        monkeypatch.setenv("MLFLOW_EXPERIMENT_NAME", "tests")
        done = swept(client, tiny, experiment_id, monkeypatch)
        assert any(key.startswith("proxied/") and key.endswith(names.REPORT) for key in keys(cloud))
        is_read_everywhere(client, done, cloud, monkeypatch)
        is_trained_and_evaluated(client, experiment_id, monkeypatch)
        cloud.delete_bucket(Bucket=emptied(cloud))
        with pytest.raises(
            StoreError, match=r"^artifacts of experiment 'tests': expected mlflow-artifacts:.* received: "
        ):
            refused(client, tiny, monkeypatch, experiment_id)
    finally:
        server.kill()


def entry_point(monkeypatch, client: MlflowClient, experiment_id: str, entry: str, **params: str) -> str:
    """The id of the run that is made for it, as `mlflow run` does, when it has ended well; trials are trained in this process."""
    run_id = client.create_run(experiment_id).info.run_id
    monkeypatch.setenv("MLFLOW_TRACKING_URI", client.tracking_uri)
    monkeypatch.setenv("MLFLOW_EXPERIMENT_ID", experiment_id)
    monkeypatch.setenv("MLFLOW_RUN_ID", run_id)
    in_this_process(monkeypatch, trials_here)
    arguments = [word for name, value in params.items() for word in (f"--{name}", value)]
    done = CliRunner().invoke(load_script(f"pipelines/{entry}.py").main, arguments)
    mlflow.set_tracking_uri(None)
    for name in ("MLFLOW_EXPERIMENT_ID", "MLFLOW_RUN_ID"):
        monkeypatch.delenv(name)
    assert done.exit_code == 0, done.output
    return run_id


def is_trained_and_evaluated(client: MlflowClient, experiment_id: str, monkeypatch) -> None:
    """`-e train`, then `-e uncertainty` on the model that it left: with one pass both say the same of every example."""
    small = {"n_passes": "2", "train_size": "100", "dataset": "digits"}
    sweep_id = entry_point(monkeypatch, client, experiment_id, "train", dropout_rate="0.2", epochs="1", **small)
    [trained] = reader.trials(client, experiment_id, sweep_id).itertuples()
    model = f"models:/{logged_model_id(client, trained.run_id)}"
    run_id = entry_point(monkeypatch, client, experiment_id, "uncertainty", model_uri=model)
    [evaluated] = reader.trials(client, experiment_id, run_id).itertuples()
    assert (trained.status, evaluated.status) == (names.FINISHED, names.FINISHED)
    said = [
        lists(of_split(read_artifact(client, one.run_id, names.PREDICTIONS), "test"), names.PROBS[0])
        for one in (trained, evaluated)
    ]
    assert said[0].shape == (360, 10)
    np.testing.assert_allclose(*said, atol=1e-5)


def test_a_variant_is_trained_into_a_bucket_and_its_model_evaluated_from_there(store, cloud, monkeypatch):
    """The entry points `train` and `uncertainty`; the process itself speaks S3."""
    experiment_id = ensure_experiment(store, "in s3", "s3://bucket/direct")
    is_trained_and_evaluated(store, experiment_id, monkeypatch)
    assert any(key.endswith(names.PREDICTIONS) for key in keys(cloud))


def emptied(s3) -> str:
    for key in keys(s3):
        s3.delete_object(Bucket="bucket", Key=key)
    return "bucket"


def refused(client: MlflowClient, tiny, monkeypatch, experiment_id: str) -> None:
    """Nothing is trained, and no run made."""
    before = len(client.search_runs([experiment_id]))
    monkeypatch.setattr(local, "run_trials", lambda *_, **__: 1 / 0)
    try:
        run_sweep(tiny.grid, client=client, say=lambda _: None, asked=Asked(experiment_id=experiment_id))
    finally:
        assert len(client.search_runs([experiment_id])) == before


def test_a_bucket_that_is_not_there_is_refused_before_training(store, tiny, monkeypatch):
    """In seconds and in one line, with what to check; the doctor says the same, once, and of no artifact that it is missing."""
    experiment_id = ensure_experiment(store, "in s3", "s3://nowhere/at-all")
    began = time.monotonic()
    with pytest.raises(StoreError) as error:
        refused(store, tiny, monkeypatch, experiment_id)
    assert time.monotonic() - began < 20  # two on a machine without other work
    assert str(error.value).startswith(
        "artifacts of experiment 'in s3': expected s3://nowhere/at-all to answer, received: Failed to list artifacts in "
        "s3://nowhere/at-all: The specified bucket does not exist; check the bucket, AWS_ACCESS_KEY_ID with "
    )
    assert "\n" not in str(error.value)
    found = [(finding.kind, finding.where, finding.what) for finding in examine(store)]
    assert found == [("artifacts out of reach", "experiment 'in s3'", str(error.value))]


UNKNOWN = "The AWS Access Key Id you provided does not exist in our records"


def test_wrong_keys_are_refused_before_training_and_never_shown(store, tiny, monkeypatch):
    """The store answers that it does not know them; the line says so and quotes no secret. So does the command, in a process of its
    own."""
    monkeypatch.setattr(settings, "INITIAL_NO_AUTH_ACTION_COUNT", 0.0)  # from now on it looks at keys
    experiment_id = ensure_experiment(store, "in s3", "s3://bucket/direct")
    with pytest.raises(StoreError) as error:
        refused(store, tiny, monkeypatch, experiment_id)
    monkeypatch.setenv("MLFLOW_EXPERIMENT_NAME", "in s3")
    command = [sys.executable, "-m", "regtrack.cli.main", "run", "--grid", "quick", "--workers", "1"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=900)
    assert f"{UNKNOWN}; check the bucket, " in str(error.value)
    assert SECRET not in str(error.value)
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1] == f"error: {error.value}"
    assert "Traceback" not in done.stderr
    assert SECRET not in done.stdout + done.stderr


def test_without_its_package_the_one_to_install_is_said(store, tiny, monkeypatch):
    """MLflow itself would say so when the first trial has finished."""
    real = builtins.__import__

    def without(name, *arguments, **named):
        if name.partition(".")[0] == "boto3":
            raise ModuleNotFoundError("No module named 'boto3'", name="boto3")
        return real(name, *arguments, **named)

    from mlflow.store.artifact import s3_artifact_repo

    s3_artifact_repo._cached_get_s3_client.cache_clear()
    monkeypatch.setattr(builtins, "__import__", without)
    experiment_id = ensure_experiment(store, "in s3", "s3://bucket/direct")
    with pytest.raises(StoreError, match=r"received no package boto3 that reads it; pip install 'regtrack\[s3\]'$"):
        refused(store, tiny, monkeypatch, experiment_id)


def test_what_is_not_in_a_bucket_is_missing_and_what_cannot_be_asked_for_is_away(store, monkeypatch):
    """Two errors: after the second, asking again may help."""
    run = store.create_run(ensure_experiment(store, "in s3", "s3://bucket/direct"))
    store.log_text(run.info.run_id, "text", names.ANSWER)
    assert local_artifact(store, run.info.run_id, names.ANSWER).read_text() == "text"
    with pytest.raises(StoreError, match=r"is missing at s3://bucket/direct/"):
        local_artifact(store, run.info.run_id, names.CLAIMS)
    monkeypatch.setattr(settings, "INITIAL_NO_AUTH_ACTION_COUNT", 0.0)
    with pytest.raises(StoreAwayError, match=UNKNOWN):
        local_artifact(store, run.info.run_id, names.ANSWER)
