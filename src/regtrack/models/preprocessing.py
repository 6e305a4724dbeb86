"""preprocessing_of: what a model begins with that is made for the source's own numbers, such as Rescaling(1/255)."""

import keras
import numpy as np

from regtrack.models.layout import as_functional, calls

_L = keras.layers
_MADE_FOR_SOURCE = (
    _L.Normalization, _L.Discretization, _L.Embedding, _L.CategoryEncoding, _L.Hashing, _L.HashedCrossing,
    _L.IntegerLookup,
)  # fmt: skip
"""Layers whose statistics, bins or tables are of the numbers as the data has them."""


def preprocessing_of(model: keras.Model) -> str:
    """The first layer or operation between the input and the first weights that is made for the source's numbers, in
    words; "" where there is none. Nested models are opened, and an input of whole numbers is one by itself.

    A Rescaling, or a calculation with a constant, counts where it makes numbers smaller or shifts them by more than
    one: `Rescaling(2, offset=-1)` is made for numbers from 0 to 1, and tells nothing of the source's.
    """
    functional = as_functional(model)
    dtype = functional.inputs[0].dtype
    if "int" in dtype:
        return f"an input of {dtype}"
    return _found(functional, [True] * len(functional.inputs))[0]


def _found(model: keras.Model, entering: list[bool]) -> tuple[str, list[bool]]:
    """What was found, and which outputs are inputs that no weights have met yet."""
    unmet = {id(tensor): is_unmet for tensor, is_unmet in zip(model.inputs, entering, strict=True)}
    for node in calls(model):
        if not node.input_tensors:
            continue
        reading = [unmet[id(tensor)] for tensor in node.input_tensors]
        layer, leaving = node.operation, [False] * len(node.output_tensors)
        if isinstance(layer, keras.Model):
            found, leaving = _found(as_functional(layer), reading[: len(layer.inputs)])
            if found:
                return f"{found} in {layer.name}", leaving
        elif all(reading):
            if _is_made_for_source(layer, node):
                return _named(layer), leaving
            has_weights = isinstance(layer, keras.Layer) and bool(
                layer.trainable_weights or layer.non_trainable_weights
            )
            leaving = [not has_weights] * len(node.output_tensors)
        unmet |= {id(tensor): is_unmet for tensor, is_unmet in zip(node.output_tensors, leaving, strict=True)}
    return "", [unmet[id(tensor)] for tensor in model.outputs]


def _is_made_for_source(layer, node) -> bool:
    while isinstance(layer, _L.Wrapper):
        layer = layer.layer
    if isinstance(layer, _MADE_FOR_SOURCE):
        return True
    if isinstance(layer, _L.Rescaling):
        return _shrinks(layer.scale) or _shifts(layer.offset)
    constants = [value for value in node.arguments.args[:2] if not isinstance(value, keras.KerasTensor)]
    if isinstance(layer, keras.Layer) or len(constants) != 1:
        return False
    kind, constant = type(layer).__name__, constants[0]
    if kind in ("Divide", "TrueDivide"):
        return isinstance(node.arguments.args[0], keras.KerasTensor) and _shifts(constant)
    if kind == "Multiply":
        return _shrinks(constant)
    return kind in ("Add", "Subtract") and _shifts(constant)


def _shrinks(factor) -> bool:
    return bool(np.abs(_numbers(factor)).max() < 1)


def _shifts(constant) -> bool:
    return bool(np.abs(_numbers(constant)).max() > 1)


def _numbers(constant) -> np.ndarray:
    """NaN, which is neither above nor below anything, for what is no number."""
    try:
        return np.atleast_1d(np.asarray(constant, np.float64))
    except (TypeError, ValueError):
        return np.array([np.nan])


def _named(layer) -> str:
    if isinstance(layer, keras.Layer):
        return f"{type(layer).__name__} {layer.name!r}"
    return f"the operation {type(layer).__name__} of a constant"
