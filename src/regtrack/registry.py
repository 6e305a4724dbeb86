"""A folder as a registry: each class of a kind that a file there defines, found by importing them. Nothing else to edit."""

import importlib
import pkgutil
from collections.abc import Iterable
from typing import TypeVar

from regtrack.errors import RegistryError

Kind = TypeVar("Kind")


def discover(package: str, path: Iterable[str], kind: type[Kind]) -> dict[str, Kind]:
    """An instance of every subclass of `kind` by its `name`, sorted by `order`, then name.

    Args:
        package, path: the folder's `__name__` and `__path__`.

    Raises:
        RegistryError: two classes claim one name; it names both.
    """
    found: dict[str, Kind] = {}
    for module_info in pkgutil.iter_modules(path):
        module = importlib.import_module(f"{package}.{module_info.name}")
        for value in vars(module).values():
            is_one = isinstance(value, type) and issubclass(value, kind) and value is not kind
            if not is_one or value.__module__ != module.__name__:
                continue
            one = value()
            if one.name in found:
                raise RegistryError(
                    f"Expected one {kind.__name__} of each name, received {one.name!r} from both "
                    f"{type(found[one.name]).__module__} and {module.__name__}; rename one of them."
                )
            found[one.name] = one
    return {one.name: one for one in sorted(found.values(), key=lambda one: (one.order, one.name))}
