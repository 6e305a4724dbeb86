"""triage: what each confident error probably is."""

import re
from collections.abc import Callable

import numpy as np

from regtrack.diagnosis.triage.kinds import KINDS
from regtrack.diagnosis.triage.kinds.base import ErrorEvidence


def triage(evidence: ErrorEvidence) -> tuple[np.ndarray, np.ndarray]:
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


def with_class_names(reason: str, name_of: Callable[[int], str]) -> str:
    """A triage knows classes by number; a reader by name."""
    return re.sub(r"class (\d+)", lambda found: name_of(int(found[1])), reason)
