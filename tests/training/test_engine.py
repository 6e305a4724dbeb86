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
