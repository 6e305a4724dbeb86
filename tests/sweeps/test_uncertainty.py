"""run_uncertainty: Monte Carlo dropout on a logged model, with its own data, or refused before any compute."""

from pathlib import Path

import keras
import mlflow
import numpy as np
import pytest
from mlflow import MlflowClient
from support.store_files import copy_database
from support.sweeps import write_trials

from regtrack import names
from regtrack.diagnosis.leaderboard import rank_variants
from regtrack.errors import DataError, ModelError, SettingError, StoreError
from regtrack.sweeps.uncertainty import run_uncertainty
from regtrack.tracking import reader, sql_reader
from regtrack.tracking.artifacts import read_table
from regtrack.tracking.models import load_model, logged_model_id


@pytest.fixture(scope="module")
def written(tiny, empty_database, tmp_path_factory) -> tuple[Path, dict]:
    """(database, variant -> run id) of the seed-0 trial of each variant, of a sweep in the experiment `tests`."""
    path = tmp_path_factory.mktemp("written") / "mlflow.db"
    copy_database(empty_database, path)
    return path, write_trials(tiny, 0, path, sweep=True)


@pytest.fixture
def database(written) -> Path:
    """Each test has the runs to itself; their artifacts are everybody's, and only read."""
    return written[0]


@pytest.fixture
def trials(store, written) -> dict:
    """The seed-0 trial of each variant, in the store: variant -> run."""
    return {variant: store.get_run(run_id) for variant, run_id in written[1].items()}


def uri_of(run) -> str:
    return f"models:/{logged_model_id(MlflowClient(), run.info.run_id)}"


def test_a_trials_model_knows_its_data_and_gives_the_trials_numbers(store, tiny, trials):
    """Same split, subset, noise and passes without being told; dropout off bit-equal, dropout on with the same seed."""
    trial = trials[tiny.grid.variants[1]]
    found = run_uncertainty(uri_of(trial), {}, seed=0, client=store)
    assert found.dataset.digest == tiny.dataset.digest
    assert found.settings == tiny.grid.settings
    run = store.get_run(found.run_id)
    assert run.info.status == "FINISHED"
    assert run.info.experiment_id == trial.info.experiment_id
    assert run.data.tags[names.ROLE] == "uncertainty"
    assert run.data.tags[names.MODEL_URI] == uri_of(trial)
    assert run.data.tags[names.DATASET_DIGEST] == tiny.dataset.digest
    for name, value in found.metrics.items():
        assert run.data.metrics[name] == value
        if name.startswith("test"):
            assert value == pytest.approx(trial.data.metrics[name], abs=1e-5), name
    own = store.get_run(found.trial_id)
    table = read_table(f"{own.info.artifact_uri.removeprefix('file://')}/{names.PREDICTIONS}", names.PREDICTIONS)
    assert table.num_rows == 720
    assert set(table["epoch_kind"].to_pylist()) == {"selected"}
    assert table["mc_mean_probs"].null_count == 0


def test_it_stands_in_the_store_as_a_sweep_of_one_trial_that_was_not_trained(store, tiny, trials):
    """Reader and SQL alike list it with its model; its trial has measures and no curve, gap or train error; the
    newest trained sweep stays the one that `latest` means, and to judge the evaluation itself is refused."""
    trial = trials[tiny.grid.variants[1]]
    trained = reader.find_sweep(store, "latest")
    found = run_uncertainty(uri_of(trial), {"n_passes": "2"}, seed=3, client=store)
    for table in (reader.sweeps(store), sql_reader.sweeps(store.tracking_uri)):
        row = table[table["sweep_id"] == found.run_id].iloc[0]
        assert (row["model_uri"], row["trials_planned"], row["status"]) == (uri_of(trial), 1, "FINISHED")
        assert table.loc[table["sweep_id"] != found.run_id, "model_uri"].eq("").all()
    [one] = reader.trials(store, trial.info.experiment_id, found.run_id).itertuples()
    assert (one.variant, one.seed, one.status) == (f"{tiny.grid.variants[1].label} seed 0", 3, "FINISHED")
    [board] = rank_variants(reader.trials(store, trial.info.experiment_id, found.run_id)).to_dict("records")
    assert board["test_accuracy"] == pytest.approx(found.metrics["test/accuracy"])
    assert board["val_error"] == pytest.approx(1 - found.metrics[f"{names.SELECTED}val_accuracy"])
    assert np.isnan([board["train_error"], board["generalization_gap"], board["best_epoch"]]).all()
    assert reader.find_sweep(store, "latest") == trained
    with pytest.raises(StoreError, match="expected a sweep that trained its models"):
        reader.find_sweep(store, found.run_id)


