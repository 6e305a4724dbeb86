"""A person's `python:package.module:function` that builds a model: import it, call it, say what is wrong with it."""

from __future__ import annotations

import importlib
import inspect
import os
import sys
import traceback
from collections.abc import Callable
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from regtrack.errors import ModelError

if TYPE_CHECKING:
    import keras

PYTHON = "python:"


def import_builder(spec: str) -> Callable:
    """The function behind `python:package.module:function`, the current directory importable. Raises ModelError."""
    module_name, _, name = spec.removeprefix(PYTHON).partition(":")
    if not module_name or not name.isidentifier():
        raise ModelError(f"model: expected python:package.module:function, received {spec!r}")
    here = os.getcwd()
    if here not in sys.path:
        sys.path.insert(0, here)  # where a worker process has it: both must find the same module
    importlib.invalidate_caches()
    try:
        module = importlib.import_module(module_name)
    except Exception as error:  # whatever a person's own module raises
        raise ModelError(
            f"model {spec}: module {module_name!r} cannot be imported ({_in_a_line(error)}); looked in {here} and on the "
            "Python path"
        ) from None
    function = getattr(module, name, None)
    if not callable(function):
        close = get_close_matches(name, [n for n, value in vars(module).items() if callable(value)], n=1)
        hint = f"did you mean {close[0]}?" if close else "expected a function build(input_shape, n_classes)"
        what = f"is {type(function).__name__}, no function" if hasattr(module, name) else "is not in it"
        raise ModelError(f"model {spec}: {name} {what} ({module.__file__}); {hint}")
    return function


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
            f"model {spec}: called with {input_shape}, {n_classes} it raised {_in_a_line(error)}{_where(error, function)}"
        ) from None
    if not isinstance(model, keras.Model):
        raise ModelError(
            f"model {spec}: expected a Keras model, received {type(model).__name__}; return keras.Model(inputs, outputs)"
        )
    return model


def _in_a_line(error: BaseException) -> str:
    return f"{type(error).__name__}: {str(error).strip().partition(chr(10))[0]}".removesuffix(": ")


def _where(error: BaseException, function: Callable) -> str:
    """The line of the person's own file that the error came through last."""
    code = getattr(function, "__code__", None)
    lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if code and f.filename == code.co_filename]
    return f" ({Path(code.co_filename).name} line {lines[-1]})" if lines else ""
