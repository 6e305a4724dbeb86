"""Said: what is to be said, as a value with a name; the sentence is made from it where it is shown."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar


@dataclass(frozen=True)
class Said:
    """Each kind of them is a class with its WORDS.

    name: a key of WORDS.
    values: what its words need, as JSON may hold it.
    """

    name: str
    values: Mapping[str, object] = field(default_factory=dict)

    WORDS: ClassVar[Mapping[str, str | Callable[..., str]]] = {}
    """By name, a template of the values, or what makes the sentence of them."""

    @property
    def sentence(self) -> str:
        words = self.WORDS[self.name]
        return words.format(**self.values) if isinstance(words, str) else words(**self.values)

    @classmethod
    def in_words(cls, said: "Said | Mapping | str | None") -> str:
        """Of a value, also as JSON gives it back, and of none; an older store holds the words themselves, which stand as
        they are."""
        if said is None or isinstance(said, str):
            return said or ""
        return said.sentence if isinstance(said, Said) else cls(said["name"], said["values"]).sentence
