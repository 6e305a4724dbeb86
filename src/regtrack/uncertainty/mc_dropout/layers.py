"""The MCDropout family: Keras' dropout layers, always on whatever the training flag says.

`Dropout(p)(x, training=True)` baked into a functional graph is overridden by `predict`: the variance silently becomes
zero. These ignore the flag, in `predict`, `evaluate` and `__call__` alike and after save and load, so that each call
is one stochastic pass (Gal and Ghahramani 2016). Inside `predict_mc` they draw from its counter-based streams, outside
from Keras' own generator.
"""

from collections.abc import Iterable

import keras

from regtrack.errors import ModelError
from regtrack.uncertainty.mc_dropout import masks


class AlwaysOn:
    """Mixed in before a Keras dropout layer: `draw(stream, inputs)` is its pass under a stream of `predict_mc`."""

    def call(self, inputs, training=False):
        stream = masks.current()
        if stream is masks.OFF or self.rate == 0:
            return inputs
        return super().call(inputs, training=True) if stream is None else self.draw(stream, inputs)

    def draw(self, stream: masks.MaskStream, inputs):
        return stream.dropout(inputs, self.rate, self.noise_shape)


class _Spatial(AlwaysOn):
    def draw(self, stream, inputs):
        return stream.dropout(inputs, self.rate, self._get_noise_shape(inputs))


@keras.saving.register_keras_serializable("regtrack")
class MCDropout(AlwaysOn, keras.layers.Dropout):
    """Dropout, always on."""


@keras.saving.register_keras_serializable("regtrack")
class MCSpatialDropout1D(_Spatial, keras.layers.SpatialDropout1D):
    """SpatialDropout1D, always on: whole feature maps are dropped."""


@keras.saving.register_keras_serializable("regtrack")
class MCSpatialDropout2D(_Spatial, keras.layers.SpatialDropout2D):
    """SpatialDropout2D, always on."""


@keras.saving.register_keras_serializable("regtrack")
class MCSpatialDropout3D(_Spatial, keras.layers.SpatialDropout3D):
    """SpatialDropout3D, always on."""


@keras.saving.register_keras_serializable("regtrack")
class MCGaussianDropout(AlwaysOn, keras.layers.GaussianDropout):
    """GaussianDropout, always on."""

    def draw(self, stream, inputs):
        return stream.gaussian_dropout(inputs, self.rate)


@keras.saving.register_keras_serializable("regtrack")
class MCAlphaDropout(AlwaysOn, keras.layers.AlphaDropout):
    """AlphaDropout, always on."""

    def draw(self, stream, inputs):
        return stream.alpha_dropout(inputs, self.rate, self.noise_shape)


FAMILY = {
    keras.layers.Dropout: MCDropout,
    keras.layers.SpatialDropout1D: MCSpatialDropout1D,
    keras.layers.SpatialDropout2D: MCSpatialDropout2D,
    keras.layers.SpatialDropout3D: MCSpatialDropout3D,
    keras.layers.GaussianDropout: MCGaussianDropout,
    keras.layers.AlphaDropout: MCAlphaDropout,
}
"""Keras' layer -> its always-on counterpart."""


def refuse_full_rates(model: keras.Model, layers: Iterable[keras.Layer]) -> None:
    """Raise ModelError for a dropout layer of rate 1: what it keeps would be divided by nothing."""
    for layer in layers:
        if layer.rate >= 1:
            raise ModelError(
                f"model {model.name!r}: layer {layer.name!r} ({type(layer).__name__}) has rate {layer.rate:g}, which keeps "
                "nothing; expected a rate below 1: build it with one, e.g. 0.5"
            )


def is_stochastic(layer) -> bool:
    """An always-on layer whose rate is not zero, or a model that holds one."""
    if isinstance(layer, keras.Model):
        return any(is_stochastic(sub) for sub in layer._flatten_layers(include_self=False) if isinstance(sub, AlwaysOn))
    return isinstance(layer, AlwaysOn) and layer.rate > 0
