"""SweepWriter: the store contract, name by name, as a plain MLflow client reads it back."""

import dataclasses
import sys
from pathlib import Path

import keras
import mlflow
import numpy as np
import pytest
from mlflow import MlflowClient
from mlflow.models import Model
from support.measures import OF_MANY_CLASSES
from support.store_files import copy_database

from regtrack import names
from regtrack.data import load_dataset
from regtrack.data.loading import load_datasets
from regtrack.models import network
from regtrack.tracking import packing, reader
from regtrack.tracking import writer as module
from regtrack.tracking.artifacts import read_table
from regtrack.tracking.models import REQUIREMENTS, load_model, logged_model_id
from regtrack.tracking.process import this_process
from regtrack.tracking.store import connect, ensure_experiment
from regtrack.tracking.writer import SweepWriter, trial_key, trial_keys
from regtrack.training.engine import Engine
from regtrack.training.events import EpochEnded, TrialFailed, TrialLost
from regtrack.training.job import Job
from regtrack.training.result import Curve
from regtrack.variants import Grid, Settings, Variant


@pytest.fixture
def write(store, tiny) -> SweepWriter:
    experiment_id = store.get_experiment_by_name("tests").experiment_id
    return SweepWriter(store, experiment_id, tiny.job)


def begin(write, result, epochs: int | None = None) -> str:
    run_id = write.trial_started(result.variant, result.seed)
    for epoch, metrics in enumerate(result.curve.epochs[:epochs], start=1):
        write.epoch_ended(EpochEnded(result.variant, result.seed, epoch, metrics))
    return run_id


@pytest.fixture(scope="module")
def written(tiny, empty_database, tmp_path_factory):
    """(database, run id, sweep's id) of the dropout trial of a sweep in the experiment `tests`."""
    path = tmp_path_factory.mktemp("written") / "mlflow.db"
    copy_database(empty_database, path)
    client = connect(f"sqlite:///{path}")
    write = SweepWriter(client, ensure_experiment(client, "tests"), tiny.job)
    result = tiny.results[tiny.grid.variants[1], 1]
    write.start(tiny.grid, primary=names.ACCURACY)
    run_id = begin(write, result)
    write.trial_finished(result)
    mlflow.set_tracking_uri(None)
    return path, run_id, write.run_id


@pytest.fixture
def finished(written, tiny, tmp_path):
    """(client, run, result) of the dropout trial, in a store of one's own whose artifacts are everybody's."""
    path, run_id, _ = written
    copy_database(path, tmp_path / "finished.db")
    client = MlflowClient(f"sqlite:///{tmp_path}/finished.db")
    mlflow.set_tracking_uri(client.tracking_uri)
    yield client, client.get_run(run_id), tiny.results[tiny.grid.variants[1], 1]
    mlflow.set_tracking_uri(None)


def artifacts(client: MlflowClient, run_id: str, folder: str | None = None) -> set[str]:
    found = set()
    for entry in client.list_artifacts(run_id, folder):
        found |= artifacts(client, run_id, entry.path) if entry.is_dir else {entry.path}
    return found


def keras_output(client: MlflowClient, run):
    """The run's reference to its Keras model, whose step is the selected epoch."""
    model_id = logged_model_id(client, run.info.run_id)
    return next(output for output in run.outputs.model_outputs if output.model_id == model_id)


def local(run, artifact: str) -> Path:
    return Path(run.info.artifact_uri.removeprefix("file://")) / artifact


def test_a_trials_tags_are_those_of_the_contract(finished, written, tiny):
    """Role, sweep, variant, key, engine and data; flat, so no parent run."""
    _, run, result = finished
    tags = {name: value for name, value in run.data.tags.items() if not name.startswith("mlflow.")}
    assert tags == {
        "regtrack.role": "trial",
        "regtrack.sweep_id": written[2],
        "regtrack.variant": "l2=0.001+dropout=0.2+max_norm=1",
        "regtrack.trial_key": trial_key(tiny.job, result.variant, 1),
        "regtrack.stage": "explore",
        "regtrack.engine": "keras-graph+masks",
        "regtrack.dataset_digest": tiny.dataset.digest,
        "regtrack.process": this_process(),
    }
    assert "mlflow.parentRunId" not in run.data.tags
    assert run.info.run_name == "l2=0.001+dropout=0.2+max_norm=1 seed 1"
    assert run.info.status == "FINISHED"


