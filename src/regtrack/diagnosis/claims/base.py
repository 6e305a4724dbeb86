"""Claim: what one file of this folder declares. Outcome: what a sweep says of it."""

import abc
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from regtrack.diagnosis.claims.evidence import Evidence, NoEvidence
from regtrack.diagnosis.claims.measured import Measured
from regtrack.diagnosis.claims.selection import VariantTrials
from regtrack.names import UNDETERMINED_HERE


@dataclass(frozen=True)
class Outcome:
    """A verdict with its figures, in the claim's unit, and the variants compared."""

    measured: Measured
    verdict: str
    reason: str
    variants: tuple[VariantTrials, ...]


def run_ids_of(variants: Iterable[VariantTrials]) -> list[str]:
    """Each run once, in the order of the variants."""
    return list(dict.fromkeys(run_id for variant in variants for run_id in variant.run_ids))


class Claim(abc.ABC):
    """A claim of the article.

    `title` is the claim in words, `measure` what is measured and how, `unit` that of the effect. `would_tell` is what
    a grid needs for a sweep to tell, as an end of a sentence.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    measure: ClassVar[str]
    unit: ClassVar[str]
    order: ClassVar[int]
    would_tell: ClassVar[str]

    @abc.abstractmethod
    def find(self, evidence: Evidence) -> Outcome:
        """What the evidence says. Raises NoEvidence where it does not hold what the claim needs."""

    def row(self, evidence: Evidence) -> dict:
        """The claim's row of names.CLAIMS_COLUMNS; undetermined where the sweep lacks what the claim needs."""
        try:
            found = self.find(evidence)
        except NoEvidence as missing:
            nothing = Measured(np.nan, np.nan, np.nan, 0)
            reason = f"{missing}; {missing.remedy or self.would_tell}."
            found = Outcome(nothing, UNDETERMINED_HERE, reason, missing.variants)
        return {
            "claim": self.name,
            "title": self.title,
            "measure": self.measure,
            "effect": found.measured.effect,
            "low": found.measured.low,
            "high": found.measured.high,
            "unit": self.unit,
            "seeds": found.measured.seeds,
            "verdict": found.verdict,
            "reason": found.reason,
            "run_ids": run_ids_of(found.variants),
        }
