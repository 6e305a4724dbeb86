"""A model's outputs and errors in inference mode: dropout off, batch norm on its moving statistics, no penalty."""

import keras
import numpy as np
import tensorflow as tf

from regtrack.uncertainty.calibration import SMALLEST_PROBABILITY

ROWS = 1024
"""Rows a call: large enough to amortise it, small enough to stay in cache."""


def compile_predict(model: keras.Model):
    """`predict(x) -> probs (n, n_classes)` float32, one compiled loop over blocks of rows."""

    @tf.function(reduce_retracing=True)
    def predict(x):
        n = tf.shape(x)[0]
        blocks = tf.TensorArray(tf.float32, size=0, dynamic_size=True, infer_shape=False)
        for i in tf.range((n + ROWS - 1) // ROWS):
            probs = model(x[i * ROWS : (i + 1) * ROWS], training=False)
            blocks = blocks.write(i, tf.cast(probs, tf.float32))
        return blocks.concat()

    return predict


def accuracy_and_cross_entropy(probs: np.ndarray, labels: np.ndarray) -> tuple[float, float]:
    """(accuracy in [0, 1], mean cross-entropy in nats) of `probs` (n, n_classes) against integer `labels` (n,).

    A probability below the smallest normal float32 counts as that (87.3 nats), so that one saturated error does
    not hide all others; NaN stays NaN.
    """
    stated = probs[np.arange(len(labels)), labels].astype(np.float64)
    cross_entropy = -np.log(np.maximum(stated, SMALLEST_PROBABILITY)).mean()
    return float((probs.argmax(axis=1) == labels).mean()), float(cross_entropy)
