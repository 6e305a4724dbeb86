"""predict_mc: many stochastic passes in one compiled loop with running sums; memory does not grow with passes."""

import keras
import numpy as np
import tensorflow as tf

from regtrack.errors import ModelError
from regtrack.uncertainty.decomposition import (
    mutual_information_from_entropies,
    predictive_entropy_from_mean,
    std_probs_from_squared_deviations,
    variation_ratio_from_votes,
)
from regtrack.uncertainty.mc_dropout.layer import MCDropout
from regtrack.uncertainty.mc_dropout.prediction import MCPrediction

ROWS = 2000
"""Rows whose passes run together: masks and activations of one block stay in cache."""


class MCPredictor:
    """The compiled passes of one model, reusable after its weights changed."""

    def __init__(self, model: keras.Model):
        layers = [layer for layer in model._flatten_layers() if isinstance(layer, MCDropout) and layer.rate > 0]
        if not layers:
            raise ModelError(f"model {model.name!r} has no MCDropout layer: convert it with to_mc_dropout(model)")
        self.model, self._generators = model, [layer.seed_generator for layer in layers]
        self._passes = self._compile(model)

    @staticmethod
    def _compile(model):
        @tf.function(reduce_retracing=True)
        def passes(x, n_passes):
            first = model(x, training=False)
            n_classes = first.shape[-1]
            zeros = tf.zeros_like(first, dtype=tf.float64)

            # Deviations from the first pass, or squares would cancel where all passes nearly agree; float64 sums,
            # or a thousand equal terms would drift all one way.
            def one(i, probs, shift, squares, entropy, votes):
                deviation = tf.cast(probs - first, tf.float64)
                shift, squares = shift + deviation, squares + deviation**2
                entropy -= tf.cast(tf.reduce_sum(tf.math.xlogy(probs, probs), axis=-1), tf.float64)
                votes += tf.one_hot(tf.argmax(probs, axis=-1), n_classes, dtype=tf.float64)
                return i + 1, shift, squares, entropy, votes

            state = one(0, first, zeros, zeros, zeros[:, 0], zeros)
            _, *sums = tf.while_loop(
                lambda i, *_: i < n_passes,
                lambda i, *sums: one(i, model(x, training=False), *sums),
                state,
                parallel_iterations=1,
            )
            return (*sums, first)

        return passes

    def predict(self, x: np.ndarray, *, n_passes: int, seed: int) -> MCPrediction:
        """See `predict_mc`."""
        if n_passes < 1:
            raise ModelError(f"n_passes: expected at least 1, received {n_passes}")
        blocks = []
        for block, start in enumerate(range(0, len(x), ROWS)):
            for layer, generator in enumerate(self._generators):
                generator.state.assign([np.random.SeedSequence([seed, layer, block]).generate_state(1)[0], 0])
            sums = self._passes(tf.constant(x[start : start + ROWS]), tf.constant(n_passes))
            blocks.append([np.asarray(value, np.float64) for value in sums])
        shift, squares, entropy, votes, first = (np.concatenate(parts) for parts in zip(*blocks, strict=True))
        mean = first + shift / n_passes
        predictive, expected = predictive_entropy_from_mean(mean), entropy / n_passes
        return MCPrediction(
            n_passes=n_passes,
            seed=seed,
            mean_probs=mean,
            std_probs=std_probs_from_squared_deviations(np.maximum(squares - shift**2 / n_passes, 0), n_passes),
            predictive_entropy=predictive,
            expected_entropy=expected,
            mutual_information=mutual_information_from_entropies(predictive, expected),
            variation_ratio=variation_ratio_from_votes(votes),
        )


def predict_mc(model: keras.Model, x: np.ndarray, *, n_passes: int = 100, seed: int) -> MCPrediction:
    """Monte Carlo dropout over `x` (n, ...): the same seed gives the same result.

    Args:
        model: from `to_mc_dropout`, ending in probabilities over classes.
        n_passes: stochastic forward passes, >= 1.
        seed: of the masks; each layer draws from its own stream.
    Raises:
        ModelError: the model has no active MCDropout layer.
    """
    return MCPredictor(model).predict(x, n_passes=n_passes, seed=seed)
