"""Small data, a small budget, one thread as in a worker, and what two results must share to be the same."""

import contextlib
import dataclasses
from collections import defaultdict

import numpy as np
import pytest
import tensorflow as tf
from support.models import load_bytes

from regtrack.data import load_dataset
from regtrack.variants import Settings

with contextlib.suppress(RuntimeError):  # TensorFlow is at work already
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)


@pytest.fixture(scope="session")
def digits():
    """200 examples: batches of 64 leave an uneven last one of 8."""
    return load_dataset("digits", split_seed=0, train_size=200)


@pytest.fixture(scope="session")
def brief():
    """Three epochs of a small network."""
    return Settings(hidden_widths="16-12", epochs=3, n_passes=8, learning_rate=0.01)


@pytest.fixture(scope="session")
def load():
    """load(model_bytes) -> the stored model."""
    return load_bytes


@pytest.fixture(scope="session")
def curve_bits():
    """curve_bits(curve) -> everything of a curve but the clock's seconds."""

    def curve_bits(curve):
        return [{name: value for name, value in epoch.items() if name != "seconds"} for epoch in curve.epochs]

    return curve_bits


@pytest.fixture(scope="session")
def bits(curve_bits, load):
    """bits(result) -> everything of a result that a seed determines, comparable with ==."""

    def bits(result):
        predictions = defaultdict(list)
        for p in result.predictions:
            arrays = [p.probs, *(dataclasses.astuple(p.mc) if p.mc else ())]
            predictions[p.split, p.epoch_kind] += [np.asarray(array).tobytes() for array in arrays]
        weights = [weight.tobytes() for weight in load(result.model_bytes).get_weights()]
        return (result.variant, result.seed, curve_bits(result.curve), dict(predictions), result.weights, weights)

    return bits
