"""Column: one column of a table, as text and, where it is one of numbers, as numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

MOST_CHARACTERS = 60  # of a cell that is shown


@dataclass(frozen=True, eq=False)
class Column:
    """Args:
    name: its name.
    text: n cells as shown, "" for a missing one.
    numbers: (n,) float64, NaN for missing; None if some cell is no number. Booleans are 1 and 0.
    wrong: "" or what it holds that can be neither number nor category: "dates", "lists" and so on.
    is_category: the file itself says that it holds categories.
    is_boolean: numbers stands for true and false.
    comma: its numbers have a decimal comma.
    decimal: the mark of a number that comes as text, "." or ",".
    reads_any: it is numbers whatever it holds: a cell that holds none is missing.
    read_as_missing: what stood in cells that were taken for missing, empty ones aside.
    lines: n line numbers of a file, from 1; None where rows have no lines.
    as_written: a row whose number needed more reading than a plain one: a currency sign, thousands marks.
    parts: the columns that it becomes, of a date; () where it is one itself.
    date_order: which of day and month its dates have first, "dmy" or "mdy"; "" where none of them has it as a question.
    sign: the currency or percent sign of its numbers, "" without; None where it is numbers whatever it holds.
    unit: what stood behind its numbers and was left aside, as `kg`; "" where nothing did.
    no_numbers: the different cells that are no number, of a column that holds numbers else; () of numbers and of text.
    """

    name: str
    text: list[str]
    numbers: np.ndarray | None = None
    wrong: str = ""
    is_category: bool = False
    is_boolean: bool = False
    comma: bool = False
    decimal: str = "."
    reads_any: bool = False
    read_as_missing: frozenset[str] = frozenset()
    lines: Sequence[int] | None = None
    as_written: int | None = None
    no_numbers: frozenset[str] = frozenset()
    parts: tuple["Column", ...] = ()
    date_order: str = ""
    sign: str | None = ""
    unit: str = ""

    @property
    def n_missing(self) -> int:
        """Cells without a value."""
        return self.text.count("")

    def distinct(self) -> set[str]:
        """The values that occur, "" left out."""
        return set(self.text) - {""}

    def is_constant(self) -> bool:
        """One value throughout; a missing cell beside it is another value."""
        return len(set(self.text)) < 2

    def labels(self) -> np.ndarray:
        """(n,) labels as `encode_labels` takes them: numbers, or text with None for missing."""
        if self.numbers is not None and not self.is_boolean:
            return self.numbers
        return np.array([cell or None for cell in self.text], dtype=object)

    def shown(self) -> list[str]:
        """The cells, long ones cut."""
        return [cell if len(cell) <= MOST_CHARACTERS else f"{cell[: MOST_CHARACTERS - 1]}…" for cell in self.text]

    def place(self, row: int) -> str:
        """Where a person finds a row: its line in the file, else its number."""
        return f"row {row}" if self.lines is None else f"line {self.lines[row]}"
