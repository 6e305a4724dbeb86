"""SeedBudget: what a sweep may spend where it decides itself which variants get how many seeds (`seeds: auto`)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from regtrack.errors import GridError

SEEDS = "seeds"
"""The key of a grid, and the word in every error, that a budget stands under."""
FEWEST_TO_START = 2
"""One seed alone tells nothing of how seeds scatter, which decides who is pursued."""
MOST_TO_START = 100


@dataclass(frozen=True)
class SeedBudget:
    """`start` seeds of every variant, then what is left of so many `trials` or `minutes` of wall clock where it decides
    most; with neither, a default that hangs on the grid. Raises GridError for what cannot be."""

    start: int = 3
    trials: int | None = None
    minutes: float | None = None

    def __post_init__(self):
        whole = {"start": (FEWEST_TO_START, MOST_TO_START), "trials": (1, 1_000_000)}
        for name, (least, most) in whole.items():
            value = getattr(self, name)
            if value is None and name != "start":
                continue
            if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
                raise GridError(
                    f"{name}: expected a whole number from {least} to {most:,}, received {value!r}", key=SEEDS
                )
        minutes = self.minutes
        if minutes is not None and (
            isinstance(minutes, bool) or not isinstance(minutes, int | float) or not 0 < minutes < 1e6
        ):
            raise GridError(f"minutes: expected a number above 0, received {minutes!r}", key=SEEDS)
        if self.trials is not None and minutes is not None:
            raise GridError(
                f"expected trials or minutes, received both ({self.trials} and {minutes:g}); keep one", key=SEEDS
            )

    @property
    def content(self) -> dict[str, Any]:
        """As it stands in a grid file."""
        return {name: value for name, value in asdict(self).items() if value is not None}

    @classmethod
    def of(cls, content: Mapping) -> "SeedBudget":
        """Of a grid file's mapping. Raises GridError for a key that is none of its own."""
        known = [field.name for field in fields(cls)]
        for key in content:
            if key not in known:
                raise GridError(f"unknown key {key!r}; expected {', '.join(known)}", key=SEEDS)
        return cls(**content)
