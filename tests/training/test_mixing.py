"""Mixed examples: what a step's inputs and loss are, by hand."""

import numpy as np
import pytest
import tensorflow as tf

from regtrack.training.mixing import mixing_of
from regtrack.uncertainty.mc_dropout.masks import Keys
from regtrack.variants import Variant

LABELS = tf.constant([0, 1, 2, 3])
PROBS = tf.constant(np.random.default_rng(0).dirichlet(np.ones(4), 4).astype(np.float32))


def keys(number):
    return Keys(tf.constant([number, 7], tf.uint32))


def own_share(in_shares):
    """Of a loss that is 1 on an example's own labels and 0 on its partner's."""
    return float(in_shares(lambda labels, probs: tf.reduce_mean(tf.cast(labels == LABELS, tf.float32)), PROBS))


def test_without_it_nothing_is_mixed():
    """Of other variants there is no mixing."""
    assert mixing_of(Variant(label_smoothing=0.1)) is None


def test_blended_examples_by_hand():
    """Every number is the weighted mean of an example's and the one before it in the batch, the first's with the last's; the
    loss has the same two weights."""
    x = tf.constant(np.random.default_rng(1).random((4, 3)), tf.float32)
    mixed, in_shares = mixing_of(Variant(mixup=1.0))(x, LABELS, keys(1))
    share = own_share(in_shares)
    assert 0 < share < 1
    np.testing.assert_allclose(mixed, share * x.numpy() + (1 - share) * x.numpy()[[3, 0, 1, 2]], rtol=1e-5)

    def log_loss(labels, probs):
        return tf.reduce_mean(tf.keras.losses.sparse_categorical_crossentropy(labels, probs))

    targets = share * np.eye(4) + (1 - share) * np.eye(4)[[3, 0, 1, 2]]
    expected = -(targets * np.log(PROBS.numpy())).sum(axis=1).mean()
    assert float(in_shares(log_loss, PROBS)) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("alpha", [0.2, 1.0, 4.0])
def test_shares_are_drawn_from_beta(alpha):
    """Over steps their mean is 1/2 and their variance 1 / (4 (2 alpha + 1)), as of Beta(alpha, alpha)."""
    mix = mixing_of(Variant(mixup=alpha))

    @tf.function
    def shares(numbers):
        def one(number):
            mixed, _ = mix(tf.constant([[1.0], [0.0]]), tf.constant([0, 1]), Keys(tf.stack([number, number])))
            return mixed[0, 0]

        return tf.map_fn(one, numbers, fn_output_signature=tf.float32)

    found = shares(tf.cast(tf.range(4000), tf.uint32)).numpy()
    assert found.mean() == pytest.approx(0.5, abs=0.03)
    assert found.var() == pytest.approx(1 / (4 * (2 * alpha + 1)), rel=0.08)


@pytest.mark.parametrize("shape", [(8, 10), (8, 10, 3)])
def test_a_pasted_rectangle_by_hand(shape):
    """Each picture is its own but for one rectangle of its partner's, the same for all, and the label's share is the area
    that stays."""
    x = tf.constant(np.arange(4).reshape(4, *[1] * len(shape)) * np.ones(shape), tf.float32)
    shares = []
    for number in range(40):
        mixed, in_shares = mixing_of(Variant(cutmix=1.0))(x, LABELS, keys(number))
        mixed = mixed.numpy().reshape(4, 8, 10, -1)
        pasted = mixed[1, :, :, 0] == 0
        assert (mixed[1] == np.where(pasted, 0, 1)[..., None]).all()
        assert (mixed[0] == np.where(pasted, 3, 0)[..., None]).all()
        assert (np.outer(pasted.any(axis=1), pasted.any(axis=0)) == pasted).all()
        share = own_share(in_shares)
        assert share == pytest.approx(1 - pasted.mean(), abs=1e-6)
        shares.append(share)
    assert min(shares) < 0.5
    assert max(shares) > 0.9


def test_one_example_is_mixed_with_itself():
    """An uneven last batch of one stays what it is."""
    mixed, in_shares = mixing_of(Variant(mixup=1.0))(tf.constant([[0.3, 0.7]]), LABELS[:1], keys(2))
    np.testing.assert_allclose(mixed, [[0.3, 0.7]], rtol=1e-6)
    assert float(in_shares(lambda labels, probs: tf.constant(2.0), PROBS)) == pytest.approx(2)
