"""The loss and the optimizer are those of the settings and the variant."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from regtrack.errors import VariantError
from regtrack.training.objective import (
    OPTIMIZERS,
    balanced_weights,
    class_weights_of,
    make_loss,
    make_optimizer,
    patience_of,
)
from regtrack.variants import Settings, Variant

PROBS = np.array([[0.7, 0.2, 0.1], [0.1, 0.1, 0.8]], np.float32)
LABELS = np.array([0, 1])


def rate_at(optimizer, step):
    optimizer.iterations.assign(step)
    return float(optimizer.learning_rate)


def test_the_loss_is_the_mean_cross_entropy():
    """Without smoothing: -ln of the label's probability, averaged over the batch; penalties change nothing."""
    expected = -np.log([0.7, 0.1]).mean()
    for variant in (Variant(), Variant(l2=0.5, dropout_rate=0.2)):
        assert float(make_loss(variant, 3)(LABELS, PROBS)) == pytest.approx(expected, rel=1e-6)


def test_smoothed_labels_by_hand():
    """Smoothing s puts 1 - s + s/C on the label and s/C elsewhere."""
    targets = np.full((2, 3), 0.3 / 3)
    targets[[0, 1], LABELS] += 0.7
    received = float(make_loss(Variant(label_smoothing=0.3), 3)(LABELS, PROBS))
    assert received == pytest.approx(-(targets * np.log(PROBS)).sum(axis=1).mean(), rel=1e-6)


def test_balanced_weights_by_hand():
    """n / (C n_c): of 6, 3 and 1 examples 10/18, 10/9 and 10/3; the mean over examples is 1, each class weighs a third."""
    labels = np.repeat([0, 1, 2], [6, 3, 1])
    weights = balanced_weights(labels, 3)
    assert weights == pytest.approx([10 / 18, 10 / 9, 10 / 3])
    assert weights[labels].mean() == pytest.approx(1)
    assert np.bincount(labels, weights[labels]) == pytest.approx([10 / 3] * 3)
    assert balanced_weights(np.array([0, 1, 0, 1]), 2).tolist() == [1, 1]


def test_a_class_that_does_not_occur_takes_no_share():
    """The others are balanced among themselves, and the mean stays 1."""
    weights = balanced_weights(np.array([0, 0, 0, 2]), 4)
    assert weights == pytest.approx([4 / 6, 0, 2, 0])


def test_no_class_weights_are_none():
    """The default changes nothing: the loss is Keras' plain one, not one of weights 1."""
    assert class_weights_of(Settings(), LABELS, 3) is None
    assert class_weights_of(Settings(class_weights="balanced"), LABELS, 3) == pytest.approx([1, 1, 0])
    assert isinstance(make_loss(Variant(), 3, None), keras.losses.SparseCategoricalCrossentropy)


@pytest.mark.parametrize("smoothing", [0, 0.3])
def test_weighted_cross_entropy_by_hand(smoothing):
    """The mean over examples of weight times cross-entropy, of smoothed targets too; divided by the number of examples,
    not by the sum of weights."""
    targets = np.full((2, 3), smoothing / 3)
    targets[[0, 1], LABELS] += 1 - smoothing
    weights = np.array([0.5, 3.0, 7.0], np.float32)
    received = float(make_loss(Variant(label_smoothing=smoothing), 3, weights)(LABELS, PROBS))
    each = -(targets * np.log(PROBS)).sum(axis=1)
    assert received == pytest.approx((0.5 * each[0] + 3 * each[1]) / 2, rel=1e-6)


@pytest.mark.parametrize("smoothing", [0, 0.2])
def test_a_step_is_that_of_keras_own_class_weight(smoothing):
    """By plain gradient descent at rate 1, one step of `fit(class_weight=...)` moves every weight by our gradient."""
    rng = np.random.default_rng(0)
    x, labels = rng.normal(size=(12, 4)).astype(np.float32), np.repeat([0, 1, 2], [8, 3, 1])
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation="softmax")])
    weights = balanced_weights(labels, 3)
    loss_of = make_loss(Variant(label_smoothing=smoothing), 3, weights)
    with tf.GradientTape() as tape:
        loss = loss_of(tf.constant(labels), model(x))
    gradients = tape.gradient(loss, model.trainable_variables)
    start = model.get_weights()
    model.compile(
        keras.optimizers.SGD(1.0), keras.losses.CategoricalCrossentropy(label_smoothing=smoothing), run_eagerly=True
    )
    model.fit(x, keras.utils.to_categorical(labels, 3), batch_size=12, class_weight=dict(enumerate(weights)), verbose=0)
    for before, after, gradient in zip(start, model.get_weights(), gradients, strict=True):
        np.testing.assert_allclose(before - after, gradient, rtol=1e-4, atol=1e-6)
        assert np.abs(gradient).max() > 1e-2


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer_of_the_settings_is_keras_own(name):
    """The name in the settings is the Keras class, at the settings' learning rate."""
    settings = Settings(optimizer=name, learning_rate=0.25, learning_rate_schedule="constant")
    optimizer = make_optimizer(Variant(), settings, steps=10)
    assert type(optimizer).__name__.lower() == name
    assert rate_at(optimizer, 0) == 0.25


