"""What the columns of a file of text are: each by its cells, and a mark that may be either by what the others show."""

import itertools
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from regtrack.data.tables.cells import BOOLEANS, MISSING, is_mark
from regtrack.data.tables.columns import Column
from regtrack.data.tables.dates import kind_of
from regtrack.data.tables.numbers_with_units import odd_among_units, one_unit, several_units, unit_of, without_unit
from regtrack.data.tables.numerals import DECIMALS, decimals_of, is_ambiguous, number_in, one_number, sign_of
from regtrack.errors import DataError

MOST_LOOKED_AT = 2_000  # of a column's odd cells: a column of long texts need not be read to its end
POINT, COMMA = DECIMALS.values()
EITHER = "thousands or decimals"
"""What is wrong with numbers that only a person can tell: 1.404 in a file of points and commas."""
TWO_WAYS = "numbers written in two ways"
"""What is wrong with numbers of several currencies, or with decimal commas here and points there."""
SEVERAL_UNITS = "numbers of several units"
"""What is wrong with 500 g and 1 kg: no mark, but a person, brings them to one."""


def columns_from_text(
    names: Sequence[str],
    cells: Sequence[Sequence[str]],
    *,
    numbers: Collection[str] = (),
    decimal: str = "",
    quoted_commas: bool = False,
    lines: Sequence[int] | None = None,
) -> list[Column]:
    """The columns of a table that holds text only.

    Args:
        names: of the columns.
        cells: n texts a column; space around them does not count.
        numbers: columns that are numbers whatever they hold: a cell that holds none is missing.
        decimal: what 1.404 or 1,404 has as decimal mark where it may be either; "" to take it from the file's other cells.
        quoted_commas: commas separate the cells, so that one within a cell was quoted: without other evidence it
            groups thousands. Else it may as well be a decimal comma, and the column is left to be asked about.
        lines: n line numbers, for messages.

    Raises:
        DataError: a column of `numbers` holds none.
    """
    parts = [_Cells.of(name, text, lines) for name, text in zip(names, cells, strict=True)]
    shown = _shown(parts, numbers)
    return [
        part.forced(decimal, shown) if part.name in numbers else part.column(decimal, shown, quoted_commas)
        for part in parts
    ]


def plain_numbers(text: list[str]) -> np.ndarray | None:
    """(n,) float64 with NaN for "", or None if a cell is no number as a computer writes it."""
    import pandas as pd

    numbers = pd.to_numeric(pd.Series(text, dtype=object), errors="coerce").to_numpy(np.float64)
    is_missing = np.array([cell == "" for cell in text])
    return None if (np.isnan(numbers) & ~is_missing).any() else numbers


def odd_among_numbers(values: Collection[str]) -> frozenset[str]:
    """Those of `values` that are no number; () where fewer than half of them are numbers, and where all are."""
    import pandas as pd

    values = sorted(values)
    numbers = pd.to_numeric(pd.Series(values, dtype=object), errors="coerce").to_numpy(np.float64)
    rest = [values[i] for i in np.flatnonzero(np.isnan(numbers))]
    first = list(itertools.islice((cell for cell in rest if sign_of(cell) is None), MOST_LOOKED_AT))
    return frozenset(first) if len(first) < min(len(values) / 2, MOST_LOOKED_AT) else frozenset()


