"""A person's `python:package.module:function` that builds a model: call it, say what is wrong with it."""

from __future__ import annotations

import inspect
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from regtrack.errors import ModelError
from regtrack.own_code import import_function
from regtrack.words.failures import in_a_line

if TYPE_CHECKING:
    import keras


def import_builder(spec: str) -> Callable:
    """The function behind `python:package.module:function`. Raises ModelError."""
    return import_function(spec, what="model", error=ModelError)


def call_builder(spec: str, function: Callable, input_shape: tuple[int, ...], n_classes: int, seed: int) -> keras.Model:
    """The model that `function(input_shape, n_classes)` makes, or with seed=seed where it has a parameter of that name.

    Raises ModelError, with the name `spec`: it fails, cannot be called so, or returns no model.
    """
    import keras

    signature = inspect.signature(function)
    options = {"seed": seed} if "seed" in signature.parameters else {}
    try:
        signature.bind(input_shape, n_classes, **options)
    except TypeError as error:
        name = getattr(function, "__name__", "build")
        raise ModelError(
            f"model {spec}: expected {name}(input_shape, n_classes) or {name}(input_shape, n_classes, seed), received "
            f"{name}{signature} ({error})"
        ) from None
    try:
        model = function(input_shape, n_classes, **options)
    except Exception as error:  # whatever a person's own function raises
        raise ModelError(
            f"model {spec}: called with {input_shape}, {n_classes} it raised {in_a_line(error)}{_where(error, function)}"
        ) from None
    if not isinstance(model, keras.Model):
        raise ModelError(
            f"model {spec}: expected a Keras model, received {type(model).__name__}; return keras.Model(inputs, outputs)"
        )
    return model


def _where(error: BaseException, function: Callable) -> str:
    """The line of the person's own file that the error came through last."""
    code = getattr(function, "__code__", None)
    lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if code and f.filename == code.co_filename]
    return f" ({Path(code.co_filename).name} line {lines[-1]})" if lines else ""
