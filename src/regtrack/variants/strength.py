"""Strength: which way a parameter regularizes more, and by what steps one tries."""

import math
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Strength:
    """`stronger` values are higher or lower ones; on a "log" scale a step multiplies by `step`, on a "linear" one it
    adds it. `first` are values to begin with, weakest first; `most` is the strongest that makes sense."""

    stronger: Literal["higher", "lower"]
    scale: Literal["log", "linear"]
    step: float
    first: tuple[float, ...]
    most: float | None = None
    whole: bool = False

    def stronger_than(self, value: float, steps: float = 1.0) -> float:
        """The value `steps` stronger; never beyond `most`, and never weaker: a value that is there already stays."""
        if self.most is not None and self.weakest_first([value, self.most])[-1] == value:
            return value
        return self._rounded(self._moved(value, steps))

    def weaker_than(self, value: float, steps: float = 1.0) -> float:
        return self._rounded(self._moved(value, -steps))

    def between(self, a: float, b: float) -> float:
        """Halfway on the parameter's own scale."""
        return self._rounded(math.sqrt(a * b) if self.scale == "log" else (a + b) / 2)

    def weakest_first(self, values: list[float]) -> list[float]:
        return sorted(values, reverse=self.stronger == "lower")

    def _moved(self, value: float, steps: float) -> float:
        up = steps if self.stronger == "higher" else -steps
        moved = value * self.step**up if self.scale == "log" else max(value + self.step * up, 0.0)
        if self.most is None or steps < 0:
            return moved
        return min(moved, self.most) if self.stronger == "higher" else max(moved, self.most)

    def _rounded(self, value: float) -> float:
        """Two significant digits: nobody means 0.00031622."""
        if self.whole:
            return max(1, round(value))
        return float(f"{value:.1e}") if value else 0.0