def test_a_trials_params_give_back_variant_and_settings(finished, tiny):
    """One flat namespace with neutral values in place of absence; variant and settings round-trip through it, the inputs
    as what they were resolved to."""
    _, run, result = finished
    params = dict(run.data.params)
    assert params.pop("seed") == "1"
    assert [params.pop(f"{split}_examples") for split in ("train", "val", "test")] == ["100", "360", "360"]
    settings = {name: params.pop(name) for name in Settings.model_fields}
    assert Settings(**settings) == tiny.grid.settings.model_copy(update={"inputs": "scaled"})
    assert Variant.from_params(params) == result.variant
    assert (params["l1"], params["max_norm"], params["kernel_regularizer"]) == ("0.0", "1.0", "none")


def test_a_setting_that_the_variant_varies_is_logged_as_the_variants(write, tiny):
    """The params say how this trial was trained, not what the grid's default is."""
    run_id = write.trial_started(Variant(optimizer="sgd", learning_rate=0.5), 0)
    params = write.client.get_run(run_id).data.params
    assert (params["optimizer"], params["learning_rate"], params["epochs"]) == ("sgd", "0.5", "3")


def test_a_trial_with_a_train_size_of_its_own_is_logged_with_its_own_data(store, tiny):
    """Digest, counts, data set input and key are those of what it learned on; the sweep keeps its own."""
    few = load_dataset("digits", split_seed=0, train_size=50, label_noise=0.1)
    experiment_id = store.get_experiment_by_name("tests").experiment_id
    write = SweepWriter(store, experiment_id, Job(tiny.dataset, tiny.grid.settings, others=(few,)))
    write.start(tiny.grid, primary=names.ACCURACY)
    variant = Variant(train_size=50)
    own, other, whole = (store.get_run(run_id) for run_id in (
        write.trial_started(variant, 0), write.trial_started(Variant(), 0), write.run_id))  # fmt: skip
    for run, dataset in ((own, few), (other, tiny.dataset), (whole, tiny.dataset)):
        assert run.data.tags[names.DATASET_DIGEST] == dataset.digest
        assert [data.dataset.digest for data in run.inputs.dataset_inputs] == [dataset.digest[:36]]
    assert [run.data.params[names.N_TRAIN] for run in (own, other)] == ["50", "100"]
    assert [run.data.params["train_size"] for run in (own, other)] == ["50", "100"]
    assert own.data.tags[names.TRIAL_KEY] == trial_key(write.job, variant, 0)
    assert own.data.tags[names.TRIAL_KEY] == trial_key(Job(few, tiny.grid.settings), variant, 0)
    other_data = dataclasses.replace(tiny.dataset, train_size=50)
    assert own.data.tags[names.TRIAL_KEY] != trial_key(Job(other_data, tiny.grid.settings), variant, 0)


def test_epoch_metrics_have_the_epoch_as_step(finished):
    """Six metrics an epoch, steps from 1, values as they were measured."""
    client, run, result = finished
    for name in names.EPOCH_METRICS:
        history = client.get_metric_history(run.info.run_id, name)
        assert [metric.step for metric in history] == [1, 2, 3]
        np.testing.assert_array_equal([metric.value for metric in history], result.curve[name])


def test_what_is_measured_once_stands_at_step_0(finished):
    """Step 0 makes the MLflow UI draw bars; every other metric is one of the six curves."""
    client, run, _ = finished
    once = set(run.data.metrics) - set(names.EPOCH_METRICS)
    assert {f"{prefix}/{name}" for prefix in ("test", "test_mc") for name in OF_MANY_CLASSES} <= once
    for name in once:
        [metric] = client.get_metric_history(run.info.run_id, name)
        assert metric.step == 0, name


def test_a_trials_artifacts_are_those_of_the_contract(finished):
    """The tables of a trial, and nothing else beside the model; the examples are not stored with each trial."""
    client, run, result = finished
    expected = {names.PREDICTIONS, names.LEARNING_CURVES, names.PER_CLASS}
    if result.of("test").mc:
        expected |= {names.FEW_PASSES, names.CONVERGENCE, names.PASSES}
    assert artifacts(client, run.info.run_id) == expected
    for artifact in expected:
        assert read_table(local(run, artifact), artifact).num_rows > 0


