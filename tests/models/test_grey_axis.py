"""A model for (28, 28, 1) reads greys without an axis of channels, and the other way round."""

import keras
import numpy as np
import pytest

from regtrack.errors import ModelError
from regtrack.models.grey_axis import with_grey_axis
from regtrack.models.prepare import prepared

L = keras.layers


def conv(*shape):
    return keras.Sequential(
        [keras.Input(shape), L.Conv2D(2, 3, name="conv"), L.Flatten(), L.Dense(3, activation="softmax", name="out")]
    )


@pytest.mark.parametrize("shape", [(8, 8, 1), (8, 8, None)])
def test_a_file_with_an_axis_of_channels_reads_greys(shape):
    """The same numbers give the same answers, with the weights that it had; its layers keep their names."""
    model = conv(8, 8, 1)
    if None in shape:
        model = keras.Sequential([keras.Input((None, None, 1)), L.Conv2D(2, 3, name="conv"),
                                  L.GlobalAveragePooling2D(), L.Dense(3, activation="softmax", name="out")])  # fmt: skip
    x = np.random.default_rng(0).random((5, 8, 8)).astype("float32")
    new = prepared(model, (8, 8), 3, keep_weights=True)
    assert tuple(new.input_shape) == (None, 8, 8)
    np.testing.assert_array_equal(new(x), model(x[..., None]))
    assert {"conv", "out"} <= {layer.name for layer in new.layers}


def test_a_model_without_the_axis_reads_data_that_have_it():
    """(n, 8, 8, 1) goes into keras.Input((8, 8)); (n, 30) into a Conv1D's (30, 1)."""
    flat = keras.Sequential([keras.Input((8, 8)), L.Flatten(), L.Dense(3, activation="softmax")])
    x = np.random.default_rng(0).random((5, 8, 8, 1)).astype("float32")
    np.testing.assert_array_equal(prepared(flat, (8, 8, 1), 3, keep_weights=True)(x), flat(x[..., 0]))
    steps = keras.Sequential([keras.Input((30, 1)), L.Conv1D(2, 3), L.Flatten(), L.Dense(2, activation="softmax")])
    assert tuple(prepared(steps, (30,), 2).input_shape) == (None, 30)


@pytest.mark.parametrize("shape", [(8, 8), (8, 8, 3), (64,), (9, 9, 1)])
def test_other_shapes_are_left_as_they_are(shape):
    """What fits is the model itself; what differs by more than an axis of 1 is refused as before."""
    model = keras.Sequential([keras.Input(shape), L.Flatten(), L.Dense(3, activation="softmax")])
    assert with_grey_axis(model, (8, 8)) is model
    if shape != (8, 8):
        with pytest.raises(ModelError, match=r"expected input \(None, 8, 8\), one example of the data"):
            prepared(model, (8, 8), 3)