def test_cosine_decays_to_zero_over_the_budget():
    """Half a cosine: the full rate first, half of it half-way, 0 at the end of the budget and after."""
    optimizer = make_optimizer(Variant(), Settings(learning_rate=0.1), steps=100)
    expected = [0.1, 0.05 * (1 + np.cos(np.pi / 4)), 0.05, 0, 0]
    assert [rate_at(optimizer, step) for step in (0, 25, 50, 100, 200)] == pytest.approx(expected, abs=1e-8)


def test_a_constant_rate_stays():
    """The article's schedule: the same rate at every step."""
    settings = Settings(learning_rate=0.1, learning_rate_schedule="constant")
    optimizer = make_optimizer(Variant(), settings, steps=100)
    assert [rate_at(optimizer, step) for step in (0, 50, 100, 200)] == pytest.approx([0.1] * 4)


def test_weight_decay_shrinks_kernels_only():
    """With a zero gradient a step takes rate x decay off a kernel and leaves biases, gammas and betas."""
    settings = Settings(learning_rate=0.5, learning_rate_schedule="constant")
    optimizer = make_optimizer(Variant(weight_decay=0.1), settings, steps=1)
    assert type(optimizer) is keras.optimizers.AdamW
    layers = [keras.layers.Dense(1), keras.layers.BatchNormalization()]
    keras.Sequential([keras.Input((1,)), *layers])
    variables = [variable for layer in layers for variable in layer.trainable_variables]
    for variable in variables:
        variable.assign(keras.ops.ones_like(variable))
    optimizer.apply([keras.ops.zeros_like(variable) for variable in variables], variables)
    values = {variable.name: float(keras.ops.sum(variable)) for variable in variables}
    assert values == {"kernel": pytest.approx(0.95), "bias": 1, "gamma": 1, "beta": 1}


def test_weight_decay_is_refused_with_another_optimizer():
    """Decoupled decay is AdamW's: with sgd it is refused, with the remedy, and not silently dropped."""
    with pytest.raises(VariantError, match=r"weight_decay: .* received optimizer sgd; set optimizer to adam"):
        make_optimizer(Variant(weight_decay=0.1), Settings(optimizer="sgd"), steps=1)


def test_patience_must_be_able_to_end_the_training():
    """A patience as long as the budget would do nothing."""
    assert patience_of(Variant(), Settings(epochs=3)) is None
    assert patience_of(Variant(early_stopping=2), Settings(epochs=3)) == 2
    for patience in (3, 4):
        with pytest.raises(VariantError, match="can never end a budget of 3"):
            patience_of(Variant(early_stopping=patience), Settings(epochs=3))


def test_the_confidence_penalty_by_hand():
    """Cross-entropy less 0.5 times the mean entropy of the predictions; a certain prediction has entropy 0, not NaN."""
    probs = np.array([[0.7, 0.2, 0.1], [0.0, 1.0, 0.0]], np.float32)
    entropy = -(0.7 * np.log(0.7) + 0.2 * np.log(0.2) + 0.1 * np.log(0.1)) / 2
    received = float(make_loss(Variant(confidence_penalty=0.5), 3)(LABELS, probs))
    assert received == pytest.approx(-np.log(0.7) / 2 - 0.5 * entropy, rel=1e-5)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_clipped_gradient_has_the_norm_over_all_weights(optimizer):
    """Gradients (3, 4) and 12, of norm 13, clipped to 1 are a thirteenth; one of norm below stays."""
    weights = [keras.Variable([0.0, 0.0]), keras.Variable([0.0])]
    made = make_optimizer(Variant(gradient_clipping=1.0), Settings(optimizer=optimizer), steps=10)
    for factor, expected in ((1, 1 / 13), (0.01, 0.01)):
        clipped = made._clip_gradients([tf.constant([3.0, 4.0]) * factor, tf.constant([12.0]) * factor])
        np.testing.assert_allclose(np.concatenate(clipped), np.array([3, 4, 12]) * expected, rtol=1e-5)
    if optimizer == "sgd":
        plain = make_optimizer(Variant(gradient_clipping=1.0), Settings(optimizer="sgd", learning_rate=1.0,
                               learning_rate_schedule="constant"), steps=10)  # fmt: skip
        plain.apply([tf.constant([3.0, 4.0]), tf.constant([12.0])], weights)
        np.testing.assert_allclose(np.concatenate([w.numpy() for w in weights]), -np.array([3, 4, 12]) / 13, rtol=1e-5)
