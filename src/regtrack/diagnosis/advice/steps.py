"""Steps: what to try next on a variant, as values and in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from regtrack.diagnosis.regimes.remedies import Remedy
from regtrack.names import UNDETERMINED
from regtrack.words.said import Said

STRONGER, WEAKER = "stronger", "weaker"
"""Directions."""

KEEP = "keep"
FITS_HERE = "fits_here"
UNSETTLED = "unsettled"
ADD_A_REGULARIZER = "add_a_regularizer"
USUAL_ARE_TRIED = "usual_are_tried"
WIDEN = "widen"
WIDEN_OR_TRAIN_MORE = "widen_or_train_more"
WIDER_IS_TRIED = "wider_is_tried"
MOVE = "move"
MOVE_IS_TRIED = "move_is_tried"
TRY_BETWEEN = "try_between"
NOTHING_BETWEEN = "nothing_between"
AT_THE_END = "at_the_end"


def _with_remedy(head: str, remedy: Remedy | Mapping | None) -> str:
    return "; ".join([head, Remedy.in_words(remedy)] if remedy else [head])


def _at_the_end(param: str, value: float, direction: str) -> str:
    most = {STRONGER: "strong", WEAKER: "weak"}[direction]
    return f"{param}={value:g} is as {most} as it goes: try another regularizer"


@dataclass(frozen=True)
class Advice(Said):
    """`grid_lines` go under `variants:` of a grid file as they are; empty where nothing is to be tried.

    Of the values: `param` at `value` is moved in a `direction`; `other` is a variant of the sweep and `regime` its
    fitting regime; `remedy` is the first that would settle the regime, None where none is known.
    """

    grid_lines: tuple[str, ...] = ()

    WORDS: ClassVar = {
        KEEP: "it fits; keep it",
        FITS_HERE: lambda remedy: _with_remedy("it fits as far as this sweep can tell", remedy),
        UNSETTLED: lambda remedy: _with_remedy(UNDETERMINED, remedy),
        ADD_A_REGULARIZER: "overfit without a regularizer that has a strength: add one",
        USUAL_ARE_TRIED: "overfit; the usual regularizers are in this sweep already: see how they fare",
        WIDEN: "underfit without a regularizer to weaken: a wider net, {widths} to {wider}",
        WIDEN_OR_TRAIN_MORE: "underfit without a regularizer to weaken: a wider net, more epochs or a larger learning rate",
        WIDER_IS_TRIED: "a wider net is in this sweep: {other} is {regime}",
        MOVE: "a {direction} {param} than {value:g}",
        MOVE_IS_TRIED: "a {direction} {param} is in this sweep: {other} is {regime}",
        TRY_BETWEEN: "{other} already is {regime}: try between, {param} {value:g}",
        NOTHING_BETWEEN: "{other} already is {regime}, with nothing in between: try another regularizer",
        AT_THE_END: _at_the_end,
    }

    @classmethod
    def in_words(cls, said: Said | Mapping | str | None) -> str:
        """An older store holds the sentence in its place."""
        return super().in_words(said.get("sentence", said) if isinstance(said, Mapping) else said)