def test_a_stranger_reads_the_sources_own_numbers(store, tiny, trials):
    """A model that regtrack did not train, made to divide by the scale itself, gives the trial's numbers unasked; told that
    its inputs are scaled it gives others; regtrack's own model is the other way round."""
    variant = tiny.grid.variants[1]
    trained = load_model(uri_of(trials[variant]))
    inputs = keras.Input(tiny.dataset.input_shape)
    stranger = keras.Model(inputs, trained(keras.layers.Rescaling(1 / tiny.dataset.scale)(inputs)), name="stranger")
    mlflow.set_tracking_uri(store.tracking_uri)
    with mlflow.start_run(experiment_id=trials[variant].info.experiment_id):
        uri = mlflow.keras.log_model(stranger, name="stranger", pip_requirements=["keras"]).model_uri
    given = {"dataset": "digits", "train_size": "100", "label_noise": "0.1", "n_passes": "2"}
    unasked, scaled = (run_uncertainty(uri, given, seed=0, client=store, inputs=inputs) for inputs in ("", "scaled"))
    assert (unasked.inputs, scaled.inputs) == ("source", "scaled")
    name, wanted = "test/negative_log_likelihood", trials[variant].data.metrics["test/negative_log_likelihood"]
    assert unasked.metrics[name] == pytest.approx(wanted, abs=1e-4)
    assert abs(scaled.metrics[name] - wanted) > 0.1
    own = run_uncertainty(uri_of(trials[variant]), {"n_passes": "2"}, seed=0, client=store)
    assert (own.inputs, own.metrics[name]) == ("scaled", pytest.approx(wanted, abs=1e-4))


def test_another_seed_draws_other_masks_and_leaves_the_deterministic_pass(store, tiny, trials):
    """The seed is of the masks only."""
    uri = uri_of(trials[tiny.grid.variants[1]])
    a, b = (run_uncertainty(uri, {}, seed=seed, client=store).metrics for seed in (0, 1))
    assert a["test/negative_log_likelihood"] == b["test/negative_log_likelihood"]
    assert a["test_mc/negative_log_likelihood"] != b["test_mc/negative_log_likelihood"]
    assert a["test_mc/negative_log_likelihood"] == pytest.approx(b["test_mc/negative_log_likelihood"], abs=0.1)


def test_what_is_given_takes_the_place_of_the_trials(store, tiny, trials):
    """Other passes, other noise: as asked."""
    uri = uri_of(trials[tiny.grid.variants[1]])
    found = run_uncertainty(uri, {"n_passes": "3", "label_noise": "0"}, seed=0, client=store)
    assert (found.settings.n_passes, found.settings.label_noise, found.settings.train_size) == (3, 0.0, 100)
    assert "test/accuracy_true_label" not in found.metrics


def test_the_project_run_is_used_and_left_for_mlflow_to_end(store, tiny, trials, monkeypatch):
    """`mlflow run -e uncertainty` made the run."""
    trial = trials[tiny.grid.variants[1]]
    run_id = store.create_run(trial.info.experiment_id).info.run_id
    monkeypatch.setenv("MLFLOW_RUN_ID", run_id)
    assert run_uncertainty(uri_of(trial), {"n_passes": "2"}, seed=0, client=store).run_id == run_id
    assert store.get_run(run_id).info.status == "RUNNING"


