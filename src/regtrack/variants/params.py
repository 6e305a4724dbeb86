"""Param: one declared parameter of a regularizer, its neutral value and its range."""

from dataclasses import dataclass
from typing import Literal

from regtrack.variants.strength import Strength

Value = float | int | str

NEUTRAL_TEXT = "none"
"""Neutral value of a parameter that holds text; numbers use 0. Never absent, so that charts can use the axis."""


@dataclass(frozen=True)
class Param:
    """A flat parameter of the store contract.

    `neutral` is the value that means "off". `low` and `high` are refused when crossed (`high_open`: high itself
    too). `choices` limits text. `strength` says which values regularize more, for advice and response curves; None
    where the parameter has no such order. `kind` "function" takes `python:package.module:function`, or in a notebook the
    callable itself.
    """

    name: str
    kind: Literal["number", "integer", "flag", "choice", "function"]
    neutral: Value
    help: str
    low: float | None = None
    high: float | None = None
    high_open: bool = False
    choices: tuple[str, ...] = ()
    strength: Strength | None = None

    @property
    def is_number(self) -> bool:
        """Its values lie on a scale; a flag's are 0 and 1."""
        return self.kind in ("number", "integer", "flag")
