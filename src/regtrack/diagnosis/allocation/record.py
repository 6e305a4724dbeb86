"""Allocation: what a sweep with `seeds: auto` decided on so far, written down before it is acted on."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

from regtrack.diagnosis.allocation.next_step import Confirm, FillUp, Pursue
from regtrack.variants.grid import Grid
from regtrack.variants.variant import Variant


@dataclass(frozen=True)
class Round:
    """These variants get these seeds, beyond those that all start with."""

    variants: tuple[str, ...]
    seeds: tuple[int, ...]


@dataclass(frozen=True)
class Allocation:
    """Seeds as they were given out; whether each came to its end is a matter of the trials.

    `start` seeds of every variant; `rounds` of those that were pursued, or of all where the budget is spent as a fixed
    design for a `reason` (see next_step). Once `frozen` validation has chosen: `chosen` gets `fresh` seeds, as does the
    baseline, unless that itself is chosen.
    """

    start: int
    rounds: tuple[Round, ...] = ()
    frozen: bool = False
    chosen: str = ""
    fresh: int = 0
    reason: str = ""

    @property
    def first_fresh(self) -> int:
        """The first seed that no variant was explored with."""
        return max([self.start, *(max(one.seeds) + 1 for one in self.rounds)])

    @property
    def pursued(self) -> tuple[str, ...]:
        """Every variant that was given more than the seeds it started with, in that order."""
        return tuple(dict.fromkeys(variant for one in self.rounds for variant in one.variants))

    def trials(self, grid: Grid) -> list[tuple[Variant, int]]:
        """All that are explored: the grid's, then those of the rounds."""
        of = {variant.label: variant for variant in grid.variants}
        later = [(of[v], seed) for one in self.rounds for v in one.variants if v in of for seed in one.seeds]
        return list(dict.fromkeys([*grid.trials, *later]))

    def after(self, step: Pursue | Confirm | FillUp, grid: Grid) -> "Allocation":
        """With this step decided."""
        known = asdict(self) | {"rounds": self.rounds}
        if isinstance(step, Pursue):
            return Allocation(**known | {"rounds": (*self.rounds, self._round(step.variants, step.seeds))})
        known["frozen"] = True
        if isinstance(step, Confirm):
            return Allocation(**known | {"chosen": step.chosen, "fresh": step.seeds})
        every = tuple(variant.label for variant in grid.variants)
        rounds = (*self.rounds, self._round(every, step.seeds)) if step.seeds else self.rounds
        return Allocation(**known | {"rounds": rounds, "reason": step.reason})

    def _round(self, variants: tuple[str, ...], seeds: int) -> Round:
        """A variant goes on where it stopped: of several the seeds are those of all, none of which it had."""
        had = {variant: self.start for variant in variants}
        for one in self.rounds:
            had |= {variant: max(one.seeds) + 1 for variant in one.variants if variant in had}
        first = max(had.values())
        return Round(variants, tuple(range(first, first + seeds)))

    def to_dict(self) -> dict:
        """Plain values, for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, content: Mapping) -> "Allocation":
        """Of `to_dict`, also after JSON. Raises KeyError, TypeError or ValueError for something else."""
        values = {field.name: content[field.name] for field in fields(cls)}
        rounds = (Round(tuple(map(str, one["variants"])), tuple(map(int, one["seeds"]))) for one in values["rounds"])
        return cls(**values | {"rounds": tuple(rounds), "start": int(values["start"]), "fresh": int(values["fresh"])})
