"""Averaging: the weights that are measured, selected and stored, where they are not those that are trained."""

from collections.abc import Callable

import keras
import numpy as np
import tensorflow as tf

from regtrack.training.random_numbers import RandomNumbers
from regtrack.variants.effects import AveragedWeights
from regtrack.variants.variant import Variant

_ORDER = 0xBA7C4
"""Keeps the order of examples for the statistics apart from that of training at the same seed."""


def averaged_epochs(share: float, epochs: int) -> int:
    """How many epochs, the last ones, a share of them is."""
    return round(share * epochs)


class Averaging:
    """Of one variant's trainings, one after the other.

    Args:
        statistics: from `compile_statistics`, called with an order of all examples once averaged weights stand in the model.
    """

    def __init__(self, variant: Variant, epochs: int, model, optimizer, statistics: Callable[[np.ndarray], None]):
        self._effect = variant.effect(AveragedWeights)
        self._epochs, self._model, self._optimizer, self._statistics = epochs, model, optimizer, statistics

    def restart(self, seed: int, n_examples: int) -> None:
        if self._effect is None:
            return
        self._sum, self._count = None, 0
        self._order = np.random.default_rng([seed, _ORDER]).permutation(n_examples).astype(np.int32)

    def put(self, epoch: int) -> list[np.ndarray] | None:
        """Put the average in the model's weights at the end of this epoch, counted from 1; returns those that training
        goes on from. None where what is trained is what counts: without averaging, and before the tail begins."""
        if self._effect is None:
            return None
        trained = self._model.get_weights()
        if self._effect.way == "decay":
            self._optimizer.finalize_variable_values(self._model.trainable_variables)
        elif epoch <= self._epochs - averaged_epochs(self._effect.value, self._epochs):
            return None
        else:
            self._count += 1
            exact = [weight.astype(np.float64) for weight in trained]
            self._sum = exact if self._sum is None else [a + b for a, b in zip(self._sum, exact, strict=True)]
            self._model.set_weights([weight / self._count for weight in self._sum])
        self._statistics(self._order)
        return trained


def compile_statistics(
    model: keras.Model, x: tf.Tensor, random_numbers: RandomNumbers, *, batch: int
) -> Callable[[np.ndarray], None]:
    """`renew(order)` sets the statistics of batch normalization to their means over the batches of the examples in this
    order, as the network meets them in training with the weights that it has: averaged weights never met any batch."""
    layers = [
        layer
        for layer in model._flatten_layers()
        if isinstance(layer, keras.layers.BatchNormalization) and layer.trainable
    ]
    moving = [statistic for layer in layers for statistic in (layer.moving_mean, layer.moving_variance)]
    if not moving:
        return lambda order: None
    sums = [tf.Variable(tf.zeros_like(statistic.value), trainable=False) for statistic in moving]

    @tf.function
    def add_up(order):
        n = tf.shape(order)[0]
        for i in tf.range((n + batch - 1) // batch):
            rows = order[i * batch : (i + 1) * batch]
            with random_numbers.of_step(i):
                model(tf.gather(x, rows), training=True)
            for total, statistic in zip(sums, moving, strict=True):
                total.assign_add(statistic.value * tf.cast(tf.shape(rows)[0], total.dtype))

    def renew(order: np.ndarray) -> None:
        for total in sums:
            total.assign(tf.zeros_like(total))
        kept = [layer.momentum for layer in layers]
        for layer in layers:
            layer.momentum = 0.0  # read when a call is traced: the statistic is then that of the batch alone
        try:
            add_up(tf.constant(order))
        finally:
            for layer, momentum in zip(layers, kept, strict=True):
                layer.momentum = momentum
        for total, statistic in zip(sums, moving, strict=True):
            statistic.assign(total / len(order))

    return renew
