"""predict_mc: many stochastic passes in one compiled loop with running sums; memory does not grow with passes."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import keras
import numpy as np
import tensorflow as tf

from regtrack.errors import ModelError, SettingError
from regtrack.models.layout import as_functional
from regtrack.models.one_unit import SIGMOID, ending_of_one_unit, has_one_unit
from regtrack.uncertainty.decomposition import (
    mutual_information_from_entropies,
    predictive_entropy_from_mean,
    std_probs_from_squared_deviations,
    variation_ratio_from_votes,
)
from regtrack.uncertainty.mc_dropout.examples import arrays_for
from regtrack.uncertainty.mc_dropout.layers import AlwaysOn, is_stochastic, refuse_full_rates
from regtrack.uncertainty.mc_dropout.masks import MaskStream, pass_key, seed_words, using
from regtrack.uncertainty.mc_dropout.prediction import MCPrediction
from regtrack.uncertainty.mc_dropout.split import split_at_first_dropout

MAX_ROWS = 2500
BLOCK_BYTES = 8 << 20
"""Examples go through in blocks: as many as keep the widest activation near the size of a cache."""


class MCPredictor:
    """The compiled passes of one model, to be used again after its weights changed."""

    def __init__(self, model: keras.Model):
        if not is_stochastic(model):
            raise ModelError(
                f"model {model.name!r} has no active MCDropout layer: convert it with to_mc_dropout(model)"
            )
        refuse_full_rates(model, (layer for layer in model._flatten_layers() if isinstance(layer, AlwaysOn)))
        if len(model.outputs) != 1 or len(model.outputs[0].shape) != 2:
            raise ModelError(
                f"model {model.name!r}: expected one output (n_examples, n_classes), received {model.output_shape}; "
                "take the one you mean: keras.Model(model.inputs, model.outputs[i])"
            )
        self._is_one_sigmoid = has_one_unit(model)
        if self._is_one_sigmoid and ending_of_one_unit(model) != SIGMOID:  # a logit, or a quantity: who knows
            raise ModelError(
                f"model {model.name!r}: ends in one unit without activation, expected probabilities; where it is a logit, "
                "convert to_mc_dropout(with_probabilities(model)), with_probabilities from regtrack.models"
            )
        self.model = as_functional(model)
        self._prefix, self._suffix = split_at_first_dropout(model)
        self._run_prefix = tf.function(self._computed_once, reduce_retracing=True, autograph=False)
        self._run_passes = tf.function(self._passes, reduce_retracing=True, autograph=False)

    def _computed_once(self, x):
        """The tensors that the passes start from, and the masks of padding that Keras has tied to some of them."""
        inputs = self._prefix(self.model._standardize_inputs(x))
        return inputs, [getattr(tensor, "_keras_mask", None) for tensor in inputs]

    def _one_pass(self, start, rows, words, i):
        inputs, padding = start
        for tensor, mask in zip(inputs, padding, strict=True):
            if mask is not None:
                tensor._keras_mask = mask
        with using(MaskStream(pass_key(words, i), rows)):
            [given] = self._suffix(inputs)
        given = tf.cast(given, tf.float32)
        return tf.concat([1 - given, given], axis=-1) if self._is_one_sigmoid else given

    def _passes(self, inputs, rows, words, n_passes, keep: bool = False):
        """Sums over passes of a block, everything a prediction is made of; and with `keep` every pass's probabilities."""
        first = self._one_pass(inputs, rows, words, 0)
        first_entropy = _entropy(first)

        # Deviations from the first pass, since squares would cancel where all passes nearly agree; summed in float64,
        # since thousands of passes add up the rounding of float32.
        def add(probs, shift, squares, entropy, entropy_squares, votes):
            deviation = tf.cast(probs - first, tf.float64)
            entropy_deviation = tf.cast(_entropy(probs) - first_entropy, tf.float64)
            return (
                shift + deviation,
                squares + deviation**2,
                entropy + entropy_deviation,
                entropy_squares + entropy_deviation**2,
                votes + tf.one_hot(tf.argmax(probs, axis=-1), first.shape[-1], dtype=tf.float64),
            )

        zeros, none = tf.zeros_like(first, tf.float64), tf.zeros_like(first_entropy, tf.float64)
        every = (
            (tf.TensorArray(tf.float32, size=n_passes).write(0, first),) if keep else ()
        )  # in no loop that keeps none

        def step(i, every, sums):
            probs = self._one_pass(inputs, rows, words, i)
            return i + 1, tuple(array.write(i, probs) for array in every), add(probs, *sums)

        _, every, sums = tf.while_loop(
            lambda i, *_: i < n_passes,
            step,
            (1, every, add(first, zeros, zeros, none, none, zeros)),
            parallel_iterations=1,
        )
        return (first, first_entropy, *sums), every[0].stack() if keep else None

    def trace(self) -> None:
        """Trace a prediction for any number of examples, without computing it; raises what a layer raises."""
        self._trace(keras.tree.map_structure(lambda t: tf.TensorSpec(t.shape, t.dtype), self.model.input), keep=True)

    def _trace(self, x, keep: bool) -> None:
        """For any number of examples like those that `x` specifies; nothing where that was done before."""
        start = self._run_prefix.get_concrete_function(x).structured_outputs
        start = keras.tree.map_structure(
            lambda tensor: tensor if tensor is None else tf.TensorSpec(tensor.shape, tensor.dtype), start
        )
        rows, words, n_passes = (
            tf.TensorSpec(*spec) for spec in (((None,), tf.uint32), (2, tf.uint32), ((), tf.int32))
        )
        self._run_passes.get_concrete_function(start, rows, words, n_passes, keep)

    def predict(
        self,
        x,
        *,
        n_passes: int,
        seed: int,
        batch_size: int | None = None,
        keep_passes: bool = False,
        progress: Callable[[int, int], None] | None = None,
    ) -> MCPrediction:
        """See `predict_mc`."""
        if n_passes < 1:
            raise SettingError(f"n_passes: expected at least 1, received {n_passes}")
        if batch_size is not None and batch_size < 1:
            raise SettingError(f"batch_size: expected at least 1, received {batch_size}")
        arrays = arrays_for(self.model, x)
        n, words = len(arrays[0]), tf.constant(seed_words(seed))
        n_blocks = -(-n // (batch_size or self._rows_per_block(arrays)))
        size = -(-n // n_blocks)
        passes = tf.constant(n_passes)

        def as_input(parts: list):
            return keras.tree.pack_sequence_as(self.model.input, parts)

        # Before a block is met: else its number of rows is traced, and then any number for the next split's.
        self._trace(as_input([tf.TensorSpec([None, *part.shape[1:]], part.dtype) for part in arrays]), keep_passes)

        def run(start: int):
            # The last block is filled up with its own rows, so that one compiled shape serves all.
            rows = np.resize(np.arange(start, min(start + size, n)), size)
            used = min(size, n - start)
            inputs = self._run_prefix(as_input([tf.constant(part[rows]) for part in arrays]))
            numbers = tf.constant(rows.astype(np.uint32))
            sums, every = self._run_passes(inputs, numbers, words, passes, keep_passes)
            sums = [value.numpy()[:used].astype(np.float64) for value in sums]
            return sums, every.numpy()[:, :used] if keep_passes else None

        blocks, kept = [], []
        with ThreadPoolExecutor(_blocks_at_once()) as pool:
            for sums, every in pool.map(run, range(0, n, size)):
                blocks.append(sums)
                kept += [every] if keep_passes else []
                if progress:
                    progress(min(len(blocks) * size, n), n)
        sums = [np.concatenate(parts) for parts in zip(*blocks, strict=True)]
        probs = np.concatenate(kept, axis=1) if kept else None
        return _prediction(_Sums(*sums), n_passes=n_passes, seed=seed, probs=probs)

    def _rows_per_block(self, arrays: list[np.ndarray]) -> int:
        # An axis of unknown length is taken to be as long as the longest of the data's.
        longest = max(max(part.shape[1:], default=1) for part in arrays)
        widest = max(int(np.prod([size or longest for size in shape[1:]])) for shape in self._suffix.shapes)
        return int(np.clip(BLOCK_BYTES // (4 * widest), 32, MAX_ROWS))


def _blocks_at_once() -> int:
    """Two, so that one's small operations run beside the other's matrix products; one in a one-thread worker."""
    return 1 if tf.config.threading.get_intra_op_parallelism_threads() == 1 else 2


def _entropy(probs: tf.Tensor) -> tf.Tensor:
    return -tf.reduce_sum(tf.math.xlogy(probs, probs), axis=-1)


class _Sums(NamedTuple):
    """Over the passes, in the order in which `_passes` gives them: the first pass's probabilities (n, n_classes) and entropies (n,),
    then sums of the deviations from these and of their squares, and votes (n, n_classes) for each class."""

    first: np.ndarray
    first_entropy: np.ndarray
    shift: np.ndarray
    squares: np.ndarray
    entropy: np.ndarray
    entropy_squares: np.ndarray
    votes: np.ndarray


def _prediction(of: _Sums, *, n_passes: int, seed: int, probs: np.ndarray | None) -> MCPrediction:
    def spread(total, total_squares):
        m2 = np.maximum(total_squares - total**2 / n_passes, 0)  # rounding alone can make it negative
        return std_probs_from_squared_deviations(m2, n_passes)

    mean, expected = of.first + of.shift / n_passes, of.first_entropy + of.entropy / n_passes
    if np.abs(mean.sum(axis=1) - 1).max() > 0.01 or mean.min() < -0.01:
        raise ModelError(
            f"expected probabilities that add up to 1, received outputs from {mean.min():.3g} to {mean.max():.3g} that "
            f"add up to {mean.sum(axis=1).mean():.3g}; end the model in a softmax, "
            "or convert with_probabilities(model), from regtrack.models, where it gives logits"
        )
    predictive = predictive_entropy_from_mean(mean)
    return MCPrediction(
        n_passes=n_passes,
        seed=seed,
        mean_probs=mean,
        std_probs=spread(of.shift, of.squares),
        predictive_entropy=predictive,
        expected_entropy=expected,
        expected_entropy_std=spread(of.entropy, of.entropy_squares),
        mutual_information=mutual_information_from_entropies(predictive, expected),
        variation_ratio=variation_ratio_from_votes(of.votes),
        probs=probs,
    )


def predict_mc(
    model: keras.Model,
    x,
    *,
    n_passes: int = 100,
    seed: int,
    batch_size: int | None = None,
    keep_passes: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> MCPrediction:
    """Monte Carlo dropout over `x`: the same seed gives the same masks, whatever the batch size.

    What comes before the first dropout layer is computed once. Memory does not grow with `n_passes`.

    Args:
        model: from `to_mc_dropout`, with one output of class probabilities; of one sigmoid, two
            classes, [1 - p, p].
        x: examples, (n, ...); a list or dict of arrays for a model with several inputs.
        n_passes: stochastic forward passes, >= 1.
        seed: of the masks; each layer, pass and example has a stream of its own.
        batch_size: examples at a time; default what keeps activations in cache.
        keep_passes: keep every pass's probabilities too, (n_passes, n, C) float32.
        progress: called with (examples done, n).
    Raises:
        ModelError: no active MCDropout layer, several outputs, or outputs that are no probabilities.
        SettingError, DataError: n_passes or batch_size below 1; `x` is no array of the model's shape (see `arrays_for`).
    """
    return MCPredictor(model).predict(
        x, n_passes=n_passes, seed=seed, batch_size=batch_size, keep_passes=keep_passes, progress=progress
    )
