"""A model's outputs and errors in inference mode: dropout off, batch norm on its moving statistics, no penalty."""

import keras
import numpy as np
import tensorflow as tf

from regtrack.uncertainty.calibration import SMALLEST_PROBABILITY
from regtrack.uncertainty.per_class import accuracy

ROWS = 1024
"""Rows a call: large enough to amortise it, small enough to stay in cache."""


def block_answer(model: keras.Model):
    """`answer(block) -> probs (rows, n_classes)` float32."""
    return tf.autograph.experimental.do_not_convert(lambda block: tf.cast(model(block, training=False), tf.float32))


def compile_block(model: keras.Model):
    """`block_answer`, compiled by XLA for each number of rows that it meets."""
    return tf.function(block_answer(model), jit_compile=True, reduce_retracing=True)


def compile_predict(model: keras.Model, *, whole: bool = False):
    """`predict(x) -> probs (n, n_classes)` float32, one compiled loop over blocks of rows.

    Args:
        whole: by XLA, as the epoch of a long training is.
    """

    answer = compile_block(model) if whole else block_answer(model)

    @tf.function(reduce_retracing=True)
    def predict(x):
        n = tf.shape(x)[0]
        blocks = tf.TensorArray(tf.float32, size=0, dynamic_size=True, infer_shape=False)
        for i in tf.range((n + ROWS - 1) // ROWS):
            start = i * ROWS
            # XLA compiles for one number of rows: what is left over is filled up with rows that were answered before.
            first = tf.minimum(start, tf.maximum(n - ROWS, 0)) if whole else start
            blocks = blocks.write(i, answer(x[first : first + ROWS])[start - first :])
        return blocks.concat()

    return predict


def accuracy_and_cross_entropy(probs: np.ndarray, labels: np.ndarray) -> tuple[float, float]:
    """(accuracy in [0, 1], mean cross-entropy in nats) of `probs` (n, n_classes) against integer `labels` (n,)."""
    return accuracy(probs.argmax(axis=1) == labels), mean_cross_entropy(probs, labels)


def mean_cross_entropy(probs: np.ndarray, labels: np.ndarray) -> float:
    """Nats, of `probs` (n, n_classes) against integer `labels` (n,).

    A probability below the smallest normal float32 counts as that (87.3 nats), so that one saturated error does
    not hide all others; NaN stays NaN.
    """
    stated = probs[np.arange(len(labels)), labels].astype(np.float64)
    return float(-np.log(np.maximum(stated, SMALLEST_PROBABILITY)).mean())