@dataclass(frozen=True, eq=False)
class _Cells:
    """A column's cells before it is known what they are.

    Args:
        text: "" for what is missing for certain.
        values: the different cells that are neither missing nor a mere mark, as `-`.
        marks: the different mere marks.
        tokens: what stood in cells that are missing for certain, empty ones aside.
        plain: the numbers, marks missing, or None if a cell is none as a computer writes it.
    """

    name: str
    text: list[str]
    values: frozenset[str]
    marks: frozenset[str]
    tokens: frozenset[str]
    plain: np.ndarray | None
    lines: Sequence[int] | None

    @classmethod
    def of(
        cls, name: str, cells: Sequence[str], lines: Sequence[int] | None, tokens: frozenset[str] = frozenset()
    ) -> "_Cells":
        """`tokens`: what was found missing already."""
        text = [cell.strip() for cell in cells]
        distinct = frozenset(text)
        here = distinct & MISSING - {""}
        if here:
            text = ["" if cell in here else cell for cell in text]
        marks = frozenset(filter(is_mark, distinct - MISSING))
        plain = plain_numbers(_without(text, marks)) if distinct - MISSING != marks or not marks else None
        return cls(name, text, distinct - MISSING - marks, marks, tokens | here, plain, lines)

    def column(self, decimal: str, shown: frozenset[str], quoted_commas: bool) -> Column:
        """What the cells are, where nobody said it; `decimal`, `quoted_commas` as of `columns_from_text`. A unit that all numbers
        have is left aside."""
        found = self.bare._column(decimal, shown, quoted_commas)
        if not self._unit:
            return found
        text = [written if cell else "" for written, cell in zip(self.text, found.text, strict=True)]
        return replace(found, text=text, unit=self._unit)

    @cached_property
    def _unit(self) -> str:
        return "" if self.plain is not None or self.decimals else one_unit(self.values)

    @cached_property
    def bare(self) -> "_Cells":
        """The same without the unit of its numbers."""
        if not self._unit:
            return self
        return _Cells.of(self.name, [without_unit(cell, self._unit) for cell in self.text], self.lines, self.tokens)

    def _column(self, decimal: str, shown: frozenset[str], quoted_commas: bool) -> Column:
        if self.values and {cell.lower() for cell in self.values} <= set(BOOLEANS):
            value = {cell: BOOLEANS[cell.lower()] for cell in self.values}
            return self._of_numbers(value, is_boolean=True)
        if self.plain is not None and not self._may_have_thousands(decimal, shown):
            has_point = any(POINT in cell for cell in self.values)
            usual = POINT if has_point else _usual(decimal, shown)
            return self._of(_without(self.text, self.marks), tokens=self.marks, numbers=self.plain, decimal=usual)
        own = self.decimals
        if not own:
            odd = odd_among_numbers(self.values) or odd_among_units(self.values)
            return self._of(self.text, wrong=self._wrong(), no_numbers=odd)
        if len(own) == 1:
            chosen = min(own)
        elif is_ambiguous(self.values):
            chosen = _settled(self.values, decimal, shown, quoted_commas)
        else:
            chosen = _usual(decimal, shown)
        if not chosen:
            first = next(cell for cell in self.text if cell in self.values and is_ambiguous([cell]))
            return self._of(self.text, wrong=f"{EITHER}: {first!r} in {self.place(first)}")
        value = {cell: number_in(cell, chosen) for cell in self.values}
        odd = (cell for cell in self.text if cell in value and not _is_plain(cell, chosen, value[cell]))
        has_comma = chosen == COMMA and any(COMMA in cell for cell in self.values)
        sign = sign_of(next(iter(self.values)))  # of all of them, as `decimals` asks
        first = self._row(next(odd, None))
        return self._of_numbers(value, comma=has_comma, decimal=chosen, as_written=first, sign=sign)

    def forced(self, decimal: str, shown: frozenset[str]) -> Column:
        """Numbers whatever it holds: what stands around a number is left aside, a cell without one is missing."""
        usual = _usual(decimal, shown)
        value = {cell: _number_of(cell, usual) for cell in self.values}
        value = {cell: number for cell, number in value.items() if not np.isnan(number)}
        if not value:
            received = f"{self.text[0]!r} in {self.place(self.text[0])}" if self.values else "empty cells only"
            raise DataError(
                f"Expected numbers in column {self.name}, as numbers= says, received none ({received}); take it out of "
                "numbers."
            )
        return self._of_numbers(value, decimal=usual, reads_any=True, sign=None)

    @cached_property
    def decimals(self) -> frozenset[str]:
        """Which marks can be the decimal one in all cells; none where a cell is no number, or of another currency."""
        if len({sign_of(cell) for cell in itertools.islice(self.values, MOST_LOOKED_AT)}) != 1:
            return frozenset()
        return decimals_of(self.values)

    def place(self, cell: str) -> str:
        return Column(self.name, self.text, lines=self.lines).place(self._row(cell))

    def _row(self, cell: str | None) -> int | None:
        return None if cell is None else self.text.index(cell)

    def _may_have_thousands(self, decimal: str, shown: frozenset[str]) -> bool:
        """The numbers are plain ones, as 1.404 throughout, that are thousands in a file of decimal commas."""
        has_point = COMMA in (decimal or shown) and any(POINT in cell for cell in self.values)
        return has_point and COMMA in self.decimals and is_ambiguous(self.values)

    def _wrong(self) -> str:
        """Why cells that are no column of numbers are no categories either, or ""."""
        if self.values and (kind := kind_of(self.values)):
            return kind
        looked_at = sorted(itertools.islice(self.values, MOST_LOOKED_AT))
        if odd_among_numbers(self.values):  # most have no unit: one that has is a slip, and named as one
            return ""
        if units := several_units(looked_at):
            cells = [next(cell for cell in looked_at if unit_of(cell) == unit) for unit in units[-2:]]
            places = ", ".join(f"{cell!r} in {self.place(cell)}" for cell in cells)
            return f"{TWO_WAYS if len(units) == 2 and '' in units else SEVERAL_UNITS}: {places}"
        if not looked_at or any(sign_of(cell) is None for cell in looked_at):
            return ""
        # Numbers all of them, and yet not written in one way.
        first = looked_at[0]
        other = next(
            (cell for cell in looked_at if sign_of(cell) != sign_of(first) or not decimals_of([first, cell])),
            looked_at[-1],
        )
        return f"{TWO_WAYS}: {first!r} in {self.place(first)}, {other!r} in {self.place(other)}"

    def _of_numbers(self, value: dict[str, float], **parts) -> Column:
        """A column of these cells' numbers; every other cell is missing."""
        odd = (self.values | self.marks) - set(value)
        text = _without(self.text, odd)
        numbers = np.array([value[cell] if cell else np.nan for cell in text])
        return self._of(text, tokens=odd, numbers=numbers, **parts)

    def _of(self, text: list[str], *, tokens: frozenset[str] = frozenset(), **parts) -> Column:
        return Column(self.name, text, read_as_missing=self.tokens | tokens, lines=self.lines, **parts)


