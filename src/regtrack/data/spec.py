"""From a spec ("name" or "name:argument") to the data that its source hands over."""

import difflib
from collections.abc import Mapping

from regtrack.data import sources as folder
from regtrack.data.dataset import Dataset
from regtrack.data.raw import RawData
from regtrack.data.sources.base import Source
from regtrack.errors import DataError
from regtrack.registry import discover


def known_sources() -> dict[str, Source]:
    """Every source by name. Found when asked: who only reads a store needs none. Raises RegistryError."""
    return discover(folder.__name__, folder.__path__, Source)


def read_source(spec: str) -> RawData | Dataset:
    """Read the source that `spec` ("name" or "name:argument") names.

    Raises:
        DataError: the name is unknown, the colon is followed by nothing, or the source cannot be read.
    """
    check_source_name(spec)
    name, _, argument = spec.partition(":")
    return known_sources()[name].load(argument)


def check_source(spec: str) -> None:
    """Raises DataError for what can be refused before anything is read: as `check_source_name`, and no such file or function."""
    check_source_name(spec)
    name, _, argument = spec.partition(":")
    known_sources()[name].check(argument)


def check_source_name(spec: str) -> None:
    """Raises DataError for the name of no source, and for a colon that is followed by nothing. Reads nothing."""
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


def _hint(spec: str, name: str, sources: Mapping[str, Source]) -> str:
    """The closest name; for a file or folder the source that reads it; else how to name data of one's own."""
    wanted = name.lower().replace("-", "_")
    for source in sources.values():
        if wanted in source.sets and wanted not in sources:
            return f"did you mean '{source.spec_of(wanted)}'?"
    close = difflib.get_close_matches(wanted, sources, n=1, cutoff=0.75)
    if close:
        return f"did you mean {close[0]!r}?"
    path = spec.partition("?")[0]
    for source in sources.values():
        if source.reads(path):
            return f"did you mean '{source.spec_of(spec)}'?"
    *others, last = [source.example for source in sources.values() if source.example]
    return f"choose one of these; your own data is {', '.join(others)} or {last}."
