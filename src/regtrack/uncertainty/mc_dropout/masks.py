"""Random numbers of Monte Carlo dropout and of training: each a pure function of (seed, layer, pass or step, example, unit).

Counter-based, so that a mask does not depend on how the examples are batched, nothing is remembered between calls and
no two layers, passes or examples share a stream. The generator is plain 32-bit integer arithmetic that XLA fuses with
the masking into one loop; XLA's own CPU generator is 25 times slower, and TensorFlow's costs as much as the network
(docs/benchmarks.md).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import numpy as np
import tensorflow as tf

_GOLDEN = np.uint32(0x9E3779B9)


def _xorshift(v: tf.Tensor, bits: int) -> tf.Tensor:
    return tf.bitwise.bitwise_xor(v, tf.bitwise.right_shift(v, np.uint32(bits)))


def mix(v: tf.Tensor) -> tf.Tensor:
    """A bijection of uint32 that lets every input bit flip every output bit with probability close to 1/2
    (lowbias32, Wellons 2018: bias 0.17, found by search)."""
    v = _xorshift(v, 16) * np.uint32(0x7FEB352D)
    v = _xorshift(v, 15) * np.uint32(0x846CA68B)
    return _xorshift(v, 16)


def random_words(key: tf.Tensor, rows: tf.Tensor, units) -> tf.Tensor:
    """Uniform uint32 (n_rows, units) for global row numbers `rows` (n_rows,) under `key` (2,), all uint32.

    Each row has a key of 64 bits of its own: one half starts its counters, the other enters in the middle of `mix`.
    With the first alone, two rows whose keys lie close would repeat each other's sequence, shifted.
    """
    start = mix(mix(rows + key[0]) ^ key[1])
    middle = mix(mix(rows ^ key[1]) + key[0])
    counter = tf.cast(tf.range(units), tf.uint32) * _GOLDEN
    v = _xorshift(counter[None, :] + start[:, None], 16) * np.uint32(0x7FEB352D)
    v = _xorshift(tf.bitwise.bitwise_xor(v, middle[:, None]), 15) * np.uint32(0x846CA68B)
    return _xorshift(v, 16)


def uniform(words: tf.Tensor) -> tf.Tensor:
    """float32 strictly inside (0, 1), 23 bits: the logarithm of neither end is needed."""
    return (tf.cast(tf.bitwise.right_shift(words, np.uint32(9)), tf.float32) + 0.5) * np.float32(2**-23)


def standard_normal(words: tf.Tensor, other_words: tf.Tensor) -> tf.Tensor:
    """float32 of mean 0 and variance 1, from two sets of words of one shape (Box and Muller 1958)."""
    radius = tf.sqrt(-2 * tf.math.log(uniform(words)))
    return radius * tf.cos(2 * np.pi * uniform(other_words))


def threshold(rate: float) -> np.uint32:
    """A word below it means "drop": probability `rate` to within 2**-32."""
    return np.uint32(min(round(rate * 2**32), 2**32 - 1))


class Keys:
    """The keys of one pass, or of one step of training; layers take theirs in the order of the graph.

    Args:
        key: (2,) uint32, of seed and pass, or of seed and step.
    """

    def __init__(self, key: tf.Tensor):
        self.key, self.calls = key, 0

    def next_key(self) -> tf.Tensor:
        """The key of the next call of a stochastic layer; a shared layer's second call gets another."""
        self.calls += 1
        call = np.uint32((self.calls * int(_GOLDEN)) % 2**32)
        return tf.stack([mix(self.key[0] + call), mix(self.key[1] ^ call)])