def test_a_trials_model_is_a_keras_model_without_pickle(finished, tiny):
    """Signature, input example, requirements; `.keras` and text files only; linked to the run; same outputs."""
    client, run, result = finished
    output = keras_output(client, run)
    assert output.step == result.curve.selected_epoch
    logged = client.get_logged_model(output.model_id)
    assert (logged.name, logged.source_run_id) == ("model", run.info.run_id)
    assert {"regtrack.variant": result.variant.label, "seed": "1"}.items() <= logged.params.items()
    folder = Path(logged.artifact_location.removeprefix("file://"))
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert {Path(name).suffix for name in files} <= {".keras", ".json", ".txt", ".yaml", ""}
    assert "data/model.keras" in files
    described = Model.load(str(folder))
    assert set(described.flavors) == {"keras", "python_function"}
    assert described.signature.inputs.input_types()[0].name == "float32"
    assert described.signature.inputs.inputs[0].shape == (-1, 8, 8)
    assert described.signature.outputs.inputs[0].shape == (-1, 10)
    assert described.saved_input_example_info is not None
    assert set(REQUIREMENTS) <= set((folder / "requirements.txt").read_text().split())
    model = load_model(f"models:/{output.model_id}")
    np.testing.assert_allclose(
        np.asarray(model(tiny.dataset.test.x, training=False)), result.of("test").probs, atol=1e-6
    )


def test_a_logged_model_serves_as_a_pyfunc_too(finished, tiny):
    """`mlflow.pyfunc.load_model`, which serving uses, answers as the trial did."""
    client, run, result = finished
    model = mlflow.pyfunc.load_model(f"models:/{logged_model_id(client, run.info.run_id)}")
    np.testing.assert_allclose(model.predict(tiny.dataset.test.x[:5]), result.of("test").probs[:5], atol=1e-6)


def test_the_sweeps_run_holds_tags_data_and_examples(write, tiny):
    """Role, own id, number of trials, the data set as MLflow input, the test examples once, the grid as started."""
    write.start(tiny.grid, primary=names.ACCURACY)
    run = write.client.get_run(write.run_id)
    tags = {name: value for name, value in run.data.tags.items() if name.startswith("regtrack.")}
    assert tags == {
        "regtrack.role": "sweep",
        "regtrack.sweep_id": write.run_id,
        "regtrack.trials_planned": "4",
        "regtrack.primary": "accuracy",
        "regtrack.dataset_digest": tiny.dataset.digest,
        "regtrack.process": this_process(),
    }
    assert artifacts(write.client, write.run_id) == {names.TEST_EXAMPLES, names.GRID}
    assert Grid.from_yaml(local(run, names.GRID)) == tiny.grid
    [data] = run.inputs.dataset_inputs
    assert (data.dataset.name, data.dataset.digest) == ("digits", tiny.dataset.digest[:36])
    assert run.data.params == {}
    assert run.data.metrics == {}


def test_a_store_that_is_not_the_processs_own_is_written_to(store, tiny, tmp_path, monkeypatch):
    """The client that was given decides, also for models, whatever MLFLOW_TRACKING_URI says."""
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path}/elsewhere.db")
    result = tiny.results[tiny.grid.variants[0], 0]
    write = SweepWriter(store, store.get_experiment_by_name("tests").experiment_id, tiny.job)
    run_id = begin(write, result)
    write.trial_finished(result)
    assert store.get_run(run_id).outputs.model_outputs
    assert not (tmp_path / "elsewhere.db").exists()


def test_a_model_stands_in_the_experiment_of_its_trial(store, tiny, monkeypatch):
    """Also where MLflow's environment variables name another: MLflow itself would put it there, or refuse."""
    other = store.create_experiment("other")
    monkeypatch.setenv("MLFLOW_EXPERIMENT_ID", other)  # beside MLFLOW_EXPERIMENT_NAME=tests
    result = tiny.results[tiny.grid.variants[0], 0]
    write = SweepWriter(store, other, tiny.job)
    run_id = begin(write, result)
    write.trial_finished(result)
    models = {model.name: model for model in store.search_logged_models([other])}
    assert set(models) == {names.MODEL, names.SERVING}
    assert {(model.source_run_id, str(model.status)) for model in models.values()} == {(run_id, "READY")}


