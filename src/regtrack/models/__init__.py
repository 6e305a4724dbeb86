"""Networks: build one, apply a variant to any, prove that it took effect. Imports Keras on first use."""

import importlib

_HOMES = {"build_model": "architectures", "regularize": "regularize", "verify": "verify", "read_layout": "layout"}
__all__ = ["build_model", "read_layout", "regularize", "verify"]


def __getattr__(name: str):
    if name in _HOMES:
        value = getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
        globals()[name] = value  # or the submodule of the same name would shadow the function
        return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
