"""triage: what each confident error probably is."""

from dataclasses import dataclass

import numpy as np

from regtrack.diagnosis.triage.kinds import KINDS
from regtrack.diagnosis.triage.kinds.base import ErrorEvidence


@dataclass(frozen=True)
class Triaged:
    """Each (n_errors,): kind, str; rival_class, the class that the kind weighs against the given one; the probability
    that the trials it asks give to each, [0, 1]."""

    kind: np.ndarray
    rival_class: np.ndarray
    given_probability: np.ndarray
    rival_probability: np.ndarray


def triage(evidence: ErrorEvidence) -> Triaged:
    """Of every error the first kind that matches, and the values of its reason (`reasons` puts them into words)."""
    n = len(evidence)
    found = Triaged(np.full(n, None, object), np.zeros(n, np.int64), np.full(n, np.nan), np.full(n, np.nan))
    left = np.arange(n)
    for kind in KINDS.values():
        asked = evidence.take(left)
        matches = kind.matches(asked)
        rows, own = left[matches], asked.take(np.flatnonzero(matches))
        rival = kind.rival(own)
        found.kind[rows], found.rival_class[rows] = kind.name, rival
        found.given_probability[rows] = kind.probability(own, own.given_label)
        found.rival_probability[rows] = kind.probability(own, rival)
        left = left[~matches]
    return found
