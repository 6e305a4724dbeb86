"""A folder as a registry: each class of a kind that a file there defines, found by importing them. Nothing else to edit."""

import importlib
import pkgutil
from collections.abc import Iterable
from typing import TypeVar

Kind = TypeVar("Kind")


def discover(package: str, path: Iterable[str], kind: type[Kind]) -> dict[str, Kind]:
    """An instance of every subclass of `kind` by its `name`, sorted by `order`, then name.

    Args:
        package, path: the folder's `__name__` and `__path__`.
    """
    found = []
    for module_info in pkgutil.iter_modules(path):
        module = importlib.import_module(f"{package}.{module_info.name}")
        found += [
            value()
            for value in vars(module).values()
            if isinstance(value, type)
            and issubclass(value, kind)
            and value.__module__ == module.__name__
            and value is not kind
        ]
    return {one.name: one for one in sorted(found, key=lambda one: (one.order, one.name))}
