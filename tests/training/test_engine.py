"""By which way a trial is trained: known from network, data and settings alone."""

import keras
import pytest

from regtrack.training import engine as module
from regtrack.training.engine import engine_of
from regtrack.training.job import Job
from regtrack.training.trainer import Trainer
from regtrack.variants import Settings, Variant

L = keras.layers


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({}, "keras-graph"),
        ({"l2": 0.01, "batch_norm": 1, "weight_decay": 0.1, "optimizer": "adam"}, "keras-graph"),
        ({"architecture": "rnn", "hidden_widths": "4"}, "keras-graph"),
        ({"dropout_rate": 0.2}, "keras-graph+masks"),
        ({"gaussian_noise": 0.2}, "keras-graph+masks"),
        ({"augment_rotation": 0.1}, "keras-graph+masks"),
    ],
    ids=str,
)
def test_the_name_says_whose_random_numbers_are_drawn(params, expected, digits, brief):
    """A network that draws none is trained to the bits of earlier releases, under their name; one that draws is not."""
    job, variant = Job(digits, brief), Variant(**params)
    assert str(engine_of(job, variant)) == expected
    assert engine_of(job, variant) is Trainer(job, variant).engine


def test_layers_that_keep_keras_generator_are_named(digits, brief):
    """By their classes, each once, whether or not others draw from ours."""

    def build(seed):
        inputs = keras.Input((8, 8, 1))
        x = L.RandomContrast(0.1)(L.RandomBrightness(0.1)(L.RandomContrast(0.1)(inputs)))
        return keras.Model(inputs, L.Dense(10, activation="softmax")(L.Flatten()(x)))

    job = Job(digits, Settings(architecture="mine", inputs="scaled"), build)
    found = engine_of(job, Variant())
    assert (str(found), found.keras_draws) == ("keras-graph", ("RandomBrightness", "RandomContrast"))
    assert str(engine_of(job, Variant(dropout_rate=0.5))) == "keras-graph+masks"


def test_a_network_is_made_once_to_tell(digits, brief, monkeypatch):
    """Every trial's key asks; the answer is remembered for the job and the variant, and for no other."""
    made = []
    monkeypatch.setattr(module, "regularize", lambda model, variant: made.append(variant) or model)
    job, other = Job(digits, brief), Job(digits, brief)
    for variant in (Variant(), Variant(l2=0.1), Variant()):
        engine_of(job, variant)
    assert made == [Variant(), Variant(l2=0.1)]
    engine_of(other, Variant())
    assert len(made) == 3


LONG = {"epochs": 1250}
"""Four batches an epoch: 5,000 updates."""


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({}, "keras-xla+measures"),
        ({"epochs": 1249}, "keras-graph"),
        ({"batch_size": 200}, "keras-graph"),
        (
            {"dropout_rate": 0.2, "batch_norm": 1, "l2": 0.1, "max_norm": 1, "label_smoothing": 0.1},
            "keras-xla+measures+masks",
        ),
        ({"gaussian_noise": 0.2}, "keras-xla+measures+masks"),
        ({"class_weights": "balanced", "weight_decay": 0.1}, "keras-xla+measures"),
        ({"architecture": "rnn", "hidden_widths": "4"}, "keras-xla+measures"),
        ({"architecture": "cnn", "hidden_widths": "4"}, "keras-graph"),
        ({"augment_flip": 1}, "keras-graph+masks"),
        ({"kernel_regularizer": "python:keras.ops:sum"}, "keras-graph"),
    ],
    ids=str,
)
def test_a_long_training_of_layers_on_the_list_is_compiled_whole(params, expected, digits, brief):
    """From 5,000 updates of one trial on, where neither a layer that XLA computes slowly nor a person's own function is in
    it; whatever the seeds, since none is asked."""
    job = Job(digits, brief.model_copy(update=LONG))
    assert str(engine_of(job, Variant(**params))) == expected


def by_cudnn(layer):
    """As Keras marks a recurrent layer where TensorFlow sees a GPU."""
    layer.supports_jit = False
    return layer


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        ([L.Dense(4, activation="tanh"), L.ReLU()], "keras-xla+measures"),
        ([L.Dense(4, activation=keras.layers.LeakyReLU())], "keras-xla+measures"),
        ([L.Dense(4, activation=lambda x: x + 1)], "keras-graph"),
        ([L.Dense(4, activity_regularizer=lambda x: keras.ops.sum(x))], "keras-graph"),
        ([lambda x: keras.ops.abs(x)], "keras-graph"),
        ([L.UnitNormalization()], "keras-graph"),
        ([L.Reshape((8, 8)), L.TimeDistributed(L.Dense(2)), L.Flatten()], "keras-graph"),
        ([L.Reshape((8, 8)), L.LSTM(3, recurrent_activation=lambda x: x)], "keras-graph"),
        ([L.Reshape((8, 8)), L.Masking(), L.Bidirectional(L.LSTM(3))], "keras-xla+measures"),
        ([L.Reshape((8, 8)), lambda x: L.MultiHeadAttention(1, 2)(x, x), L.Flatten()], "keras-graph"),
        ([L.Dense(4, activation=keras.ops.erf)], "keras-graph"),
        ([by_cudnn(L.Dense(4))], "keras-graph"),
        ([type("Mine", (L.Dense,), {})(4)], "keras-graph"),
        ([keras.Sequential([keras.Input((64,)), L.Dense(4)])], "keras-xla+measures"),
        ([keras.Sequential([keras.Input((64,)), L.Reshape((64, 1)), L.Conv1D(2, 3), L.Flatten()])], "keras-graph"),
    ],
    ids=["listed", "activation layer", "own activation", "own activity penalty", "function", "not listed", "wrapped",
         "own gate", "masked both ways", "attention", "operation for activation", "not by XLA",
         "derived", "nested", "nested convolution"],
)  # fmt: skip
def test_what_is_not_known_stays_on_the_graph(layers, expected, digits):
    """A layer, function or wrapper that is not on the list, wherever it stands, and the network is trained as before."""
    inputs = keras.Input((8, 8))
    x = L.Flatten()(inputs)
    for layer in layers:
        x = layer(x)
    model = keras.Model(inputs, L.Dense(10, activation="softmax")(x))
    job = Job(digits, Settings(architecture="mine", inputs="scaled", **LONG), lambda seed: model)
    assert str(engine_of(job, Variant(), model)) == expected
