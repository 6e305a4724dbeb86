"""Mixing: each example of a batch with another of it, and their labels in the same shares.

The other one is the next in the batch, whose order is drawn anew each epoch: a partner as random as any.
"""

from collections.abc import Callable

import numpy as np
import tensorflow as tf
from scipy.stats import beta

from regtrack.uncertainty.mc_dropout.masks import Keys, random_words, uniform
from regtrack.variants.effects import MixedExamples
from regtrack.variants.variant import Variant

QUANTILES = 4096
"""Of Beta(alpha, alpha), from which a share is drawn: TensorFlow's own generators are not ours."""
Loss = Callable[[tf.Tensor, tf.Tensor], tf.Tensor]


def mixing_of(variant: Variant):
    """`mix(x, labels, keys)` -> (mixed x, `in_shares(loss, probs)`); None where the variant mixes nothing.

    x (n, ...), labels (n,); `in_shares` is the loss of each example's own labels and of its partner's, weighted by their
    shares, which is that of mixed labels for every loss that is linear in them, as cross-entropy is.
    """
    effect = variant.effect(MixedExamples)
    if effect is None:
        return None
    middle = (np.arange(QUANTILES) + 0.5) / QUANTILES
    shares = beta.ppf(middle, effect.alpha, effect.alpha).astype(np.float32)
    put_together = _blend if effect.way == "blend" else _paste

    def mix(x, labels, keys: Keys):
        words = random_words(keys.next_key(), tf.zeros(1, tf.uint32), 3)[0]
        drawn = tf.gather(shares, tf.cast(tf.bitwise.right_shift(words[0], np.uint32(20)), tf.int32))  # 12 bits
        partner = tf.roll(labels, 1, axis=0)
        mixed, own = put_together(x, tf.roll(x, 1, axis=0), drawn, uniform(words[1:]))

        def in_shares(loss: Loss, probs: tf.Tensor) -> tf.Tensor:
            return own * loss(labels, probs) + (1 - own) * loss(partner, probs)

        return mixed, in_shares

    return mix


def _blend(x, other, share, _):
    return share * x + (1 - share) * other, share


def _paste(x, other, share, place):
    """A rectangle of the proportions of the picture (n, height, width, ...), its area 1 - share of it where it does not
    reach beyond the edge, around a centre that may lie anywhere (place, two numbers in (0, 1))."""
    inside, area = [], 1.0
    for axis, at in zip((1, 2), (place[0], place[1]), strict=True):
        size = x.shape[axis]
        cut, centre = tf.cast(size * tf.sqrt(1 - share), tf.int32), tf.cast(size * at, tf.int32)
        first, end = tf.maximum(centre - cut // 2, 0), tf.minimum(centre - cut // 2 + cut, size)
        where = tf.range(size)
        along = [1] * len(x.shape)
        along[axis] = size
        inside.append(tf.reshape((where >= first) & (where < end), along))
        area *= tf.cast(tf.maximum(end - first, 0), tf.float32) / size
    return tf.where(inside[0] & inside[1], other, x), 1 - area
