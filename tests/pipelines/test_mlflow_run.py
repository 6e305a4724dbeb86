"""The entry points as a person starts them: `mlflow run . --env-manager local` in processes of their own.

Two run in this one, as in the project run that MLflow would have made; tests/test_mlproject.py holds what MLflow starts
for them.
"""

import os
import shutil
from collections import Counter
from pathlib import Path

import mlflow
import numpy as np
import pytest
from click.testing import CliRunner
from mlflow import MlflowClient
from support.measures import OF_MANY_CLASSES
from support.project import ROOT, load_script, project_environment, run_project
from support.store_files import artifact_of, copy_database, relocate

from regtrack import names
from regtrack.tracking import reader
from regtrack.tracking.artifacts import read_table
from regtrack.tracking.models import logged_model_id
from regtrack.tracking.store import ensure_experiment


@pytest.fixture
def own_demo(demo, tmp_path) -> Path:
    """The demo's folder copied whole, artifacts too, to write into: the other lane reads the demo meanwhile."""
    folder = tmp_path / "demo"
    shutil.copytree(demo.folder, folder, ignore=shutil.ignore_patterns("mlflow.db*"))
    copy_database(demo.folder / "mlflow.db", folder / "mlflow.db")
    relocate(folder / "mlflow.db", str(demo.folder), str(folder))
    return folder


def by_role(client: MlflowClient, experiment_id: str) -> dict[str, list]:
    found: dict[str, list] = {}
    for run in client.search_runs([experiment_id], max_results=1000):
        found.setdefault(run.data.tags.get(names.ROLE, "untagged"), []).append(run)
    return found


def project_run(monkeypatch, client: MlflowClient, experiment_id: str, entry: str, **params: str) -> tuple[str, str]:
    """(run id, what was printed) of an entry point's script in a run that is made for it, as MLflow does."""
    run_id = client.create_run(experiment_id).info.run_id
    monkeypatch.setenv("MLFLOW_TRACKING_URI", client.tracking_uri)
    monkeypatch.setenv("MLFLOW_RUN_ID", run_id)
    monkeypatch.setenv("MLFLOW_EXPERIMENT_ID", experiment_id)
    arguments = [word for name, value in params.items() for word in (f"--{name}", value)]
    done = CliRunner().invoke(load_script(f"pipelines/{entry}.py").main, arguments)
    mlflow.set_tracking_uri(None)
    assert done.exit_code == 0, done.output
    return run_id, done.output


