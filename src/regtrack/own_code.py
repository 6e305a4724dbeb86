"""A person's own function by `python:package.module:function`: data, network, penalty and constraint are named alike."""

import difflib
import importlib
import os
import sys
from collections.abc import Callable

from regtrack.errors import RegtrackError
from regtrack.words.failures import in_a_line

PYTHON = "python:"
FORM = f"{PYTHON}package.module:function"


def import_function(spec: str, *, what: str, error: type[RegtrackError]) -> Callable:
    """The function that `spec` names, in a class of the module too (module:Class.function). The current directory can be
    imported from.

    Args:
        what: what it is given as, with which a message begins: "dataset", "model".

    Raises:
        error: there is no such module or function, the module cannot be imported, or it is no function.
    """
    module_name, colon, path = spec.removeprefix(PYTHON).partition(":")
    named = all(map(str.isidentifier, module_name.split("."))) and all(
        path.split(".")
    )  # a function may be called anything
    if not colon or not named:
        raise error(f"{what}: expected {FORM}, received {spec!r}; name a module and a function in it")
    found = module = _imported(module_name, f"{what} {spec}", error)
    place = f"{module_name} ({file})" if (file := getattr(module, "__file__", None)) else module_name
    for part in path.split("."):
        if not hasattr(found, part):
            close = difflib.get_close_matches(part, [one for one in dir(found) if not one.startswith("_")], n=1)
            hint = f"did you mean {close[0]!r}?" if close else "define it there"
            raise error(f"{what} {spec}: expected a function {path} in {place}, received no {part!r} there; {hint}")
        found = getattr(found, part)
    if not callable(found):
        raise error(
            f"{what} {spec}: expected a function {path} in {place}, received {type(found).__name__}; wrap it in a "
            "function that returns it"
        )
    return found


def _imported(module_name: str, subject: str, error: type[RegtrackError]):
    here = os.getcwd()
    if here not in sys.path:
        sys.path.insert(0, here)  # as `python -m` does, and where a worker has it; it stays, for what is imported later
    importlib.invalidate_caches()
    try:
        return importlib.import_module(module_name)
    except ModuleNotFoundError as missing:
        if missing.name and (module_name == missing.name or module_name.startswith(f"{missing.name}.")):
            raise error(
                f"{subject}: expected a module {module_name}, received no module named {missing.name} in {here} or among "
                "the installed ones; correct the name, or run in the folder that holds it"
            ) from missing
        problem, remedy = missing, "install what it imports"
    except Exception as raised:  # whatever a person's own module raises
        problem, remedy = raised, "correct it"
    raise error(
        f"{subject}: expected {module_name} to be importable, received {in_a_line(problem)}; {remedy}"
    ) from problem