def test_a_failed_trial_keeps_its_curve_and_its_reason(write, tiny):
    """FAILED, the reason in a tag, the epochs until then; no measure that was never taken."""
    result = tiny.results[tiny.grid.variants[0], 0]
    run_id = begin(write, result, epochs=2)
    write.trial_failed(TrialFailed(result.variant, 0, "it diverged", Curve(result.curve.epochs[:2])))
    write.close("FINISHED")
    run = write.client.get_run(run_id)
    assert (run.info.status, run.data.tags[names.FAILURE]) == ("FAILED", "it diverged")
    assert [m.step for m in write.client.get_metric_history(run_id, names.VAL_CROSS_ENTROPY)] == [1, 2]
    assert set(run.data.metrics) == set(names.EPOCH_METRICS)


def test_a_curve_that_ends_in_nan_is_stored_with_it(write, tiny):
    """Divergence is shown as it was, not as a number."""
    variant = tiny.grid.variants[0]
    run_id = write.trial_started(variant, 0)
    values = dict.fromkeys(names.EPOCH_METRICS, float("nan"))
    write.epoch_ended(EpochEnded(variant, 0, 1, values))
    write.trial_failed(TrialFailed(variant, 0, "it diverged", Curve([values])))
    assert all(np.isnan(value) for value in write.client.get_run(run_id).data.metrics.values())


def test_a_curve_longer_than_mlflows_batch_is_stored_whole(write, tiny):
    """MLflow takes 1,000 metrics at once; 300 epochs are 1,800."""
    result = tiny.results[tiny.grid.variants[0], 0]
    run_id = write.trial_started(result.variant, 0)
    for epoch in range(1, 301):
        write.epoch_ended(EpochEnded(result.variant, 0, epoch, result.curve.epochs[0]))
    write.trial_failed(TrialFailed(result.variant, 0, "stopped", Curve()))
    assert len(write.client.get_metric_history(run_id, names.TRAIN_ACCURACY)) == 300


def test_what_a_failed_trial_left_of_traceback_and_log_is_an_artifact(write, tiny):
    """The details stand whole in failure/details.txt, the one line in the tag; where there are none there is no file."""
    result = tiny.results[tiny.grid.variants[0], 0]
    details = "Traceback:\n  File a.py\nLookupError: gone\nlast words"
    for seed, text in ((0, details), (1, "")):
        run_id = write.trial_started(result.variant, seed)
        write.trial_failed(TrialFailed(result.variant, seed, "LookupError: gone", Curve(), text))
        assert write.client.get_run(run_id).data.tags[names.FAILURE] == "LookupError: gone"
        assert [file.path for file in write.client.list_artifacts(run_id)] == (["failure"] if text else [])
        if text:
            path = write.client.download_artifacts(run_id, names.FAILURE_DETAILS)
            assert Path(path).read_text() == details


def test_epochs_are_seen_while_the_trial_runs(write, tiny, monkeypatch):
    """After FLUSH_SECONDS the epochs so far are in the store."""
    clock = iter(range(0, 1000, 3))
    monkeypatch.setattr(module.time, "time", lambda: float(next(clock)))
    run_id = begin(write, tiny.results[tiny.grid.variants[0], 0])
    assert len(write.client.get_metric_history(run_id, names.TRAIN_ACCURACY)) >= 2


def test_a_trial_whose_results_cannot_be_stored_is_failed(write, tiny, monkeypatch):
    """FINISHED means everything is there: with a full disk the run is FAILED, and says why, also after the close."""
    result = tiny.results[tiny.grid.variants[0], 0]
    run_id = begin(write, result)

    def full(*_):
        raise OSError("No space left on device")

    monkeypatch.setattr(packing, "write_trial", full)
    with pytest.raises(OSError, match="No space left"):
        write.trial_finished(result)
    write.close("FAILED")
    run = write.client.get_run(run_id)
    assert run.info.status == "FAILED"
    assert run.data.tags[names.FAILURE] == "its results could not be stored: No space left on device"