class MaskStream(Keys):
    """The random numbers of one pass over some rows.

    Args:
        key: (2,) uint32, of seed and pass.
        rows: (n_rows,) uint32, the examples' numbers in the whole data.
    """

    def __init__(self, key: tf.Tensor, rows: tf.Tensor):
        super().__init__(key)
        self.rows = rows

    def _shape(self, x: tf.Tensor, noise_shape) -> list:
        """The mask's shape without the examples' axis; a 1 in `noise_shape` shares one number along that axis."""
        sizes = tf.shape(x)[1:] if None in x.shape[1:] else x.shape[1:]
        wanted = list(noise_shape[1:]) if noise_shape else [None] * (len(x.shape) - 1)
        return [sizes[axis] if size is None else size for axis, size in enumerate(wanted)]

    def _rows(self, noise_shape) -> tf.Tensor:
        # Keras gives the number of examples as a tensor where it is not known when the pass is traced, and a tensor is
        # no answer to "is it 1?" there. Only a 1 that a person wrote means one mask for all examples.
        shared = noise_shape and isinstance(noise_shape[0], int) and noise_shape[0] == 1
        return tf.zeros_like(self.rows) if shared else self.rows

    def dropout(self, x: tf.Tensor, rate: float, noise_shape=None) -> tf.Tensor:
        """x / (1 - rate) where kept, 0 where dropped."""
        return _dropout(x, self.next_key(), self._rows(noise_shape), self._shape(x, noise_shape), rate)

    def alpha_dropout(self, x: tf.Tensor, rate: float, noise_shape=None) -> tf.Tensor:
        """Keeps mean and variance of self-normalizing activations (Klambauer et al. 2017)."""
        return _alpha_dropout(x, self.next_key(), self._rows(noise_shape), self._shape(x, noise_shape), rate)

    def gaussian_dropout(self, x: tf.Tensor, rate: float) -> tf.Tensor:
        """x times N(1, rate / (1 - rate)) (Srivastava et al. 2014, section 10)."""
        return _gaussian_dropout(x, self.next_key(), self.next_key(), self.rows, self._shape(x, None), rate)


def _words(key, rows, shape) -> tf.Tensor:
    return tf.reshape(random_words(key, rows, tf.reduce_prod(shape)), [-1, *shape])


# Compiled by XLA so that generator, comparison and masking become one loop over the activations.
@tf.function(jit_compile=True, reduce_retracing=True, autograph=False)
def _dropout(x, key, rows, shape, rate):
    kept = _words(key, rows, shape) >= threshold(rate)
    return tf.where(kept, x * tf.cast(1 / (1 - rate), x.dtype), tf.zeros([], x.dtype))


@tf.function(jit_compile=True, reduce_retracing=True, autograph=False)
def _alpha_dropout(x, key, rows, shape, rate):
    low = -1.7580993408473766  # SELU's limit for very negative inputs
    scale = ((1 - rate) * (1 + rate * low**2)) ** -0.5
    kept = _words(key, rows, shape) >= threshold(rate)
    return tf.where(kept, x, tf.cast(low, x.dtype)) * tf.cast(scale, x.dtype) - tf.cast(scale * low * rate, x.dtype)


@tf.function(jit_compile=True, reduce_retracing=True, autograph=False)
def _gaussian_dropout(x, key, other_key, rows, shape, rate):
    normal = standard_normal(_words(key, rows, shape), _words(other_key, rows, shape))
    return x * tf.cast(1 + np.sqrt(rate / (1 - rate)) * normal, x.dtype)


OFF = object()
"""Stochastic layers pass their input on."""
_current: ContextVar[MaskStream | object | None] = ContextVar("mask_stream", default=None)


def current() -> MaskStream | object | None:
    """The stream of the pass being computed, OFF, or None outside of both: layers then draw from Keras' generator."""
    return _current.get()


@contextmanager
def using(stream: MaskStream | object) -> Iterator[None]:
    token = _current.set(stream)
    try:
        yield
    finally:
        _current.reset(token)


def pass_key(seed_words: tf.Tensor, pass_number: tf.Tensor) -> tf.Tensor:
    """(2,) uint32 key of one pass under a seed's two words."""
    number = tf.cast(pass_number, tf.uint32)
    return tf.stack([mix(seed_words[0] + number * _GOLDEN), mix(seed_words[1] ^ mix(number + np.uint32(1)))])


def seed_words(seed: int) -> np.ndarray:
    """A seed's two words, uint32 (2,), well spread for seeds that lie close."""
    return np.random.SeedSequence(seed).generate_state(2)
