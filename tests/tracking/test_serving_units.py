"""Served models of a person's own read the numbers they were trained on, answer in two classes, and are logged as made."""

import json

import keras
import mlflow
import numpy as np
import pytest
from mlflow.exceptions import MlflowException

from regtrack import names
from regtrack.data import Dataset
from regtrack.sweeps.uncertainty import run_uncertainty
from regtrack.tracking.models import load_model, logged_model_id
from regtrack.tracking.serving import write_serving_model
from regtrack.tracking.serving_model import ServingModel
from regtrack.tracking.writer import SweepWriter
from regtrack.training.job import Job
from regtrack.training.one_trial import fit_trial
from regtrack.training.trainer import Trainer
from regtrack.variants import Settings, Variant

L = keras.layers
WORDS = 60


def build(seed):
    """Token ids in, one sigmoid out: both ends of what regtrack puts in other words for itself."""
    layers = [L.Embedding(WORDS, 4, mask_zero=True), L.LSTM(4), L.Dense(1, activation="sigmoid")]
    return keras.Sequential([keras.Input((5,), dtype="int32"), *layers])


@pytest.fixture(scope="module")
def ids() -> np.ndarray:
    return np.random.default_rng(0).integers(1, WORDS, size=(120, 5))


@pytest.fixture(scope="module")
def trained(ids):
    """(job, result) of an epoch with dropout."""
    data = Dataset.from_arrays(ids, np.arange(120) % 2, class_names=["bad", "good"], name="words", split_seed=0)
    job = Job(data, Settings(dataset="npz:words.npz", architecture="words", epochs=1, n_passes=6), build)
    return job, fit_trial(Trainer(job, Variant(dropout_rate=0.3)), 0)


@pytest.fixture(scope="module")
def served(trained, tmp_path_factory):
    folder = tmp_path_factory.mktemp("serving")
    write_serving_model(trained[1], trained[0].dataset, folder)
    return mlflow.pyfunc.load_model(str(folder))


def test_it_is_served_in_the_units_it_was_trained_in(served, trained, ids):
    """Raw token ids give the trial's own numbers, two columns of probabilities; the metadata says that nothing is divided."""
    job, result = trained
    answer = served.predict(ids[job.dataset.test.example_id])
    np.testing.assert_allclose(answer[["mean_prob_bad", "mean_prob_good"]], result.of("test").mc.mean_probs, atol=1e-6)
    metadata = served.metadata.metadata
    assert (metadata["inputs"], metadata["input"]) == ("source", "the source's own values, as they are")
    example = np.asarray(served.input_example)
    assert np.array_equal(example, ids[job.dataset.test.example_id[:2]])


def test_numbers_that_are_no_tokens_are_refused(served):
    """In one line, by the number."""
    with pytest.raises(MlflowException, match=r"input: .*whole numbers from 0 to 59, received 0.5 in the request"):
        served.predict(np.full((1, 5), 0.5))


def test_an_earlier_description_says_nothing_of_inputs_and_means_scaled_ones():
    """Models of earlier stores are loaded by this code where regtrack is in use."""
    old = {"input_shape": [3], "class_names": ["a", "b"], "scale": 16.0, "dropout": False, "n_passes": 5, "seed": 0}
    model = keras.Sequential([keras.Input((3,)), L.Dense(2, activation="softmax")])
    assert ServingModel(model, **json.loads(json.dumps(old))).inputs == names.SCALED


def test_the_logged_model_is_the_persons_and_knows_its_inputs(store, trained, ids, tmp_path, monkeypatch):
    """The Keras model takes int32 and gives p, (n, 1), the trial's param says source, and `uncertainty` gives the model the
    same numbers unasked: the trial's own measure."""
    job, result = trained
    write = SweepWriter(store, store.get_experiment_by_name("tests").experiment_id, job)
    run_id = write.trial_started(result.variant, 0)
    write.trial_finished(result)
    uri = f"models:/{logged_model_id(store, run_id)}"
    run, model = store.get_run(run_id), load_model(uri)
    assert run.data.params[names.INPUTS] == "source"
    assert (model.input.dtype, model.output_shape) == ("int32", (None, 1))
    signature = mlflow.models.get_model_info(uri).signature
    assert [signature.inputs.input_types()[0], signature.outputs.inputs[0].shape] == [np.dtype("int32"), (-1, 1)]
    monkeypatch.chdir(tmp_path)
    np.savez("words.npz", x=ids, y=np.arange(120) % 2, class_names=["bad", "good"])
    found = run_uncertainty(uri, {}, seed=0, client=store)
    assert (found.inputs, found.either_way) == ("source", None)
    for name in ("test/negative_log_likelihood", "test_mc/negative_log_likelihood"):
        assert found.metrics[name] == pytest.approx(run.data.metrics[name], abs=1e-5)
