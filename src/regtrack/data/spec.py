"""The registry of sources: every file in this folder that defines NAME and load.

A source is one new file and nothing else:

    NAME = "mine"                                # what a spec starts with: "mine" or "mine:argument"

    def load(argument: str) -> RawData: ...      # argument is "" when the spec has none

Import only numpy at a source's top level (the rest inside `load`): listing the sources imports them all. Whatever it
hands over is checked, split, scaled and noted upon by `loading.py`. A source may hand over a finished Dataset instead.
"""

import difflib
import importlib
import pkgutil
from collections.abc import Callable, Collection
from pathlib import Path

from regtrack.data import sources as folder
from regtrack.data.dataset import Dataset
from regtrack.data.raw import RawData
from regtrack.errors import DataError


def known_sources() -> dict[str, Callable[[str], RawData | Dataset]]:
    """Source name -> its load function, sorted by name.

    Raises:
        DataError: two files claim one name.
    """
    found = {}
    for file in pkgutil.iter_modules(folder.__path__):
        module = importlib.import_module(f"{folder.__name__}.{file.name}")
        if not (hasattr(module, "NAME") and hasattr(module, "load")):
            continue  # dataset.py, splitting.py and the like
        if module.NAME in found:
            raise DataError(
                f"Expected one file for each source, received {module.NAME!r} from both "
                f"{found[module.NAME].__module__} and {module.__name__}; rename one of them."
            )
        found[module.NAME] = module.load
    return dict(sorted(found.items()))


def read_source(spec: str) -> RawData | Dataset:
    """Read the source that `spec` ("name" or "name:argument") names.

    Raises:
        DataError: the name is unknown, the colon is followed by nothing, or the source cannot be read.
    """
    if not isinstance(spec, str):
        raise DataError(f"Expected a data set as 'name' or 'name:argument', received {spec!r}; give a string.")
    name, colon, argument = spec.partition(":")
    sources = known_sources()
    if name not in sources:
        hint = _hint(spec, name, sources)
        raise DataError(f"Expected a data set among {', '.join(sources)}, received {name!r}; {hint}")
    if colon and not argument.strip():
        # Most likely an empty variable in a shell: falling back to the default place would hide it.
        raise DataError(f"Expected something after the colon of {spec!r}, received nothing; use {name!r} alone.")
    return sources[name](argument)


# How a spec of somebody's own file starts and ends, by how the file's name ends.
OWN_FILES = {
    ".csv": ("table:", "?target=column"),
    ".tsv": ("table:", "?target=column"),
    ".parquet": ("table:", "?target=column"),
    ".npz": ("npz:", ""),
}


def _hint(spec: str, name: str, sources: Collection[str]) -> str:
    """The closest name; for a file or folder the source that reads it; else how to name data of one's own."""
    wanted = name.lower().replace("-", "_")
    for source in ("sklearn", "keras"):
        if wanted not in sources and wanted in importlib.import_module(f"{folder.__name__}.{source}_sets").SETS:
            return f"did you mean '{source}:{wanted}'?"
    close = difflib.get_close_matches(wanted, sources, n=1, cutoff=0.75)
    if close:
        return f"did you mean {close[0]!r}?"
    path, question, _ = spec.partition("?")
    for suffix, (start, end) in OWN_FILES.items():
        if path.lower().endswith(suffix):
            return f"did you mean '{start}{spec if question else spec + end}'?"
    if path and Path(path).expanduser().is_dir():
        return f"did you mean 'images:{spec}'?"
    return "choose one of these; your own data is npz:path, table:path?target=column, images:folder or python:module:function."
