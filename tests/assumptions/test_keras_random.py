"""What training's random numbers rely on in Keras, all of it private: how its layers draw."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import inspect

import keras
import numpy as np
import pytest
from keras.src import backend
from keras.src.backend.tensorflow import random as keras_random

L = keras.layers
IMAGES, ROWS = np.ones((5, 8, 8, 1), "float32"), np.ones((5, 8, 4), "float32")
LAYERS = [
    (L.Dropout(0.5), IMAGES), (L.SpatialDropout1D(0.5), ROWS), (L.SpatialDropout2D(0.5), IMAGES),
    (L.SpatialDropout3D(0.5), IMAGES[..., None]), (L.GaussianDropout(0.5), IMAGES), (L.AlphaDropout(0.5), IMAGES),
    (L.GaussianNoise(0.5), IMAGES), (L.RandomFlip(), IMAGES), (L.RandomTranslation(0.2, 0.2), IMAGES),
    (L.RandomRotation(0.2), IMAGES), (L.RandomZoom(0.2, 0.2), IMAGES),
    (L.LSTM(3, dropout=0.5, recurrent_dropout=0.5), ROWS), (L.GRU(3, dropout=0.5, recurrent_dropout=0.5), ROWS),
    (L.SimpleRNN(3, dropout=0.5, recurrent_dropout=0.5), ROWS),
    (L.Attention(dropout=0.5), [ROWS, ROWS]), (L.AdditiveAttention(dropout=0.5), [ROWS, ROWS]),
]  # fmt: skip


def test_layers_and_keras_random_draw_by_the_attributes_of_one_module():
    """Replacing a function there is enough: the backend of layers, of preprocessing layers and `keras.random` is it."""
    assert backend.random is keras_random
    assert L.RandomFlip().backend.random is keras_random
    for name, expected in (
        ("dropout", ["inputs", "rate", "noise_shape", "seed"]),
        ("uniform", ["shape", "minval", "maxval", "dtype", "seed"]),
        ("normal", ["shape", "mean", "stddev", "dtype", "seed"]),
    ):
        assert list(inspect.signature(getattr(keras_random, name)).parameters) == expected


@pytest.mark.parametrize(("layer", "x"), LAYERS, ids=lambda value: type(value).__name__)
def test_a_layer_draws_by_these_functions_alone_and_says_by_which_generator(layer, x, monkeypatch):
    """Each draw is given, by the keyword, a generator that its layer keeps in `_seed_generators`, and none is drawn from
    elsewhere."""
    layer(x)  # built: initial weights are drawn too
    drawn, asked = [], []
    for name in ("dropout", "uniform", "normal"):
        function = getattr(keras_random, name)
        monkeypatch.setattr(
            keras_random, name, lambda *args, f=function, **kwargs: drawn.append(kwargs["seed"]) or f(*args, **kwargs)
        )
    own = keras.random.SeedGenerator.next
    monkeypatch.setattr(
        keras.random.SeedGenerator, "next", lambda self, **more: asked.append(self) or own(self, **more)
    )
    layer(x, training=True)
    kept = {id(generator) for part in layer._flatten_layers() for generator in part._seed_generators}
    assert drawn
    assert {id(generator) for generator in drawn} <= kept
    assert [id(generator) for generator in asked] == [id(generator) for generator in drawn]


def test_a_dropout_of_rate_0_has_no_generator_and_a_cell_has_one_whatever_its_rates():
    """What is off is told by the generator that is missing, save in recurrent cells, which are asked for their rates."""
    assert L.Dropout(0.0)._seed_generators == []
    assert L.GaussianNoise(0.0)._seed_generators == []
    for cls in (L.LSTMCell, L.GRUCell, L.SimpleRNNCell):
        cell = cls(3)
        assert len(cell._seed_generators) == 1
        assert (cell.dropout, cell.recurrent_dropout) == (0, 0)
