"""Architectures: the networks regtrack ships. Each ends in a softmax."""

from collections.abc import Callable

import keras

from regtrack.errors import ModelError
from regtrack.models.model_names import check_shipped
from regtrack.variants.settings import OWN_WIDTHS

Builder = Callable[..., keras.Model]


def _dense_hidden(x, widths: tuple[int, ...]):
    for width in widths:
        x = keras.layers.Dense(width, activation="relu", kernel_initializer="he_normal")(x)
    return x


def _softmax(x, n_classes: int):
    return keras.layers.Dense(n_classes, activation="softmax")(x)


def mlp(input_shape: tuple[int, ...], n_classes: int, widths: tuple[int, ...]) -> keras.Model:
    """Dense ReLU layers, he_normal: the article's 784-100-100-10 on 28 x 28 images."""
    inputs = keras.Input(input_shape)
    x = keras.layers.Flatten()(inputs) if len(input_shape) > 1 else inputs
    return keras.Model(inputs, _softmax(_dense_hidden(x, widths), n_classes), name="mlp")


def cnn(input_shape: tuple[int, ...], n_classes: int, widths: tuple[int, ...]) -> keras.Model:
    """LeNet-like: two 3 x 3 convolutions (16 and 32 filters), each max-pooled, then dense hidden layers."""
    if len(input_shape) not in (2, 3) or min(input_shape[:2]) < 4:
        raise ModelError(f"cnn: expected images of at least 4 x 4 pixels, received input shape {input_shape}; use mlp")
    inputs = keras.Input(input_shape)
    x = keras.layers.Reshape((*input_shape, 1))(inputs) if len(input_shape) == 2 else inputs
    for filters in (16, 32):
        x = keras.layers.Conv2D(filters, 3, padding="same", activation="relu", kernel_initializer="he_normal")(x)
        x = keras.layers.MaxPooling2D()(x)
    return keras.Model(inputs, _softmax(_dense_hidden(keras.layers.Flatten()(x), widths), n_classes), name="cnn")


def rnn(input_shape: tuple[int, ...], n_classes: int, widths: tuple[int, ...]) -> keras.Model:
    """LSTM layers over the rows of an image (or the steps of a sequence); the last one's final state is read."""
    if len(input_shape) not in (2, 3):
        raise ModelError(f"rnn: expected rows or steps of features, received input shape {input_shape}; use mlp")
    inputs = keras.Input(input_shape)
    x = keras.layers.Reshape((input_shape[0], -1))(inputs) if len(input_shape) == 3 else inputs
    for i, width in enumerate(widths):
        x = keras.layers.LSTM(width, return_sequences=i < len(widths) - 1)(x)
    return keras.Model(inputs, _softmax(x, n_classes), name="rnn")


ARCHITECTURES: dict[str, Builder] = {"mlp": mlp, "cnn": cnn, "rnn": rnn}


def make_architecture(
    architecture: str, input_shape: tuple[int, ...], n_classes: int, hidden_widths: str
) -> keras.Model:
    """A network of ARCHITECTURES; `hidden_widths` such as "100-100", empty for the architecture's own.

    Raises ModelError: unknown architecture or widths, or one that does not fit the input shape.
    """
    check_shipped(architecture)
    text = (hidden_widths or OWN_WIDTHS[architecture]).split("-")
    if not all(width.isdecimal() and int(width) > 0 for width in text):
        raise ModelError(f"hidden_widths: expected widths such as 100-100 or 16, received {hidden_widths!r}")
    widths = tuple(int(width) for width in text)
    return ARCHITECTURES[architecture](input_shape, n_classes, widths)
