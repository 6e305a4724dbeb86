"""What a technique did to the weights, on weights set by hand."""

import keras
import numpy as np
import pytest

from regtrack.training.weights import weight_measures

L = keras.layers


def set_kernels(model, **kernels):
    for name, kernel in kernels.items():
        layer = model.get_layer(name)
        layer.set_weights([np.array(kernel, np.float32), *layer.get_weights()[1:]])


def test_measures_of_hand_set_weights():
    """Near zero is below 1e-3 in magnitude; norms run over kernels, not biases; a unit's weights are a column."""
    model = keras.Sequential([keras.Input((2,)), L.Dense(2, name="hidden"), L.Dense(2, name="out")])
    set_kernels(model, hidden=[[3, 0.0009], [4, -0.0009]], out=[[0.001, 0], [0, 12]])
    model.get_layer("hidden").bias.assign([100.0, 0.0])
    assert weight_measures(model) == {
        "near_zero_share": 4 / 8,
        "l2_norm": pytest.approx(13, rel=1e-6),
        "max_incoming_norm": pytest.approx(5),
        "near_zero_share/layer_1": 0.5,
        "near_zero_share/layer_2": 0.5,
    }


def test_incoming_weights_of_a_filter_are_its_whole_window():
    """The norm of a convolution's unit runs over height, width and channels."""
    model = keras.Sequential([keras.Input((4, 4, 2)), L.Conv2D(3, 3, name="conv"), L.Flatten(), L.Dense(2)])
    kernel = np.zeros((3, 3, 2, 3))
    kernel[..., 1] = 0.5
    set_kernels(model, conv=kernel)
    measures = weight_measures(model)
    assert measures["max_incoming_norm"] == pytest.approx(0.5 * np.sqrt(18))
    assert measures["near_zero_share/layer_1"] == pytest.approx(2 / 3)


def test_a_model_without_hidden_layers_has_no_incoming_norm():
    """Max-norm bounds hidden units: with none the measure is absent, and the others stand."""
    model = keras.Sequential([keras.Input((2,)), L.Dense(2, name="out")])
    assert set(weight_measures(model)) == {"near_zero_share", "l2_norm", "near_zero_share/layer_1"}


def test_layers_of_one_name_in_nested_models_are_all_counted():
    """Two nested models may each hold a layer of the same name: neither hides the other."""

    def part(n, value):
        kernel = keras.initializers.Constant(value)
        return keras.Sequential([keras.Input((n,)), L.Dense(2, name="dense", kernel_initializer=kernel)])

    inputs = keras.Input((2,))
    model = keras.Model(inputs, part(2, 2.0)(part(2, 0.0)(inputs)))
    assert weight_measures(model) == {
        "near_zero_share": 0.5,
        "l2_norm": pytest.approx(4),
        "max_incoming_norm": 0,
        "near_zero_share/layer_1": 1,
        "near_zero_share/layer_2": 0,
    }


def test_names_do_not_depend_on_what_the_process_built_before():
    """Keras counts its layer names up: measures of two trials still meet under one name."""

    def names():
        return set(weight_measures(keras.Sequential([keras.Input((2,)), L.Dense(3), L.Dense(2)])))

    assert names() == names()
