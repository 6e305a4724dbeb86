"""Regularizer: what one file of this folder declares."""

import abc
from collections.abc import Mapping
from typing import ClassVar

from regtrack.variants.effects import Effect
from regtrack.variants.params import Param, Value


def short(value: Value) -> str:
    """The shortest text that reads back as the same value: 0.001, not 0.001000."""
    if isinstance(value, float):
        text = f"{value:g}"
        return text if float(text) == value else repr(value)
    return str(value)


class Regularizer(abc.ABC):
    """A technique: its parameters, when it is active, what it does, how it is labelled.

    `order` sorts labels and gives charts their hue. `supersedes` names techniques whose effects this one takes
    over when it is active (l1_l2 is one Keras object for the parameters of l1 and of l2).
    """

    name: ClassVar[str]
    title: ClassVar[str]
    order: ClassVar[int]
    params: ClassVar[tuple[Param, ...]]
    supersedes: ClassVar[tuple[str, ...]] = ()

    def is_active(self, values: Mapping[str, Value]) -> bool:
        first = self.params[0]
        return values[first.name] != first.neutral

    def label(self, values: Mapping[str, Value]) -> str:
        return f"{self.name}={short(values[self.params[0].name])}"

    @abc.abstractmethod
    def effects(self, values: Mapping[str, Value]) -> tuple[Effect, ...]:
        """What to do to model and training; called only when active."""

    def notes(self, values: Mapping[str, Value], layer_kinds: frozenset[str]) -> tuple[str, ...]:
        """Remarks on unusual but allowed values, given the model's layer kinds (dense, conv, recurrent)."""
        return ()
