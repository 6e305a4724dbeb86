"""Sharpness-aware steps, against steps computed by hand."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from regtrack.training.epoch import compiled_epoch
from regtrack.training.objective import make_loss
from regtrack.training.random_numbers import RandomNumbers
from regtrack.variants import Variant

X = np.random.default_rng(0).normal(size=(8, 3)).astype(np.float32)
LABELS = np.array([0, 1] * 4)


def a_step(model, variant):
    """The model after one step of plain gradient descent at rate 1 on all of X."""
    numbers = RandomNumbers(model)
    numbers.restart(0)
    optimizer = keras.optimizers.SGD(1.0)
    optimizer.build(model.trainable_variables)
    total = tf.Variable(0.0, dtype=tf.float64)
    run = compiled_epoch(model, optimizer, total, numbers, variant=variant,
                         loss_of=make_loss(variant, 2), n_classes=2, batch=8)  # fmt: skip
    run(tf.constant(X), tf.constant(LABELS), tf.range(8))
    return model


def softmax_regression():
    keras.utils.set_random_seed(1)
    return keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, activation="softmax")])


def gradient(weights, bias):
    """Of the mean cross-entropy of softmax regression."""
    logits = X @ weights + bias
    probs = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    slope = (probs - np.eye(2)[LABELS]) / len(X)
    return X.T @ slope, slope.sum(axis=0)


def test_a_step_by_hand():
    """It goes by the gradient taken at the weights plus radius times the gradient's direction, over all weights."""
    model = softmax_regression()
    weights, bias = (weight.astype(np.float64) for weight in model.get_weights())
    up = gradient(weights, bias)
    norm = np.sqrt(sum((part**2).sum() for part in up))
    there = gradient(*(value + 0.5 * part / norm for value, part in zip((weights, bias), up, strict=True)))
    found = a_step(model, Variant(sam=0.5)).get_weights()
    for received, value, step, plain in zip(found, (weights, bias), there, up, strict=True):
        np.testing.assert_allclose(received, value - step, rtol=1e-4, atol=1e-6)
        assert np.abs(step - plain).max() > 5e-4


def test_statistics_are_those_of_one_pass_and_masks_the_same_in_both():
    """Batch normalization's statistics are updated once, by the weights that the step starts from; with a radius of all but
    nothing a step with dropout is the plain one, which it would not be with other masks in the second pass."""

    def build():
        keras.utils.set_random_seed(2)
        layers = [
            keras.layers.BatchNormalization(),
            keras.layers.Dropout(0.5),
            keras.layers.Dense(2, activation="softmax"),
        ]
        return keras.Sequential([keras.Input((3,)), *layers])

    plain, aside = a_step(build(), Variant()), a_step(build(), Variant(sam=1e-6))
    for a, b in zip(plain.get_weights(), aside.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)
    assert aside.layers[0].moving_mean.numpy() == pytest.approx(0.01 * X.mean(axis=0), rel=1e-4)


def test_what_keeps_keras_generator_meets_the_same_numbers_in_both_passes():
    """A layer whose random numbers are not ours draws in the second pass what it drew in the first."""

    class Noisy(keras.layers.Layer):
        def __init__(self):
            super().__init__()
            self.generator = keras.random.SeedGenerator(3)

        def call(self, inputs, training=False):
            return inputs * keras.random.uniform(keras.ops.shape(inputs), seed=self.generator) if training else inputs

    def build():
        keras.utils.set_random_seed(2)
        return keras.Sequential([keras.Input((3,)), Noisy(), keras.layers.Dense(2, activation="softmax")])

    plain, aside = a_step(build(), Variant()), a_step(build(), Variant(sam=1e-6))
    for a, b in zip(plain.get_weights(), aside.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)
    assert (plain.layers[0].generator.state.numpy() == aside.layers[0].generator.state.numpy()).all()
