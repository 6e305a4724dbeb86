"""rehearse: what would fail in every trial is said before the first."""

import keras
import pytest
import tensorflow as tf

from regtrack.errors import ModelError
from regtrack.models import regularize
from regtrack.models.room import make_room
from regtrack.training.fit import check_trainable
from regtrack.training.job import Job
from regtrack.training.rehearsal import brings_own_code, kind_of, rehearse
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


@pytest.mark.parametrize("training", [True, False])
def test_what_xla_lacks_is_refused_before_a_training_by_it(training, digits, monkeypatch):
    """A layer of the list with an operation that XLA has no kernel for, in training or in predicting alone: a long training is
    refused in one line, whatever the shorter variant before it did, and a shorter one, as the line advises, is none of XLA's."""
    call = L.Dense.call

    def lacking(self, inputs, training=None):
        outputs = call(self, inputs)
        if bool(training) is not in_training:
            return outputs
        return outputs + 0.0 * tf.cast(tf.strings.length(tf.strings.as_string(outputs)), outputs.dtype)

    in_training = training
    monkeypatch.setattr(L.Dense, "call", lacking)
    job = Job(digits, Settings(epochs=1249), with_layer(lambda: L.Dense(4)))
    check_trainable([Variant()], job)
    with pytest.raises(
        ModelError, match=r"^epochs=1250: expected operations that XLA has, received .*AsString"
    ) as caught:
        check_trainable([Variant(), Variant(epochs=1250)], job)
    assert str(caught.value).endswith(
        "or train for less than 5000 updates (fewer epochs or larger batches), which needs no XLA"
    )
    assert "\n" not in str(caught.value)


def rehearsed(variant, job):
    rehearse(job, variant, regularize(make_room(job.network_of(variant).fresh(0), variant), variant))


STOCHASTIC = [  # beside dropout and noise, which are among the techniques at once
    ("mlp", {"gaussian_dropout": 0.2, "gaussian_noise": 0.2}),
    ("cnn", {"dropout_rate": 0.2, "dropout_placement": "last_hidden", "spatial_dropout": 0.2, "augment_shift": 0.2}),
    ("rnn", {"gaussian_dropout": 0.2}),
]


@pytest.mark.parametrize(("network", "params"), STOCHASTIC)
def test_every_stochastic_layer_passes_on_the_projects_own_networks(network, params, digits):
    """Traced for any number of examples, as a trial of many traces it."""
    rehearsed(Variant(**params), Job(digits, Settings(architecture=network, epochs=1)))


AT_ONCE = {
    "l1": 1e-4, "l2": 1e-4, "batch_norm": 1, "dropout_rate": 0.2, "dropout_placement": "hidden", "max_norm": 1,
    "max_norm_bias": 1, "label_smoothing": 0.1, "early_stopping": 1, "gaussian_noise": 0.1,
    "gaussian_noise_placement": "hidden",
}  # fmt: skip
ON_PICTURES = {"augment_flip": 1, "augment_shift": 0.1, "augment_rotation": 0.1, "augment_zoom": 0.1}  # fmt: skip


@pytest.mark.parametrize(
    ("network", "optimizer", "params"),
    [
        ("mlp", "adam", AT_ONCE),
        ("cnn", "nadam", AT_ONCE | ON_PICTURES),
        ("rnn", "sgd", AT_ONCE),
        ("mlp", "rmsprop", AT_ONCE),
    ],
)
def test_all_techniques_at_once_pass_on_the_projects_own_networks(network, optimizer, params, digits):
    """What is not rehearsed before a sweep is known here: with class weights, they can be trained, predicted, stored."""
    job = Job(digits, Settings(architecture=network, epochs=2, optimizer=optimizer, class_weights="balanced"))
    rehearsed(Variant(**params), job)


def test_weight_decay_passes_with_the_optimizer_that_has_it(digits):
    """Adam alone becomes AdamW."""
    rehearsed(Variant(weight_decay=1e-4), Job(digits, Settings(epochs=1)))


def test_only_what_a_person_brought_is_rehearsed(digits):
    """The project's own networks and techniques are known; a network, penalty or constraint of a person's is not."""
    own, held = Job(digits), Job(digits, build=with_layer(L.Identity))
    penalty = Variant(kernel_regularizer="python:my_penalties:mine")
    assert not brings_own_code(own.network_of(Variant()), Variant(l2=0.1, dropout_rate=0.2))
    assert brings_own_code(own.network_of(Variant()), penalty)
    assert brings_own_code(held.network_of(Variant()), Variant())


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
