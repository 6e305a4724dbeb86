"""Primaries: the measures that may choose and be judged, those compared beside them, and how a difference of each is written."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from regtrack.measures.measure import POINTS


@dataclass(frozen=True)
class PrimaryWords:
    """`differs`: what two variants differ in, higher being better; `unit` of that as it is shown, which is `scale` times
    what is stored, "" where it has none; `lowest`: what the chosen variant has the lowest of, on validation, "" of a measure that never chooses;
    `equal_margin`: a difference below which variants are practically equal unless another is given, as it is stored."""

    differs: str
    unit: str
    scale: int
    lowest: str
    equal_margin: float

    @property
    def decimals(self) -> int:
        """Of a figure without an interval."""
        return 1 if self.scale > 1 else 3

    @property
    def told(self) -> str:
        """The unit in a sentence, with its measure where that is not accuracy."""
        return self.unit if self is PRIMARIES["accuracy"] else f"{self.unit} of {self.differs}".strip()

    @property
    def chooses(self) -> bool:
        return bool(self.lowest)


POINT = 0.01
NATS_OF_A_POINT = 0.03
"""What a point of accuracy goes with: over the 18 variants of docs/results.md test negative log-likelihood rises by 0.029
nats a point (correlation 0.992)."""
BRIER_OF_A_POINT, AURC_OF_A_POINT = 0.014, 0.004
"""The same over 13 variants of Fashion-MNIST, 60 networks (correlations 0.999 and 0.993)."""
CALIBRATED_WITHIN = 0.02**2
"""Squared, as the debiased calibration error is: confidence two points off."""
COMPARED = {
    "accuracy": PrimaryWords("accuracy", POINTS, 100, "validation error", POINT),
    "balanced_accuracy": PrimaryWords("balanced accuracy", POINTS, 100, "balanced validation error", POINT),
    "negative_log_likelihood": PrimaryWords(
        "log-likelihood", "nats", 1, "validation negative log-likelihood", NATS_OF_A_POINT
    ),
    "brier_score": PrimaryWords("negated Brier score", "", 1, "", BRIER_OF_A_POINT),
    "debiased_calibration_error": PrimaryWords("negated debiased calibration error", "", 1, "", CALIBRATED_WITHIN),
    "aurc": PrimaryWords("negated AURC", "", 1, "", AURC_OF_A_POINT),
    "error_detection_auroc": PrimaryWords("error detection AUROC", "", 1, "", POINT),
}
"""Every measure that gets a verdict."""
PRIMARIES = {name: words for name, words in COMPARED.items() if words.chooses}


def words_of_primary(name: object) -> PrimaryWords:
    """Of a primary or secondary measure, by the name in the store; accuracy where a table of an earlier version has none."""
    return COMPARED[name] if isinstance(name, str) else COMPARED["accuracy"]


def words_of_comparison(table: Mapping[str, Iterable]) -> PrimaryWords:
    """Of names.COMPARISON_COLUMNS, whose rows are all of one measure."""
    return words_of_primary(next(iter(table["primary"]), None) if "primary" in table else None)
