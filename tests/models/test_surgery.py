"""rewrite: the same function of the same weights, over new layers."""

import warnings

import keras
import numpy as np
import pytest

from regtrack.errors import ModelError
from regtrack.models.surgery import rewrite

L = keras.layers


def test_rewriting_changes_nothing_but_the_objects(model, zoo):
    """Every model of the zoo: outputs, names, weights and freezing stay; no layer is shared with the original."""
    weights = model.get_weights()
    new = rewrite(model)
    for expected, received in zip(zoo.outputs_of(model), zoo.outputs_of(new), strict=True):
        np.testing.assert_array_equal(received, expected)
    assert _names(new) == _names(model)
    assert len(new.trainable_weights) == len(model.trainable_weights)
    assert not {id(layer) for layer in new._flatten_layers()} & {id(layer) for layer in model._flatten_layers()}
    for weight in new.weights:
        weight.assign(weight + 1)
    assert all(np.array_equal(a, b) for a, b in zip(weights, model.get_weights(), strict=True))


def _names(model):
    return [layer.name for layer in model.layers if not isinstance(layer, L.InputLayer)]


def test_named_inputs_and_outputs_stay(zoo):
    """A model fed with a dict, and one that returns a dict, keep their keys."""
    parts = {name: keras.Input((3,), name=name) for name in ("left", "right")}
    model = keras.Model(parts, {"answer": L.Dense(2)(L.Concatenate()([parts["left"], parts["right"]]))})
    x = {"left": np.ones((2, 3), "float32"), "right": np.zeros((2, 3), "float32")}
    np.testing.assert_array_equal(rewrite(model)(x)["answer"], model(x)["answer"])


def test_shared_layers_stay_shared(zoo):
    """Two towers keep one encoder: as many weights as before."""
    model = zoo.models["towers"]()
    assert rewrite(model).count_params() == model.count_params()


def test_an_array_is_taken_without_a_warning(zoo):
    """A rewritten sequential model is called the way the original is."""
    new = rewrite(zoo.models["sequential"]())
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        new(np.ones((2, 6), "float32"))


def test_operations_that_are_no_layers(zoo):
    """Slices, arithmetic and keras.ops in the graph are kept."""
    inputs = keras.Input((4, 3))
    x = keras.ops.concatenate([inputs[:, 0], 2 * inputs[:, -1] + 1], axis=-1)
    model = keras.Model(inputs, L.Dense(2)(keras.ops.relu(x)))
    x = zoo.example_inputs(model)
    np.testing.assert_array_equal(rewrite(model)(x), model(x))


def test_a_compiled_model_comes_back_uncompiled(zoo):
    """Penalties take effect at compile time: the old compilation must not survive."""
    model = zoo.models["sequential"]()
    model.compile("sgd", "mse")
    assert not rewrite(model).compiled
    assert model.compiled


class Secretive(L.Dense):
    def __init__(self, secret):
        super().__init__(3)
        self.secret = secret


@pytest.mark.parametrize(
    ("layer", "problem"),
    [
        (
            L.Lambda(lambda x: x * 2, name="odd"),
            r"\(Lambda\) holds a function that cannot be saved with the model; use",
        ),
        (Secretive(7), r"\(Secretive\) cannot be made again from its config \(.*\); give the layer a get_config\(\)"),
    ],
)
def test_a_layer_that_cannot_be_made_again_is_refused(layer, problem):
    """A lambda, or a layer whose config lacks an argument, is a ModelError that names it, not Keras' traceback."""
    model = keras.Sequential([keras.Input((4,)), layer, L.Dense(2)])
    with pytest.raises(ModelError, match=f"layer '{layer.name}' {problem}"):
        rewrite(model)
