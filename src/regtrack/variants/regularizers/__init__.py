"""The registry: one file here is one regularizer, found by importing the folder. Nothing else to edit."""

import importlib
import pkgutil

from regtrack.variants.regularizers.base import Regularizer


def _discover() -> dict[str, Regularizer]:
    found = []
    for module_info in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{module_info.name}")
        found += [
            value()
            for value in vars(module).values()
            if isinstance(value, type)
            and issubclass(value, Regularizer)
            and value.__module__ == module.__name__
            and value is not Regularizer
        ]
    return {regularizer.name: regularizer for regularizer in sorted(found, key=lambda r: (r.order, r.name))}


REGULARIZERS: dict[str, Regularizer] = _discover()
"""Every regularizer by name, in registry order."""

PARAMS = {param.name: param for regularizer in REGULARIZERS.values() for param in regularizer.params}
"""Every regularization parameter by name, in registry order."""
