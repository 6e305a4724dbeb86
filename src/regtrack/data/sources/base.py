"""Source: what one file of this folder declares."""

import abc
from typing import ClassVar

from regtrack.data.dataset import Dataset
from regtrack.data.raw import RawData


class Source(abc.ABC):
    """Where data comes from. `name` is what a spec starts with: "name" or "name:argument".

    `example` is a right spec for a person's own data, "" where a source has none of those. `options` stand behind the
    argument's `?`. `sets` are names it takes as argument, `suffixes` ends of the file names it reads.

    Listing the sources imports them all: only numpy at a file's top level, the rest inside `load`.
    """

    name: ClassVar[str]
    order: ClassVar[int] = 0
    """All alike, so that sources are listed by name."""
    example: ClassVar[str] = ""
    options: ClassVar[tuple[str, ...]] = ()
    sets: ClassVar[tuple[str, ...]] = ()
    suffixes: ClassVar[tuple[str, ...]] = ()

    def check(self, argument: str) -> None:  # noqa: B027 - a source may have nothing to refuse so early
        """Raises DataError for what `load` would refuse before it reads anything: no such file or function."""

    @abc.abstractmethod
    def load(self, argument: str) -> RawData | Dataset:
        """The data; it is checked, split, scaled and noted upon by `building`. A finished Dataset is taken as it is.

        Args:
            argument: what follows the colon, "" when the spec has none.

        Raises:
            DataError: there is no such data, or it is damaged.
        """

    def reads(self, path: str) -> bool:
        """A spec that is only this path, without the source's name, probably means this source."""
        return path.lower().endswith(self.suffixes) if self.suffixes else False

    def spec_of(self, path: str) -> str:
        """The spec of a path, which may have options."""
        return f"{self.name}:{path}"
