"""Networks: build one, apply a variant to any, prove that it took effect. Imports Keras on first use."""

import importlib
import sys
from types import ModuleType

_HOMES = {
    "build_model": "architectures",
    "read_layout": "layout",
    "regularize": "regularize",
    "verify": "verify",
    "with_probabilities": "output",
}
__all__ = ["build_model", "read_layout", "regularize", "verify", "with_probabilities"]


def __getattr__(name: str):
    if name in _HOMES:
        return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


class _Package(ModuleType):
    """Python binds an imported submodule to its package's attribute: it would shadow the function of its name."""

    def __setattr__(self, name, value):
        if not (name in _HOMES and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
