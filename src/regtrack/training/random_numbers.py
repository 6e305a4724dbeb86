"""RandomNumbers: while a network trains, its layers draw from the family of random numbers that its passes draw from.

Each number is a pure function of (seed, step, call of a layer, example, unit); see uncertainty/mc_dropout/masks.py. An
example is known by its place in the batch, which seed and step decide, so that a layer whose first axis is no axis of
examples any more is served like any other.

Keras' layers all draw by three functions of its backend (private: tests/assumptions holds what is relied on). While a step
is traced they are replaced, for the generators of layers on a list and no other: a layer that is not on it, or stands
inside one that is not, keeps Keras' generator. Layers, configs and stored models are as they were.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import keras
import numpy as np
import tensorflow as tf
from keras.src.backend.tensorflow import random as keras_random

from regtrack.uncertainty.mc_dropout import masks
from regtrack.uncertainty.mc_dropout.layers import FAMILY

_L = keras.layers
DRAWING = frozenset({
    *FAMILY, *FAMILY.values(), _L.GaussianNoise, _L.LSTMCell, _L.GRUCell, _L.SimpleRNNCell, _L.Attention,
    _L.AdditiveAttention, _L.RandomFlip, _L.RandomTranslation, _L.RandomRotation, _L.RandomZoom,
})  # fmt: skip
"""Layers that draw by the replaced functions, once a call, along the axes of what they are given."""
HOLDING = frozenset({
    _L.Bidirectional, _L.LSTM, _L.GRU, _L.SimpleRNN, _L.MultiHeadAttention, _L.GroupQueryAttention,
})  # fmt: skip
"""Layers that call what is inside them once a call; models do too."""
_TRAINING = 0x7A515
"""Keeps the numbers of training apart from those of the passes at the same seed."""
_EXAMPLES = np.array([0x3C6EF372, 0xA54FF53A], np.uint32)
"""Keeps the numbers of a step's examples apart from those of the network at the same step (the fractions of two roots)."""


def who_draws(model: keras.Model) -> tuple[tuple[keras.Layer, ...], tuple[keras.Layer, ...]]:
    """(layers whose random numbers are ours, layers that keep Keras' generator), each once, in the model's order; those
    that are off (a recurrent layer's dropout of 0) left out."""
    ours: dict[int, keras.Layer] = {}
    kept: dict[int, keras.Layer] = {}

    def visit(layer, is_seen: bool) -> None:
        if layer._seed_generators and _is_at_work(layer):
            (ours if is_seen and type(layer) in DRAWING else kept)[id(layer)] = layer
            if id(layer) in kept and type(layer) not in HOLDING:
                return  # RandAugment draws, and holds nine layers that do: it is one
        sees_through = is_seen and (isinstance(layer, keras.Model) or type(layer) in HOLDING)
        for part in layer._flatten_layers(include_self=False, recursive=False):
            visit(part, sees_through)

    visit(model, True)
    return tuple(layer for number, layer in ours.items() if number not in kept), tuple(kept.values())


def _is_at_work(layer: keras.Layer) -> bool:
    if hasattr(layer, "recurrent_dropout"):  # a recurrent cell has a generator whatever its rates
        return bool(layer.dropout or layer.recurrent_dropout)
    return True


class RandomNumbers:
    """Those of a network's training: they follow from the seed of `restart` and the step, and nothing else."""

    def __init__(self, model: keras.Model):
        ours, _ = who_draws(model)
        self._generators = {id(generator) for layer in ours for generator in layer._seed_generators}
        self._words = tf.Variable(tf.zeros(2, tf.uint32), trainable=False)

    def restart(self, seed: int) -> None:
        self._words.assign(masks.seed_words([seed, _TRAINING]))

    def of_examples(self, step: tf.Tensor) -> masks.Keys:
        """The keys of what is done to a step's examples before the network meets them."""
        return masks.Keys(masks.pass_key(tf.bitwise.bitwise_xor(self._words, _EXAMPLES), step))

    @contextmanager
    def of_step(self, step: tf.Tensor) -> Iterator[None]:
        """Inside, the network is to be traced: for the step of this number, counted from 0."""
        keys = masks.Keys(masks.pass_key(self._words, step))
        keras_own = {name: getattr(keras_random, name) for name in _OURS}

        def either(name: str):
            def draw(*args, seed=None, **kwargs):
                if id(seed) in self._generators:
                    return _OURS[name](keys, *args, **kwargs)
                return keras_own[name](*args, seed=seed, **kwargs)

            return draw

        for name in _OURS:
            setattr(keras_random, name, either(name))
        try:
            yield
        finally:
            for name, function in keras_own.items():
                setattr(keras_random, name, function)


def _words(keys: masks.Keys, shape: Sequence) -> tf.Tensor:
    """uint32 of this shape; the first axis is that of the examples, or 1 where they share a number."""
    rows = tf.cast(tf.range(shape[0]), tf.uint32)
    return tf.reshape(masks.random_words(keys.next_key(), rows, tf.reduce_prod(shape[1:])), shape)


def _dropout(keys, inputs, rate, noise_shape=None):
    if rate >= 1:
        return tf.zeros_like(inputs)
    sizes = [tf.shape(inputs)[axis] if size is None else size for axis, size in enumerate(inputs.shape)]
    wanted = noise_shape or sizes
    shape = [own if size is None else size for own, size in zip(sizes, wanted, strict=True)]
    kept = _words(keys, shape) >= masks.threshold(rate)
    return tf.where(kept, inputs * tf.cast(1 / (1 - rate), inputs.dtype), tf.zeros([], inputs.dtype))


def _uniform(keys, shape, minval=0.0, maxval=1.0, dtype=None):
    return tf.cast(minval + (maxval - minval) * masks.uniform(_words(keys, shape)), dtype or keras.config.floatx())


def _normal(keys, shape, mean=0.0, stddev=1.0, dtype=None):
    drawn = masks.standard_normal(_words(keys, shape), _words(keys, shape))
    return tf.cast(mean + stddev * drawn, dtype or keras.config.floatx())


# Plain operations, and not the passes' functions that XLA compiles one by one: to compile each of them costs a variant more
# than a short training gains, and an epoch that is compiled whole needs none of its own.
_OURS = {"dropout": _dropout, "uniform": _uniform, "normal": _normal}