def _without(text: list[str], missing: frozenset[str]) -> list[str]:
    return ["" if cell in missing else cell for cell in text] if missing else text


def _shown(parts: list[_Cells], forced: Collection[str]) -> frozenset[str]:
    """The decimal marks that some column of the file shows beyond doubt: those of plain numbers count where a comma, or
    a cell that may be either, makes it a question; of columns that are forced to be numbers each cell speaks for itself."""
    parts = [part if part.name in forced else part.bare for part in parts]
    odd = [part.decimals for part in parts if part.plain is None and part.values and part.name not in forced]
    odd += [decimals_of([cell]) for part in parts if part.name in forced for cell in part.values]
    shown = frozenset().union(*(own for own in odd if len(own) == 1))
    if COMMA in shown or any(len(own) > 1 for own in odd):
        plain = [part for part in parts if part.plain is not None and any(POINT in cell for cell in part.values)]
        shown |= frozenset().union(*(own for part in plain if len(own := part.decimals) == 1))
    return shown


def _usual(decimal: str, shown: frozenset[str]) -> str:
    """The decimal mark of a file for cells that have none themselves."""
    return decimal or (COMMA if shown == {COMMA} else POINT)


def _settled(values: frozenset[str], decimal: str, shown: frozenset[str], quoted_commas: bool) -> str:
    """The decimal mark of cells that may have either; "" where nothing tells."""
    if decimal or len(shown) == 1:
        return decimal or min(shown)
    return POINT if not shown and quoted_commas and any(COMMA in cell for cell in values) else ""


def _is_plain(cell: str, decimal: str, number: float) -> bool:
    """The cell is its number as a computer writes it, the decimal mark aside."""
    try:
        return float(cell.replace(decimal, POINT)) == number
    except ValueError:
        return False


def _number_of(cell: str, usual: str) -> float:
    """The one number of a cell, its decimal mark the usual one unless it can only be the other; NaN without."""
    own = decimals_of([cell])
    if own:
        return number_in(cell, usual if usual in own else min(own))
    return one_number(cell, usual)