def test_a_run_and_the_name_of_its_model_are_an_address_too(store, tiny, trials):
    """`runs:/ID/model` is the Keras model, whatever else the trial logged."""
    run_id = trials[tiny.grid.variants[1]].info.run_id
    found = run_uncertainty(f"runs:/{run_id}/{names.MODEL}", {"n_passes": "2"}, seed=0, client=store)
    assert found.settings.train_size == 100


def test_the_serving_model_is_refused_before_any_compute(store, tiny, trials):
    """It is no Keras model: one line says so, and no run is made."""
    before = runs(store)
    serving_id = logged_model_id(store, trials[tiny.grid.variants[1]].info.run_id, names.SERVING)
    with pytest.raises(ModelError, match="as a Keras model") as error:
        run_uncertainty(f"models:/{serving_id}", {}, seed=0, client=store)
    assert "\n" not in str(error.value)
    assert runs(store) == before


def runs(store) -> int:
    return len(store.search_runs([store.get_experiment_by_name("tests").experiment_id]))


def test_a_model_without_dropout_is_refused_before_any_compute(store, tiny, trials):
    """Monte Carlo dropout of it would be one pass, 100 times; no run is made."""
    before = runs(store)
    with pytest.raises(ModelError, match="has no dropout layer, so every pass would be the same"):
        run_uncertainty(uri_of(trials[tiny.grid.variants[0]]), {}, seed=0, client=store)
    assert runs(store) == before


@pytest.mark.parametrize(
    ("given", "kind", "message"),
    [
        ({"n_passes": "0"}, SettingError, "n_passes: expected greater than or equal to 1, received '0'"),
        ({"high_confidence": "2"}, SettingError, "high_confidence: expected less than or equal to 1, received '2'"),
        ({"dataset": "nowhere"}, DataError, None),
        ({"train_size": "99999"}, DataError, None),
    ],
)
def test_bad_settings_are_refused_before_any_compute(store, tiny, trials, given, kind, message):
    """An error of the tree in one line; no run is made."""
    before = runs(store)
    with pytest.raises(kind) as error:
        run_uncertainty(uri_of(trials[tiny.grid.variants[1]]), given, seed=0, client=store)
    assert message is None or str(error.value) == message
    assert "\n" not in str(error.value)
    assert runs(store) == before


def test_data_that_does_not_fit_the_model_is_refused(store, tiny, trials, tmp_path, monkeypatch):
    """A model for 8 x 8 digits cannot predict anything else: shapes expected and received, and the way out."""
    from regtrack.sweeps import evaluation as module

    real = module.load_data

    def half(settings):
        dataset = real(settings)

        class Half:
            input_shape, n_classes, name = (8, 4), dataset.n_classes, "half digits"

        return Half()

    monkeypatch.setattr(module, "load_data", half)
    with pytest.raises(ModelError) as error:
        run_uncertainty(uri_of(trials[tiny.grid.variants[1]]), {}, seed=0, client=store)
    assert str(error.value) == (
        "model_uri: expected a model for data half digits with input and output shapes ((None, 8, 4), (None, 10)), "
        "received ((None, 8, 8), (None, 10)); set dataset to the data it was trained on"
    )


def test_a_failure_while_predicting_fails_the_run(store, tiny, trials, monkeypatch):
    """The run that was made is FAILED and not left RUNNING."""
    from regtrack.sweeps import uncertainty as module

    def broken(*_):
        raise MemoryError

    monkeypatch.setattr(module, "_predict", broken)
    with pytest.raises(MemoryError):
        run_uncertainty(uri_of(trials[tiny.grid.variants[1]]), {}, seed=0, client=store)
    found = store.search_runs([trials[tiny.grid.variants[1]].info.experiment_id], max_results=2)
    for run in found:  # the one that stands for the evaluation, and its trial
        assert run.info.status == "FAILED"
        assert np.isnan(run.data.metrics.get("test/accuracy", np.nan))
