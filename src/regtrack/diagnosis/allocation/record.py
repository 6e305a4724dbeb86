"""Allocation: what a sweep with `seeds: auto` decided on so far, written down before it is acted on."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace

from regtrack.diagnosis.allocation.steps import Confirm, FillUp, Pursue
from regtrack.foreign import from_json
from regtrack.variants.grid import Grid
from regtrack.variants.variant import Variant


@dataclass(frozen=True)
class Allocation:
    """Seeds as they were given out; whether each came to its end is a matter of the trials.

    `start` seeds of every variant; `more` of those that were pursued, by variant; or `filled` more of all, where the budget
    is spent as a fixed design for a `reason` (see steps). Once `frozen` validation has chosen: `chosen` gets `fresh`
    seeds, as does the baseline, unless that itself is chosen.
    """

    start: int
    more: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    filled: int = 0
    frozen: bool = False
    chosen: str = ""
    fresh: int = 0
    reason: str = ""

    @property
    def first_fresh(self) -> int:
        """The first seed that no variant was explored with."""
        return max([self.start + self.filled, *(max(seeds) + 1 for seeds in self.more.values())])

    @property
    def pursued(self) -> tuple[str, ...]:
        """In the order in which they were given more."""
        return tuple(self.more)

    def trials(self, grid: Grid) -> list[tuple[Variant, int]]:
        """All that are explored: the grid's, then what was given beyond them."""
        filled = range(self.start, self.start + self.filled)
        later = [(v, seed) for v in grid.variants if v not in grid.references for seed in filled]
        later += [(v, seed) for v in grid.variants for seed in self.more.get(v.label, ())]
        return list(dict.fromkeys([*grid.trials, *later]))

    def after(self, step: Pursue | Confirm | FillUp) -> "Allocation":
        """With this step decided. Who is pursued at a time gets the same seeds, which none was explored with before."""
        if isinstance(step, Pursue):
            seeds = tuple(range(self.first_fresh, self.first_fresh + step.seeds))
            given = {variant: (*self.more.get(variant, ()), *seeds) for variant in step.variants}
            return replace(self, more={**self.more, **given})
        if isinstance(step, Confirm):
            return replace(self, frozen=True, chosen=step.chosen, fresh=step.seeds)
        return replace(self, frozen=True, filled=step.seeds, reason=step.reason)

    def to_text(self) -> str:
        """For a tag: JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def from_text(cls, text: str) -> "Allocation":
        """Of `to_text`. Raises ValueError for something else."""
        try:
            content = from_json(text)
            values = {one.name: content[one.name] for one in fields(cls)}
            more = {str(variant): tuple(map(int, seeds)) for variant, seeds in values["more"].items()}
            return cls(**values | {"more": more})
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise ValueError(f"expected an allocation, received {text!r} ({error!r})") from None
