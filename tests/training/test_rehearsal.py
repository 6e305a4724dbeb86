"""rehearse: what would fail in every trial is said before the first."""

import keras
import pytest

from regtrack.errors import ModelError
from regtrack.training.fit import check_trainable
from regtrack.training.job import Job
from regtrack.training.rehearsal import kind_of
from regtrack.variants import Settings, Variant

L = keras.layers


@keras.saving.register_keras_serializable("tests")
class FailsInTraining(L.Layer):
    def call(self, inputs, training=False):
        if training:
            raise ValueError("no such thing in training")
        return inputs


@keras.saving.register_keras_serializable("tests")
class NeedsOneExample(L.Layer):
    """Built for an unknown number of examples, traced for one; the first dimension must be known when it acts."""

    def call(self, inputs, training=False):
        if training:
            return inputs * int(inputs.shape[0])
        return inputs


@keras.saving.register_keras_serializable("tests")
class CannotBeSaved(L.Layer):
    def call(self, inputs):
        return inputs

    def save_own_variables(self, store):
        raise OSError("no way to write this")


def with_layer(layer):
    def build(seed):
        inputs = keras.Input((8, 8))
        return keras.Model(inputs, L.Dense(10, activation="softmax")(layer()(L.Flatten()(inputs))))

    return build


@pytest.mark.parametrize(
    ("layer", "what"),
    [
        (FailsInTraining, "that can be trained, received ValueError: no such thing in training"),
        (NeedsOneExample, "that can be trained, received TypeError: int"),
        (CannotBeSaved, "that can be saved, received OSError: no way to write this"),
    ],
)
def test_what_fails_in_training_alone_is_refused_before_it(layer, what, digits):
    """A layer that is content when the model is built and raises in a step of training, or when the model is stored."""
    with pytest.raises(ModelError, match=f"^baseline: expected a model {what}") as caught:
        check_trainable([Variant()], Job(digits, Settings(epochs=1), with_layer(layer)))
    assert "\n" not in str(caught.value)


STOCHASTIC = [
    ("mlp", {"dropout_rate": 0.2}),
    ("mlp", {"gaussian_dropout": 0.2, "gaussian_noise": 0.2}),
    ("cnn", {"dropout_rate": 0.2, "dropout_placement": "last_hidden", "spatial_dropout": 0.2, "augment_shift": 0.2}),
    ("rnn", {"dropout_rate": 0.2}),
    ("rnn", {"gaussian_dropout": 0.2}),
]


@pytest.mark.parametrize(("network", "params"), STOCHASTIC)
def test_every_stochastic_layer_passes_on_the_projects_own_networks(network, params, digits):
    """Traced for any number of examples, as a trial of many traces it."""
    check_trainable([Variant(**params)], Job(digits, Settings(architecture=network, epochs=1)))


def test_variants_that_differ_in_numbers_alone_are_tried_once():
    """Rates are how strong, and stand for each other; a placement, another optimizer and another technique do not."""
    kinds = [
        kind_of(Variant(**params))
        for params in (
            {"dropout_rate": 0.2}, {"dropout_rate": 0.5}, {"dropout_rate": 0.2, "dropout_placement": "hidden"},
            {"l2": 0.1}, {"l2": 0.1, "optimizer": "sgd"}, {"learning_rate": 0.1}, {"learning_rate": 0.2}, {},
        )
    ]  # fmt: skip
    assert kinds[0] == kinds[1]
    assert kinds[5] == kinds[6]
    assert len(set(kinds)) == 6
