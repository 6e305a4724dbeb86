"""A person's own penalty or constraint function, as Keras objects that save and load."""

import sys

import keras

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


def drop_local_functions(model: keras.Model) -> None:
    """Take functions that live only in a notebook off a model's config before it is stored.

    They act in training only: outputs do not change. Kept, the stored model could not be loaded elsewhere.
    """
    for layer in model._flatten_layers():
        for name, value in vars(layer).copy().items():
            if isinstance(value, _Custom) and portable(value.function) is None:
                setattr(layer, name, None)
