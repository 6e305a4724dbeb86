"""Averaged weights: which average is measured and stored, and what training goes on from."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from regtrack.training.averaging import compile_statistics
from regtrack.training.job import Job
from regtrack.training.random_numbers import RandomNumbers
from regtrack.training.trainer import Trainer
from regtrack.variants import Variant


def fitted(digits, settings, **params):
    """(trainer after seed 2, its curve, the weights as each epoch was measured)"""
    trainer, at_ends = Trainer(Job(digits, settings), Variant(**params)), []
    curve = trainer.fit(2, lambda epoch, metrics: at_ends.append(trainer.model.get_weights()))
    return trainer, curve, at_ends


@pytest.fixture(scope="module")
def four(brief):
    """Four epochs of one update each: the ends of epochs are all there is to average."""
    return brief.model_copy(update={"epochs": 4, "batch_size": 256})


@pytest.fixture(scope="module")
def plain(digits, four):
    return fitted(digits, four)


def mean_of(*several):
    return [np.mean(weights, axis=0) for weights in zip(*several, strict=True)]


def assert_close(received, expected):
    for a, b in zip(received, expected, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-7)


def test_the_tail_is_averaged_and_training_goes_its_way(digits, four, plain):
    """With half of four epochs: the first two are measured as they are trained, the third too, the fourth is the mean of the
    third's and fourth's of the plain training, whose path is the same."""
    trainer, curve, at_ends = fitted(digits, four, swa=0.5)
    _, plain_curve, ends = plain
    assert_close(at_ends[0], ends[0])
    assert_close(at_ends[2], ends[2])
    assert_close(at_ends[3], mean_of(ends[2], ends[3]))
    assert_close(trainer.model.get_weights(), at_ends[3])
    running = "train/running_cross_entropy"
    np.testing.assert_allclose(curve[running], plain_curve[running], rtol=1e-6)
    assert curve["val/cross_entropy"][3] != plain_curve["val/cross_entropy"][3]


def test_the_moving_average_by_hand(digits, four, plain):
    """Over two updates, decay 1/2: the first is the weights themselves, then each is half the last and half what is new."""
    _, _, at_ends = fitted(digits, four, ema=2)
    ends = plain[2]
    average = ends[0]
    for epoch in range(4):
        if epoch:
            average = mean_of(average, ends[epoch])
        assert_close(at_ends[epoch], average)


def test_the_selected_weights_are_the_averages(digits, four):
    """What is stored is what was measured in the selected epoch."""
    trainer, curve, at_ends = fitted(digits, four, ema=3)
    assert_close(trainer.selected_weights, at_ends[curve.selected_epoch - 1])


def test_a_seed_gives_the_same_average_whatever_was_trained_before(digits, four):
    """The second seed of a trainer starts without the first's sum."""
    trainer, _, at_ends = fitted(digits, four, swa=1)
    trainer.fit(5)
    trainer.fit(2)
    assert all(np.array_equal(a, b) for a, b in zip(trainer.model.get_weights(), at_ends[-1], strict=True))


def test_statistics_are_those_of_the_averaged_network(digits, brief):
    """Batch normalization's: not an average of what other weights met, but the means over all batches, weighted by their
    size, of what these meet; its momentum is as it was."""
    rng = np.random.default_rng(0)
    x = rng.normal(3, 2, (10, 4)).astype(np.float32)
    model = keras.Sequential([keras.Input((4,)), keras.layers.BatchNormalization(momentum=0.9)])
    renew = compile_statistics(model, tf.constant(x), RandomNumbers(model), batch=4)
    order = rng.permutation(10).astype(np.int32)
    for _ in range(2):  # what was there before does not count
        renew(order)
    batches = [x[order[:4]], x[order[4:8]], x[order[8:]]]
    layer = model.layers[0]
    for received, of in ((layer.moving_mean, np.mean), (layer.moving_variance, np.var)):
        expected = sum(of(batch, axis=0) * len(batch) for batch in batches) / 10
        np.testing.assert_allclose(received.numpy(), expected, rtol=1e-5)
    assert layer.momentum == 0.9


def test_statistics_are_renewed_in_a_trial(digits, four):
    """Of a variant with batch normalization and averages; beside other noise, which stays what it is."""
    _, curve, _ = fitted(digits, four, ema=2, batch_norm=1, dropout_rate=0.2)
    assert np.isfinite(curve["val/cross_entropy"]).all()
    trainer, _, at_ends = fitted(digits, four, swa=0.5, batch_norm=1)
    _, _, ends = fitted(digits, four, batch_norm=1)
    statistics = [i for i, weight in enumerate(trainer.model.weights) if "moving" in weight.path]
    assert statistics
    for i in range(len(ends[0])):
        same = np.allclose(at_ends[3][i], np.mean([ends[2][i], ends[3][i]], axis=0), rtol=1e-4, atol=1e-6)
        assert same == (i not in statistics)
