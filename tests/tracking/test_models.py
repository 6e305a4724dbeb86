"""Models in the store: logged without pickle, read back with the same answers, refused in one line."""

import dataclasses

import keras
import numpy as np
import pytest
from support.models import load_bytes, log_keras_model

from regtrack import names
from regtrack.errors import ModelError
from regtrack.tracking.long_params import shortened
from regtrack.tracking.model_origin import origin_of
from regtrack.tracking.models import REQUIREMENTS, load_model


@pytest.fixture
def run(store) -> str:
    import mlflow

    mlflow.set_tracking_uri(store.tracking_uri)
    return store.create_run(store.get_experiment_by_name("tests").experiment_id).info.run_id


def test_a_model_read_back_gives_the_same_outputs(store, run, tiny):
    """What `load_model` gives answers bit for bit as the model that was trained, dropout and max-norm included."""
    result = tiny.results[tiny.grid.variants[1], 0]
    test = result.of("test")
    model_id = log_keras_model(store, run, result.model_bytes, tiny.dataset.test.x[:2], test.probs[:2])
    model = load_model(f"models:/{model_id}")
    np.testing.assert_array_equal(
        np.asarray(model(tiny.dataset.test.x, training=False)),
        np.asarray(load_bytes(result.model_bytes)(tiny.dataset.test.x, training=False)),
    )
    np.testing.assert_allclose(np.asarray(model(tiny.dataset.test.x, training=False)), test.probs, atol=1e-6)
    [layer] = [layer for layer in model.layers if isinstance(layer, keras.layers.Dense)][:1]
    assert (layer.kernel_regularizer.l2, layer.kernel_constraint.max_value) == pytest.approx((0.001, 1.0))


def test_requirements_are_explicit():
    """Left out, MLflow would import everything again in a process of its own for each model."""
    assert [line.partition("==")[0] for line in REQUIREMENTS] == ["keras", "tensorflow", "numpy"]


@pytest.mark.parametrize(
    "uri",
    [
        "models:/m-00000000000000000000000000000000",
        "models:/nobody/1",
        "runs:/00000000000000000000000000000000/model",
        "/no/such/folder",
        "what is this",
        "gopher://x/y",
    ],
)
def test_an_address_without_a_keras_model_is_refused_in_one_line(store, run, uri):
    """Whatever is wrong with a model URI: a ModelError that names it and says what was expected."""
    with pytest.raises(ModelError) as error:
        load_model(uri)
    message = str(error.value)
    assert message.startswith(f"model_uri: cannot load {uri!r} as a Keras model (")
    assert message.endswith("); expected an MLflow model URI such as models:/m-... from the run's page")
    assert "\n" not in message


def test_a_model_of_another_flavour_is_refused(store, run, tmp_path):
    """A scikit-learn model in the store is no Keras model."""
    from mlflow.models import Model

    class Other:
        __name__ = "mlflow.sklearn"

        @staticmethod
        def save_model(path, mlflow_model, **_):
            import os

            os.makedirs(path)
            mlflow_model.add_flavor("sklearn", pickled_model="none")
            mlflow_model.save(os.path.join(path, "MLmodel"))

    info = Model.log(artifact_path=None, name="other", flavor=Other, run_id=run)
    with pytest.raises(ModelError, match=r"cannot load .* as a Keras model"):
        load_model(f"models:/{info.model_id}")


def test_a_model_that_regtrack_did_not_train_has_no_settings(store, run, tiny):
    """Only a trial's run tells on which data its model was trained."""
    result = tiny.results[tiny.grid.variants[0], 0]
    x, probs = tiny.dataset.test.x[:2], result.of("test").probs[:2]
    model_id = log_keras_model(store, run, result.model_bytes, x, probs)
    assert origin_of(store, f"models:/{model_id}").settings == {}


def test_a_setting_that_the_store_has_cut_is_read_whole_from_the_sweeps_grid(store, run, tiny):
    """A spec of 11,432 characters is no spec any more where MLflow has cut it, with a mark or, as before, without one."""
    spec = "table:" + "x" * 11426
    experiment = store.get_experiment_by_name("tests").experiment_id
    sweep = store.create_run(experiment).info.run_id
    for name, value in ((names.ROLE, names.ROLE_SWEEP), (names.SWEEP_ID, sweep)):
        store.set_tag(sweep, name, value)
    settings = tiny.grid.settings.model_copy(update={"dataset": spec})
    store.log_text(sweep, dataclasses.replace(tiny.grid, settings=settings).to_yaml(), names.GRID)
    result = tiny.results[tiny.grid.variants[0], 0]
    for stored in (shortened(spec), spec[:6000]):
        trial = store.create_run(experiment, tags={names.ROLE: names.ROLE_TRIAL, names.SWEEP_ID: sweep}).info.run_id
        store.log_param(trial, "dataset", stored)
        store.log_param(trial, "epochs", "3")
        x, probs = tiny.dataset.test.x[:2], result.of("test").probs[:2]
        model_id = log_keras_model(store, trial, result.model_bytes, x, probs)
        assert origin_of(store, f"models:/{model_id}").settings == {"dataset": spec, "epochs": "3"}