def test_a_trial_that_is_interrupted_while_it_is_stored_is_killed(write, tiny, monkeypatch):
    """Ctrl-C or SIGTERM is no failure of the trial."""
    result = tiny.results[tiny.grid.variants[0], 0]
    run_id = begin(write, result)

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(packing, "write_trial", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write.trial_finished(result)
    write.close("KILLED")
    assert write.client.get_run(run_id).info.status == "KILLED"


def test_closing_ends_every_run_that_is_still_open(write, tiny):
    """An interrupted sweep leaves no run RUNNING; the epochs so far are kept."""
    run_id = begin(write, tiny.results[tiny.grid.variants[0], 0], epochs=2)
    write.close("KILLED")
    run = write.client.get_run(run_id)
    assert (run.info.status, run.data.tags[names.FAILURE]) == ("KILLED", "the sweep ended before the trial did")
    assert len(write.client.get_metric_history(run_id, names.TRAIN_ACCURACY)) == 2
    assert write.client.get_run(write.run_id).info.status == "KILLED"


def test_a_run_that_cannot_be_closed_keeps_no_other_open(write, tiny):
    """One was deleted meanwhile: it is named, and what comes after it is closed."""
    first, second = (begin(write, tiny.results[variant, 0], epochs=1) for variant in tiny.grid.variants)
    write.client.delete_run(first)
    assert write.close("KILLED") == [first]
    assert write.client.get_run(second).info.status == "KILLED"
    assert write.client.get_run(write.run_id).info.status == "KILLED"


def test_a_trial_that_was_lost_is_read_by_nobody(write, tiny):
    """Its run is closed and tagged with the reason; its next attempt is another run, which alone stands."""
    result = tiny.results[tiny.grid.variants[0], 0]
    lost = begin(write, result, epochs=1)
    write.trial_lost(TrialLost(result.variant, 0, "its worker process ended: killed by SIGKILL", Curve()))
    again = begin(write, result)
    run = write.client.get_run(lost)
    assert (run.info.status, run.data.tags[names.CUT_OFF]) == ("KILLED", "its worker process ended: killed by SIGKILL")
    assert reader.trials(write.client, write.experiment_id, write.sweep_id)["run_id"].tolist() == [again]


def test_the_run_of_a_project_is_used_and_left_for_mlflow_to_end(store, tiny, monkeypatch):
    """`mlflow run` made the run and sets its status from the exit code."""
    experiment_id = store.get_experiment_by_name("tests").experiment_id
    run_id = store.create_run(experiment_id).info.run_id
    monkeypatch.setenv("MLFLOW_RUN_ID", run_id)
    write = SweepWriter(store, experiment_id, tiny.job)
    assert write.run_id == write.sweep_id == run_id
    write.start(tiny.grid, primary=names.ACCURACY)
    write.close("FINISHED")
    assert store.get_run(run_id).info.status == "RUNNING"
    assert len(store.search_runs([experiment_id])) == 1


def test_registering_makes_a_version_from_the_trials_model(finished, tiny):
    """The registry's version is that model; a second time under the same name is version 2."""
    client, run, _ = finished
    write = SweepWriter(client, run.info.experiment_id, tiny.job)
    assert str(write.register(run.info.run_id, "best")) == "1"
    assert str(write.register(run.info.run_id, "best")) == "2"
    version = client.get_model_version("best", "1")
    assert version.run_id == run.info.run_id
    assert version.source.endswith(logged_model_id(client, run.info.run_id))


@pytest.mark.parametrize(
    "change",
    [
        {"learning_rate": 0.02},
        {"epochs": 4},
        {"train_size": 101},
        {"split_seed": 1},
        {"label_noise": 0.2},
        {"n_passes": 21},
        {"n_bins": 10},
        {"high_confidence": 0.8},
        {"architecture": "cnn"},
        {"hidden_widths": "16"},
        {"inputs": "source"},
    ],
)
def test_the_key_changes_with_every_setting(tiny, change):
    """A trial of other settings is another trial, and is not skipped."""
    settings, variant = tiny.grid.settings, tiny.grid.variants[0]
    other = settings.model_copy(update=change)
    assert trial_key(Job(tiny.dataset, other), variant, 0) != trial_key(tiny.job, variant, 0)


def test_the_key_follows_variant_seed_and_data_and_nothing_else(tiny):
    """Same variant, seed, settings and data: the same key, whatever the data set's spec or place is called."""
    settings, (baseline, other) = tiny.grid.settings, tiny.grid.variants
    key = trial_key(tiny.job, baseline, 0)
    assert key == trial_key(tiny.job, Variant(), 0)
    assert key != trial_key(tiny.job, other, 0)
    assert key != trial_key(tiny.job, baseline, 1)
    elsewhere = settings.model_copy(update={"dataset": "fashion_mnist:/some/folder"})
    assert key == trial_key(Job(tiny.dataset, elsewhere), baseline, 0)
    assert len(key) == 32


def test_the_key_follows_a_setting_that_the_variant_varies(tiny):
    """A variant's own setting is part of what is trained."""
    keys = {trial_key(tiny.job, Variant(epochs=epochs), 0) for epochs in (4, 5)}
    assert len(keys | {trial_key(tiny.job, Variant(), 0)}) == 3


def test_the_key_follows_what_the_network_reads(tiny):
    """Scaled numbers are what every trial read before: said or found, the key is as it was. The source's own are another
    trial, said or found, and so are those of other units; and a model that begins with preprocessing is given them."""
    rescaling = keras.layers.Rescaling(1 / 16)

    def key(inputs, *first, dataset=tiny.dataset):
        def build(seed):
            return keras.Sequential([keras.Input((8, 8)), *first, keras.layers.Flatten(), keras.layers.Dense(10)])

        return trial_key(Job(dataset, Settings(architecture="mine", inputs=inputs), build), Variant(), 0)

    before = key("scaled")
    assert before == key("auto") == key("scaled", rescaling)
    assert key("source") == key("source", rescaling) == key("auto", rescaling) != before
    assert key("source", dataset=dataclasses.replace(tiny.dataset, is_whole=False)) != key("source")


@pytest.mark.parametrize("word", ["keras-graph", "keras-graph+masks", "keras-xla", "keras-xla+masks"])
def test_what_an_earlier_release_finished_is_known_by_its_word_for_the_engine(word, tiny, monkeypatch):
    """Each word that a release has used makes a key that today's trial answers to, whatever today's word is."""
    job, variant = Job(tiny.dataset, Settings(hidden_widths="4", epochs=10_000)), Variant(dropout_rate=0.2)
    assert str(module.engine_of(job, variant)) == "keras-xla+measures+masks"
    own, *earlier = trial_keys(job, variant, 0)
    monkeypatch.setattr(module, "engine_of", lambda job, variant: word)
    assert trial_key(job, variant, 0) in earlier
    assert own not in earlier


SETTLED = {
    "a shipped network": ({}, {}, 0, "d0547a57d3bb3ad7c5d70ce7f3663a07"),
    "a variant": ({"dropout_rate": 0.2, "l2": 0.001}, {}, 3, "df98b4d11b5cde0564cee2a047f641a9"),
    "settings of its own": ({"epochs": 3, "architecture": "cnn"}, {}, 1, "f5813fb6cb6e0742061d18caa5dad861"),
    "data of its own": ({"train_size": 50}, {}, 0, "7e5c741ad30e78044c58e2233fb86a6d"),
    "a function": ({}, {"architecture": "python:ofsome:build"}, 0, "da2f1805246f5cb6a53128b8c6e70f03"),
    "a file": ({}, {"architecture": "keras:fixed.keras", "keep_weights": True}, 0, "6bbd76e6007d3cc391a183aa50c4695f"),
    "a notebook's": ({}, {"architecture": "mine@0123abcd"}, 0, "b38b7b630935b29ae5f8d1883855fac4"),
}


@pytest.mark.parametrize("what", SETTLED)
def test_the_keys_of_trials_that_are_in_stores_stay_as_they_are(what, tmp_path, monkeypatch):
    """Keys that this release's first stores hold, of each kind of network: a resumed sweep still skips what is done. A
    variant that draws random numbers has another key since they are of another family: its bits are others."""
    params, more, seed, expected = SETTLED[what]
    if more:  # none of these can be made
        monkeypatch.setattr(module, "engine_of", lambda job, variant: Engine())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", sys.path.copy())
    monkeypatch.setattr(module, "__version__", "0.1.0")
    monkeypatch.setattr(network.Network, "preprocessing", "")
    (tmp_path / "fixed.keras").write_bytes(b"an archive")
    (tmp_path / "ofsome.py").write_text("from builtins import len as build\n")  # no byte code, which Pythons differ in
    sizes = load_datasets("digits", split_seed=0, train_sizes=[100, 50])
    widths = {} if more else {"hidden_widths": "8"}
    settings = Settings(train_size=100, epochs=2, n_passes=4, **widths, **more)
    build = (lambda seed: None) if what == "a notebook's" else None
    job = Job(sizes[100], settings, build, others=(sizes[50],))
    assert trial_key(job, Variant(**params), seed) == expected
