"""The registry: one file here is one kind of error, found by importing the folder. Nothing else to edit."""

import importlib
import pkgutil

import numpy as np

from regtrack.diagnosis.triage.base import Evidence, Kind


def _discover() -> dict[str, Kind]:
    found = []
    for module_info in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{module_info.name}")
        found += [
            value()
            for value in vars(module).values()
            if isinstance(value, type)
            and issubclass(value, Kind)
            and value.__module__ == module.__name__
            and value is not Kind
        ]
    return {kind.name: kind for kind in sorted(found, key=lambda k: (k.order, k.name))}


KINDS: dict[str, Kind] = _discover()
"""Every kind by name, in the order in which they are asked."""


def triage(evidence: Evidence) -> tuple[np.ndarray, np.ndarray]:
    """(kind, reason) of every error, each (n_errors,) of str: the first kind that matches."""
    kind, reason = np.full(len(evidence), None, object), np.full(len(evidence), None, object)
    left = np.arange(len(evidence))
    for candidate in KINDS.values():
        asked = evidence.take(left)
        matches = candidate.matches(asked)
        kind[left[matches]] = candidate.name
        reason[left[matches]] = candidate.reasons(asked.take(np.flatnonzero(matches)))
        left = left[~matches]
    return kind, reason
