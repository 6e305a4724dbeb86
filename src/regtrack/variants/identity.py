"""Identity of a person's own function: a name that two processes agree on, and that changes with the function."""

import functools
import hashlib
import re
from types import CodeType, FunctionType
from typing import Any


def function_identity(function) -> str:
    """Name and content digest of a callable from a notebook: the same content gives the same identity.

    The content is the byte code with its constants, defaults, enclosed values, and the plain values and functions of
    its own module that it reads. Source text would not do: two lambdas on one line share it, and so do all
    functions that one factory makes.
    """
    digest = hashlib.sha256(repr(_content(function, set())).encode()).hexdigest()[:8]
    return f"{getattr(function, '__qualname__', type(function).__name__)}@{digest}"


def is_identity(text: str) -> bool:
    """Whether the text is what `function_identity` makes."""
    return re.fullmatch(r".+@[0-9a-f]{8}", text) is not None


def _content(value: Any, seen: set[int]) -> Any:
    """Nested tuples without memory addresses; `seen` ends the recursion of functions that call each other."""
    if id(value) in seen:
        return "..."
    if isinstance(value, functools.partial):
        return _content((value.func, value.args, value.keywords), seen)
    if isinstance(value, (tuple, list)):
        return tuple(_content(item, seen) for item in value)
    if isinstance(value, (set, frozenset)):
        return tuple(sorted(repr(_content(item, seen)) for item in value))
    if isinstance(value, dict):
        return tuple((str(key), _content(item, seen)) for key, item in value.items())
    if isinstance(getattr(value, "__code__", None), CodeType):
        seen.add(id(value))
        owner = getattr(value, "__self__", None)
        enclosed = [cell.cell_contents for cell in value.__closure__ or ()]
        parts = [_code(value.__code__), value.__defaults__, value.__kwdefaults__, enclosed, _globals_read(value), owner]
        return _content(parts, seen)
    if hasattr(value, "get_config"):
        return (type(value).__qualname__, _content(value.get_config(), seen))
    if callable(value) and hasattr(value, "__dict__") and not isinstance(value, type):
        seen.add(id(value))
        return (type(value).__qualname__, _content([type(value).__call__, vars(value)], seen))
    return getattr(value, "__qualname__", repr(value))


def _code(code: CodeType) -> tuple:
    constants = tuple(_code(c) if isinstance(c, CodeType) else _content(c, set()) for c in code.co_consts)
    return (code.co_code.hex(), constants, code.co_names)


def _globals_read(function) -> dict[str, Any]:
    found = {name: function.__globals__.get(name) for name in function.__code__.co_names}
    return {
        name: value
        for name, value in found.items()
        if isinstance(value, (int, float, str, tuple))
        or (isinstance(value, FunctionType) and value.__module__ == function.__module__)
    }
