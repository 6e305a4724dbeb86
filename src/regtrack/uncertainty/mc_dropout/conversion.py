"""to_mc_dropout: a trained model -> the same weights with dropout always on and all else in inference mode."""

import keras

from regtrack.errors import ModelError
from regtrack.models.surgery import clone_layer, rewrite
from regtrack.uncertainty.mc_dropout.layer import MCDropout


def to_mc_dropout(model: keras.Model) -> keras.Model:
    """A new model with the weights of `model` whose Dropout layers are always on.

    Batch normalization and every other layer that differs between training and inference is frozen in inference
    mode. Raises ModelError before any compute if the model has no dropout layer or all their rates are zero.
    """
    found = []

    def convert(layer):
        if type(layer) is keras.layers.Dropout or isinstance(layer, MCDropout):
            found.append(layer)
            config = layer.get_config() | {"seed": None}  # two layers with one seed would draw identical masks
            return MCDropout.from_config(config)
        return clone_layer(layer)

    converted = rewrite(model, clone=convert)
    if not found:
        raise ModelError(f"model {model.name!r} has no Dropout layer: train it with dropout_rate > 0")
    if all(layer.rate == 0 for layer in found):
        raise ModelError(f"model {model.name!r} has only Dropout layers of rate 0: train it with dropout_rate > 0")
    converted.trainable = False  # batch norm stays on its moving statistics even under training=True
    return converted
