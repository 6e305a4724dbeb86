"""Primaries: the measures that may choose and be judged, those compared beside them, and how a difference of each is written."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from regtrack.measures.measure import POINTS


@dataclass(frozen=True)
class PrimaryWords:
    """`differs`: what two variants differ in; `lowered`: whether lower is better, so that a difference, above 0 better as always, is
    how much it is lowered; `unit` of that as it is shown, which is `scale` times what is stored, "" where it has none; `lowest`: what the chosen variant has the lowest of, on validation, "" of a measure that never chooses;
    `equal_margin`: a difference below which variants are practically equal unless another is given, as it is stored; `column`: of the
    leaderboard, where the difference from the baseline stands, "" of a measure that never chooses; `decimals` of a figure without
    an interval."""

    differs: str
    unit: str
    scale: int
    lowest: str
    equal_margin: float
    column: str = ""
    decimals: int = 3
    lowered: bool = False

    @property
    def gained(self) -> str:
        """What there is more of where the difference is above 0: `accuracy`, `AURC lowered`."""
        return f"{self.differs} lowered" if self.lowered else self.differs

    @property
    def difference(self) -> str:
        """Of a column: `difference of accuracy`, `AURC lowered`."""
        return self.gained if self.lowered else f"difference of {self.differs}"

    def against(self, other: str = "the baseline's") -> str:
        """Of an axis, `other` being possessive: `accuracy minus the baseline's`, `AURC lowered from the baseline's`."""
        return f"{self.gained} from {other}" if self.lowered else f"{self.differs} minus {other}"

    @property
    def told(self) -> str:
        """The unit in a sentence, with its measure where that is not accuracy."""
        if self is PRIMARIES["accuracy"]:
            return self.unit
        return f"{self.unit} of {self.gained}".lstrip()

    @property
    def on_test(self) -> str:
        """What differences on test are: `points of test accuracy`, `test AURC lowered`."""
        return f"{self.unit} of test {self.gained}" if self.unit else f"test {self.gained}"

    @property
    def interval_unit(self) -> str:
        """Of a column of intervals: `points ± 95 %`."""
        return f"{self.unit} ± 95 %".lstrip()

    def with_unit(self, number: str) -> str:
        """`1.2 points`, `0.012` where it has none."""
        return f"{number} {self.unit}".rstrip()

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
    "accuracy": PrimaryWords("accuracy", POINTS, 100, "validation error", POINT, "difference", 1),
    "balanced_accuracy": PrimaryWords(
        "balanced accuracy", POINTS, 100, "balanced validation error", POINT, "difference", 1
    ),
    "negative_log_likelihood": PrimaryWords(
        "log-likelihood", "nats", 1, "validation negative log-likelihood", NATS_OF_A_POINT, "log_likelihood_gained"
    ),
    "brier_score": PrimaryWords(
        "Brier score", "", 1, "validation Brier score", BRIER_OF_A_POINT, "brier_score_lowered", lowered=True
    ),
    "debiased_calibration_error": PrimaryWords(
        "debiased calibration error", "", 1, "debiased validation calibration error", CALIBRATED_WITHIN,
        "calibration_error_lowered", 4, lowered=True,
    ),
    "aurc": PrimaryWords("AURC", "", 1, "validation AURC", AURC_OF_A_POINT, "aurc_lowered", 4, lowered=True),
    "error_detection_auroc": PrimaryWords("error detection AUROC", "", 1, "", POINT),
}  # fmt: skip
"""Every measure that gets a verdict. Error detection AUROC never chooses: it says nothing of how many errors there are, so that a
variant may be the best by it for its easy errors, and without an error it is not defined; AURC tells both."""
PRIMARIES = {name: words for name, words in COMPARED.items() if words.chooses}
DIFFERENCES = tuple(dict.fromkeys(words.column for words in PRIMARIES.values()))
"""Columns of the leaderboard, of which a sweep has the one of its primary measure."""


def words_of_primary(name: object) -> PrimaryWords:
    """Of a primary or secondary measure, by the name in the store; accuracy where a table of an earlier version has none."""
    return COMPARED[name] if isinstance(name, str) else COMPARED["accuracy"]


def words_of_comparison(table: Mapping[str, Iterable]) -> PrimaryWords:
    """Of names.COMPARISON_COLUMNS, whose rows are all of one measure."""
    return words_of_primary(next(iter(table["primary"]), None) if "primary" in table else None)
