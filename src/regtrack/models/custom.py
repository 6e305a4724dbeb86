"""Penalties and constraints that Keras has not: a person's own function, and a bound on the spectral norm."""

import sys

import keras
import numpy as np

from regtrack.errors import VariantError
from regtrack.own_code import FORM, PYTHON, import_function
from regtrack.variants.identity import is_identity


def function_of(spec: str):
    """The function behind `python:package.module:function`. Raises VariantError when it cannot be imported."""
    if is_identity(spec):
        raise VariantError(
            f"{spec}: names a function of a notebook, which only that notebook has; run the variant there, or put the "
            f"function into a module and give {FORM}"
        )
    return import_function(spec, what="function", error=VariantError)


def portable(function) -> str | None:
    """`python:module:name` of a function another process can import; None for one that lives in a notebook."""
    if isinstance(function, str):
        return function
    module, name = getattr(function, "__module__", "__main__"), getattr(function, "__qualname__", "<>")
    importable = module != "__main__" and getattr(sys.modules.get(module), name, None) is function
    return f"{PYTHON}{module}:{name}" if importable else None


class _Custom:
    """Holds the function; its config is the import path, so a stored model needs no pickle.

    The path is imported when the function is called, not before: a file that names one has run nothing by being loaded.
    """

    def __init__(self, function):
        self.function = function

    def __call__(self, weights):
        function = self.function
        return (function_of(function) if isinstance(function, str) else function)(weights)

    def get_config(self):
        return {"function": portable(self.function)}


@keras.saving.register_keras_serializable("regtrack")
class CustomPenalty(_Custom, keras.regularizers.Regularizer):
    """Kernel -> scalar."""


@keras.saving.register_keras_serializable("regtrack")
class CustomConstraint(_Custom, keras.constraints.Constraint):
    """Kernel -> projected kernel."""


_SQUARINGS = 8
"""Each doubles the power iterations: 256 of them leave an error of thousandths where singular values lie close together."""


@keras.saving.register_keras_serializable("regtrack")
class SpectralNorm(keras.constraints.Constraint):
    """Scales a kernel down to a largest singular value of at most `max_value`, as a matrix of what comes in by units.

    Args:
        axis: the axes of the kernel along which one unit's incoming weights run.
    """

    def __init__(self, max_value: float, axis=0):
        self.max_value, self.axis = max_value, axis

    def __call__(self, weights):
        return weights * keras.ops.minimum(1.0, self.max_value / (spectral_norm(weights, self.axis) + 1e-12))

    def get_config(self):
        return {"max_value": self.max_value, "axis": self.axis}


def spectral_norm(weights, axis):
    """The largest singular value of `weights` as a matrix whose rows run along `axis` (one or more). By power iterations on
    its smaller square, which is squared again and again; scaled each time, or it would leave float32."""
    axes = [axis] if isinstance(axis, int) else [one % len(weights.shape) for one in axis]
    others = [one for one in range(len(weights.shape)) if one not in axes]
    rows = int(np.prod([weights.shape[one] for one in axes]))
    matrix = keras.ops.reshape(keras.ops.transpose(weights, [*axes, *others]), (rows, -1))
    flat = keras.ops.transpose(matrix) if matrix.shape[0] > matrix.shape[1] else matrix
    gram = keras.ops.matmul(flat, keras.ops.transpose(flat))
    power = gram
    for _ in range(_SQUARINGS):
        power = power / (keras.ops.max(keras.ops.abs(power)) + 1e-30)
        power = keras.ops.matmul(power, power)
    trace = keras.ops.trace(power)
    # The mean of gram's eigenvalues, each weighted by its power: between what one start would find and the largest.
    return keras.ops.sqrt(keras.ops.sum(power * gram) / keras.ops.maximum(trace, 1e-30))


def drop_training_only(model: keras.Model) -> None:
    """Take what other processes lack off a model's config before it is stored: functions that live only in a notebook,
    and the constraint that is regtrack's own.

    They act in training only: outputs do not change. Kept, the stored model could not be loaded elsewhere.
    """
    for layer in model._flatten_layers():
        for name, value in vars(layer).copy().items():
            is_local = isinstance(value, _Custom) and portable(value.function) is None
            if is_local or isinstance(value, SpectralNorm):
                setattr(layer, name, None)
