"""Table: what the page's one table macro draws; every cell is text by now."""

from typing import NamedTuple

from regtrack.report.badges import Badge
from regtrack.words.numbers import MISSING


class Column(NamedTuple):
    """`unit` stands under the heading, `number` columns are set to the right."""

    heading: str
    unit: str = ""
    number: bool = True


class Cell(NamedTuple):
    """`badge` is drawn before `text`; `sub` stands under both, small; `links` are (words, address or None)."""

    text: str = ""
    sub: str = ""
    badge: Badge | None = None
    links: tuple[tuple[str, str | None], ...] = ()

    @property
    def empty(self) -> bool:
        return self.badge is None and self.text in ("", MISSING) and not self.sub and not self.links


class Table(NamedTuple):
    """`caption` is for who cannot see the heading above it."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def without_empty_columns(self, *keep: str) -> "Table":
        """Columns in which no row has anything are left out, but for those named in `keep`."""
        return self._of(
            [i for i, c in enumerate(self.columns) if c.heading in keep or any(not row[i].empty for row in self.rows)]
        )

    def without(self, column: Column) -> "Table":
        return self._of([i for i, c in enumerate(self.columns) if c != column])

    def _of(self, used: list[int]) -> "Table":
        rows = tuple(tuple(row[i] for i in used) for row in self.rows)
        return Table(self.caption, tuple(self.columns[i] for i in used), rows)


def words(value: object) -> str:
    """Text of a word that may be missing."""
    return MISSING if value is None or value != value or not str(value) else str(value)
