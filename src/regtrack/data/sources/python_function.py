import difflib
import importlib
import os
import sys
from collections.abc import Callable, Mapping

from regtrack.data.arrays import raw_from_arrays, raw_from_mapping
from regtrack.data.dataset import Dataset
from regtrack.data.sources.base import Source
from regtrack.errors import DataError, RegtrackError


class PythonFunction(Source):
    """What a function of yours returns, `python:package.module:function`."""

    name = "python"
    example = "python:package.module:function"

    def load(self, argument):
        """What the function returns when called without arguments. The current directory can be imported from.

        Args:
            argument: "package.module:function". It returns (x, y), (x, y, class_names), a dict with the arrays that an
                .npz file may hold, or a `Dataset`, whose splits are then its own.

        Raises:
            DataError: it cannot be imported, raises, or returns something else.
        """
        function = _imported(argument)
        try:
            returned = function()
        except RegtrackError:
            raise
        except Exception as error:
            raise DataError(
                f"Expected data from {argument}(), received {_said(error)}; call it on its own to see where."
            ) from error
        name = argument.rpartition(":")[2].rpartition(".")[2]
        if isinstance(returned, Dataset):
            return returned
        if isinstance(returned, Mapping):
            return raw_from_mapping(returned, name=name)
        if isinstance(returned, (tuple, list)) and len(returned) in (2, 3):
            return raw_from_arrays(*returned[:2], class_names=returned[2] if len(returned) == 3 else None, name=name)
        received = f"{type(returned).__name__}" + (
            f" of {len(returned)}" if isinstance(returned, (tuple, list)) else ""
        )
        raise DataError(
            f"Expected (x, y), (x, y, class_names), a dict of arrays or a Dataset from {argument}(), received {received}; "
            "return one of these."
        )


def _imported(argument: str) -> Callable:
    module_name, colon, path = argument.partition(":")
    parts = [*module_name.split("."), *path.split(".")]
    if not colon or not all(part.isidentifier() for part in parts):
        raise DataError(
            f"Expected {PythonFunction.example}, received {PythonFunction.name}:{argument}; name a module and a function in it."
        )
    here = os.getcwd()
    if here not in sys.path:
        sys.path.insert(0, here)  # as `python -m` does; it stays, for what the function imports when it is called
    importlib.invalidate_caches()
    try:
        found = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name and (module_name == error.name or module_name.startswith(f"{error.name}.")):
            raise DataError(
                f"Expected a module {module_name} for {PythonFunction.name}:{argument}, received no module named {error.name} in {here} "
                "or among the installed ones; correct the name, or run in the folder that holds it."
            ) from error
        raise DataError(
            f"Expected {module_name} to be importable, received {_said(error)}; install what it imports."
        ) from error
    except Exception as error:
        raise DataError(f"Expected {module_name} to be importable, received {_said(error)}; correct it.") from error
    for part in path.split("."):
        if not hasattr(found, part):
            close = difflib.get_close_matches(part, [one for one in dir(found) if not one.startswith("_")], n=1)
            hint = f"did you mean {close[0]!r}?" if close else "define it there."
            raise DataError(f"Expected a function {path} in {module_name}, received no {part!r} there; {hint}")
        found = getattr(found, part)
    if not callable(found):
        raise DataError(
            f"Expected a function {path} in {module_name}, received {type(found).__name__}; wrap it in a function that "
            "returns it."
        )
    return found


def _said(error: BaseException) -> str:
    """An exception's type and message in one line."""
    return f"{type(error).__name__}: {' '.join(str(error).split())}".rstrip(": ")