@pytest.mark.long
def test_train_with_dropout_l2_and_max_norm(store):
    """`-e train`: one variant, in the experiment of MLFLOW_EXPERIMENT_NAME, its winner registered."""
    experiment_id = ensure_experiment(store, "chosen by name")
    done = run_project(
        "-e", "train", "-P", "l2=0.001", "-P", "dropout_rate=0.2", "-P", "max_norm=1", "-P", "epochs=3",
        "-P", "train_size=100", "-P", "n_passes=20", "-P", "register=best of mine",
        uri=store.tracking_uri, MLFLOW_EXPERIMENT_NAME="chosen by name",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    runs = by_role(store, experiment_id)
    assert {role: Counter(run.info.status for run in of) for role, of in runs.items()} == {
        "sweep": {"FINISHED": 1}, "trial": {"FINISHED": 1}
    }  # fmt: skip
    [trial], [sweep] = runs["trial"], runs["sweep"]
    assert trial.data.tags[names.VARIANT] == "l2=0.001+dropout=0.2+max_norm=1"
    assert trial.data.tags[names.SWEEP_ID] == sweep.info.run_id
    assert (trial.data.params["l2"], trial.data.params["seed"], trial.data.params["epochs"]) == ("0.001", "0", "3")
    assert trial.data.metrics["weights/max_incoming_norm"] <= 1 + 1e-5
    assert {f"test_mc/{name}" for name in OF_MANY_CLASSES} <= set(trial.data.metrics)
    assert sweep.data.params["l2"] == "0.001"
    assert store.get_model_version("best of mine", "1").run_id == trial.info.run_id
    assert "Registered: best of mine version 1" in done.stdout.splitlines()
    assert by_role(store, "0") == {}


def test_report_judges_the_demo_again_and_says_the_same(demo, own_demo, monkeypatch):
    """`-e report`: the newest sweep's tables byte for byte, the printed answer and link; its own run is no sweep."""
    uri = f"sqlite:///{own_demo}/mlflow.db"
    client = MlflowClient(uri)
    folder = artifact_of(client, demo.sweep_id)
    paths = [path for place in ("sweep", "diagnosis") for path in sorted((folder / place).iterdir())]
    before = {path: path.read_bytes() for path in paths}
    run_id, told = project_run(monkeypatch, client, demo.experiment_id, "report")
    assert {path: path.read_bytes() for path in paths} == before
    lines, earlier = told.splitlines(), demo.output.splitlines()
    [place] = [i for i, line in enumerate(lines) if line == f"Report of sweep {demo.sweep_id}:"]
    [link] = [line for line in earlier if line.endswith("artifacts/report/index.html?workflowType=machine_learning")]
    assert lines[place + 1] == link
    first, again = ([i for i, line in enumerate(one) if line.startswith("Answer ─")] for one in (earlier, lines))
    [first], [again] = first, again
    shown = earlier[first : earlier.index("", first + 1)]
    assert len(shown) >= 3  # two rules, and the sentence between them
    assert lines[again : again + len(shown)] == shown
    runs = by_role(client, demo.experiment_id)
    assert {role: len(of) for role, of in runs.items()} == {"sweep": 1, "trial": 55, "report": 1}
    [run] = runs["report"]
    assert (run.info.run_id, run.data.tags[names.SWEEP_ID]) == (run_id, demo.sweep_id)


def test_uncertainty_of_a_demo_model_reproduces_the_trials_numbers(demo, own_demo, monkeypatch):
    """`-e uncertainty`: the trial's own data; dropout off equal, dropout on equal within Monte Carlo noise."""
    store_uri = f"sqlite:///{own_demo}/mlflow.db"
    client = MlflowClient(store_uri)
    table = reader.trials(client, demo.experiment_id, demo.sweep_id)
    row = table[(table["variant"] == "dropout=0.2") & (table["seed"] == 2)].iloc[0]
    trial = client.get_run(row["run_id"])
    uri = f"models:/{logged_model_id(client, trial.info.run_id)}"
    run_id, _ = project_run(monkeypatch, client, demo.experiment_id, "uncertainty", model_uri=uri)
    [run] = by_role(client, demo.experiment_id)["uncertainty"]
    assert run.info.run_id == run_id
    assert run.data.tags[names.MODEL_URI] == uri
    assert run.data.tags[names.DATASET_DIGEST] == trial.data.tags[names.DATASET_DIGEST]
    measured = {name for name in trial.data.metrics if name.startswith(("test/", "test_mc/"))}
    selected = {f"{names.SELECTED}val_accuracy", f"{names.SELECTED}val_cross_entropy"}
    assert {name for name in run.data.metrics if name != names.MC_SECONDS} == measured | selected
    for name in selected:
        assert run.data.metrics[name] == pytest.approx(trial.data.metrics[name], abs=1e-5), name
    [own] = reader.trials(client, demo.experiment_id, run.info.run_id).itertuples()
    for name in measured:
        if name.startswith("test/"):
            assert run.data.metrics[name] == pytest.approx(trial.data.metrics[name], abs=1e-5), name
    # Other masks (seed 0, the trial's is 2): an error of the mean of 100 passes.
    again, before = (
        read_table(f"{r.info.artifact_uri.removeprefix('file://')}/{names.PREDICTIONS}", names.PREDICTIONS).to_pandas()
        for r in (client.get_run(own.run_id), trial)
    )
    again, before = (frame[frame["split"] == "test"] for frame in (again, before))
    np.testing.assert_allclose(
        np.stack(again["deterministic_probs"]), np.stack(before["deterministic_probs"]), atol=1e-5
    )
    difference = np.stack(again["mc_mean_probs"]) - np.stack(before["mc_mean_probs"])
    variance = (np.stack(again["mc_std_probs"]) ** 2 + np.stack(before["mc_std_probs"]) ** 2) / 100
    assert np.abs(difference).max() > 0
    assert (difference**2).sum() / variance.sum() == pytest.approx(1, abs=0.2)
    for name, noise in {"accuracy": 0.02, "negative_log_likelihood": 0.05, "brier_score": 0.02}.items():
        assert run.data.metrics[f"test_mc/{name}"] == pytest.approx(trial.data.metrics[f"test_mc/{name}"], abs=noise)


def test_a_bad_value_fails_the_run_in_one_line_and_trains_nothing(store):
    """MLflow checks no value: the entry point does, and the project run is FAILED and not a zombie."""
    done = run_project("-P", "epochs=banana", "--experiment-name", "tests", uri=store.tracking_uri)
    assert done.returncode != 0
    assert [line for line in done.stdout.splitlines() if "epochs" in line and "error" in line.lower()][-1:] == [
        "error: epochs: expected a valid integer, unable to parse string as an integer, received 'banana'"
    ]
    assert "Traceback" not in done.stdout
    [run] = store.search_runs([store.get_experiment_by_name("tests").experiment_id])
    assert run.info.status == "FAILED"


@pytest.mark.long
@pytest.mark.skipif(not os.environ.get("CI"), reason="builds an environment from the network: with CI set only")
def test_the_uv_environment_is_built_from_the_locked_requirements(store):
    """`--env-manager uv` works on a machine that has nothing but uv: continuous integration only (it downloads)."""
    import subprocess

    done = subprocess.run(
        ["mlflow", "run", str(ROOT), "--env-manager", "uv", "-e", "train", "-P", "train_size=100", "-P", "epochs=2",
         "--experiment-name", "tests"],
        env=project_environment(store.tracking_uri), cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        timeout=1200, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    runs = by_role(store, store.get_experiment_by_name("tests").experiment_id)
    assert Counter(run.info.status for run in runs["trial"]) == {"FINISHED": 1}


def test_the_demo_is_run_by_the_process_that_made_its_store(tmp_path, monkeypatch):
    """`make demo` imports MLflow once: the experiment is there, with its artifacts beside the database, when `mlflow run` begins."""
    import mlflow.cli

    uri, received = f"sqlite:///{tmp_path}/mlflow.db", []
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    monkeypatch.setattr(mlflow.cli, "cli", received.append)
    done = CliRunner().invoke(load_script("pipelines/prepare_store.py").main, ["mine", "--run"])
    assert done.exit_code == 0, done.output
    assert received == [["run", ".", "--env-manager", "local", "--experiment-name", "mine"]]
    assert str(tmp_path) in MlflowClient(uri).get_experiment_by_name("mine").artifact_location
