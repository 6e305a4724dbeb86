"""Primaries: the measures that may choose and be judged, and how a difference of each is written."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from regtrack.measures.measure import POINTS


@dataclass(frozen=True)
class PrimaryWords:
    """`differs`: what two variants differ in, higher being better; `unit` of that as it is shown, which is `scale` times
    what is stored; `lowest`: what the chosen variant has the lowest of, on validation."""

    differs: str
    unit: str
    scale: int
    lowest: str

    @property
    def told(self) -> str:
        """The unit in a sentence, with its measure where that is not accuracy."""
        return self.unit if self is PRIMARIES["accuracy"] else f"{self.unit} of {self.differs}"


PRIMARIES = {
    "accuracy": PrimaryWords("accuracy", POINTS, 100, "validation error"),
    "balanced_accuracy": PrimaryWords("balanced accuracy", POINTS, 100, "balanced validation error"),
    "negative_log_likelihood": PrimaryWords("log-likelihood", "nats", 1, "validation negative log-likelihood"),
}


def words_of_primary(name: object) -> PrimaryWords:
    """By the name in the store; accuracy where a table of an earlier version has none."""
    return PRIMARIES[name] if isinstance(name, str) else PRIMARIES["accuracy"]


def words_of_comparison(table: Mapping[str, Iterable]) -> PrimaryWords:
    """Of names.COMPARISON_COLUMNS, whose rows are all of one measure."""
    return words_of_primary(next(iter(table["primary"]), None) if "primary" in table else None)
