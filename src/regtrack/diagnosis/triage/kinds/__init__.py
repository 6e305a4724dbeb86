"""The registry: one file here is one kind of error, found by importing the folder. Nothing else to edit."""

from regtrack.diagnosis.triage.kinds.base import Kind
from regtrack.registry import discover

KINDS: dict[str, Kind] = discover(__name__, __path__, Kind)
"""Every kind by name, in the order in which they are asked."""
_FORMERLY = {old: kind.name for kind in KINDS.values() for old in kind.formerly}


def name_now(stored: str) -> str:
    """Of a kind as a store of any version names it; one that nobody knows keeps its name."""
    return _FORMERLY.get(stored, stored)
