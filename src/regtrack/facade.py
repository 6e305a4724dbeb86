"""A package's public names, each imported from its home on first use: a reader of the store pays for no TensorFlow."""

import importlib
from collections.abc import Callable, Mapping


def lazy(package: str, homes: Mapping[str, str]) -> Callable[[str], object]:
    """The `__getattr__` of `package` (PEP 562).

    Args:
        homes: public name -> the module below `package` that defines it, e.g. {"regularize": "regularizing"}.
    """

    def __getattr__(name: str):
        if name in homes:
            return getattr(importlib.import_module(f"{package}.{homes[name]}"), name)
        raise AttributeError(f"module {package!r} has no attribute {name!r}")

    return __getattr__
