"""Sharpness: the gradient that a step goes by is taken a little way up the hill (Foret et al. 2021)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import keras
import tensorflow as tf

from regtrack.variants.effects import SharpnessAware
from regtrack.variants.variant import Variant

_NO_SLOPE = 1e-12
"""Added to the gradient's norm, which may be 0."""


def radius_of(variant: Variant) -> float:
    """How far up, L2 over all weights; 0 for the gradient where the weights are."""
    effect = variant.effect(SharpnessAware)
    return effect.radius if effect else 0.0


@contextmanager
def step_aside(model: keras.Model, radius: float) -> Iterator[Callable[[list], None]]:
    """Inside, `climb(gradients)` moves the trained weights by `radius` along them; at the end they are where they were.

    What a pass through the network changes (batch normalization's statistics, generators) starts in the second pass from
    where it started in the first, so that both meet the same masks, and stays as the first left it.
    """
    other = model.non_trainable_variables
    before = [tf.identity(variable.value) for variable in other]
    undo: list[Callable[[], None]] = []

    def climb(gradients) -> None:
        after = [tf.identity(variable.value) for variable in other]
        pairs = [
            (v, tf.convert_to_tensor(g))
            for v, g in zip(model.trainable_variables, gradients, strict=True)
            if g is not None
        ]
        scale = radius / (tf.linalg.global_norm([gradient for _, gradient in pairs]) + _NO_SLOPE)
        start = [tf.identity(variable.value) for variable, _ in pairs]
        for variable, gradient in pairs:
            variable.assign_add(scale * gradient)
        _assign(other, before)
        undo.append(lambda: _assign(other, after))
        undo.append(lambda: _assign([variable for variable, _ in pairs], start))  # not subtracted: to the last bit

    yield climb
    for put_back in undo:
        put_back()


def _assign(variables, values) -> None:
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)
