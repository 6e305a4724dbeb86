"""MCDropout: dropout that no flag switches off."""

import keras
import numpy as np
import pytest

from regtrack.uncertainty import MCDropout

L = keras.layers
ONES = np.ones((1, 4000), np.float32)


def through(layer, call):
    model = keras.Sequential([keras.Input((4000,)), layer])
    model.compile(loss="mse")
    return {
        "predict": lambda: model.predict(ONES, verbose=0),
        "inference": lambda: np.asarray(model(ONES, training=False)),
        "training": lambda: np.asarray(model(ONES, training=True)),
        "layer": lambda: np.asarray(layer(ONES)),
    }[call]()


@pytest.mark.parametrize("call", ["predict", "inference", "training", "layer"])
def test_it_drops_whatever_the_flag(call):
    """A quarter is zeroed and the rest divided by what is kept, under predict and every flag alike."""
    out = through(MCDropout(0.25), call)
    assert set(np.unique(out)) == {np.float32(0), np.float32(1 / 0.75)}
    assert (out == 0).mean() == pytest.approx(0.25, abs=4.5 * np.sqrt(0.25 * 0.75 / 4000))


def test_each_call_draws_another_mask():
    """A pass is a draw: two calls differ in their zeros."""
    layer = MCDropout(0.5)
    assert (np.asarray(layer(ONES)) != np.asarray(layer(ONES))).any()


def test_the_usual_dropout_baked_into_a_graph_is_silent_under_predict():
    """Why the layer exists: Keras' own, called with training=True, drops nothing under predict."""
    inputs = keras.Input((4000,))
    model = keras.Model(inputs, L.Dropout(0.5)(inputs, training=True))
    assert np.array_equal(model.predict(ONES, verbose=0), ONES)


def test_rate_zero_changes_nothing():
    """Rate 0 is the identity."""
    assert np.array_equal(through(MCDropout(0.0), "predict"), ONES)


def test_its_config_makes_it_again():
    """Rate and noise shape survive, under the name that stored models carry."""
    layer = MCDropout(0.3, noise_shape=(None, 1), seed=4, name="mc")
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(layer))
    assert type(again) is MCDropout
    assert again.get_config() == layer.get_config()
    assert keras.saving.get_registered_name(MCDropout) == "regtrack>MCDropout"
