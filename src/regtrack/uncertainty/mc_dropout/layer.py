"""MCDropout: dropout that stays on, whatever the training flag says."""

import keras


@keras.saving.register_keras_serializable("regtrack")
class MCDropout(keras.layers.Dropout):
    """Dropout active in `predict`, `evaluate` and `__call__` alike, so that each call is one stochastic pass.

    `Dropout(p)(x, training=True)` baked into a functional graph is overridden by `predict`: the variance silently
    becomes zero. This layer ignores the flag. Source: Gal and Ghahramani 2016.
    """

    def call(self, inputs, training=False):
        return super().call(inputs, training=True)
