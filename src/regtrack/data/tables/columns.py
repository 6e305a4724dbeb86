"""Column: one column of a table, as text and, where it is one of numbers, as numbers."""

import re
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

MISSING = frozenset(
    (
        "",
        "?",
        "#N/A",
        "#N/A N/A",
        "#NA",
        "-NaN",
        "-nan",
        "<NA>",
        "N/A",
        "NA",
        "NULL",
        "NaN",
        "None",
        "n/a",
        "nan",
        "null",
    )
)  # pandas' own, and the UCI repository's question mark
MOST_CHARACTERS = 60  # of a cell that is shown
BOOLEANS = {"true": 1.0, "false": 0.0}
_MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
DATE = re.compile(
    rf"(\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}|\d{{1,2}}[-/.]\d{{1,2}}[-/.]\d{{2,4}}|\d{{1,2}}\.? {_MONTH},? \d{{2,4}}"
    rf"|{_MONTH} \d{{1,2}},? \d{{4}})([ T].*)?|\d{{1,2}}:\d{{2}}(:\d{{2}})?(\.\d+)?",
    re.IGNORECASE,
)


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
    read_as_missing: what stood in cells that were taken for missing, empty ones aside.
    """

    name: str
    text: list[str]
    numbers: np.ndarray | None = None
    wrong: str = ""
    is_category: bool = False
    is_boolean: bool = False
    comma: bool = False
    read_as_missing: frozenset[str] = frozenset()

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


def column_from_text(name: str, cells: list[str], *, decimal_comma: bool) -> Column:
    """A column of a file that holds text only: what its cells are is read off them.

    Args:
        cells: n texts; space around them does not count.
        decimal_comma: 1,5 may be a number (the comma does not separate cells).
    """
    text = [cell.strip() for cell in cells]
    distinct = set(text)
    tokens = distinct & MISSING
    if tokens - {""}:
        text = ["" if cell in MISSING else cell for cell in text]
    values = distinct - MISSING
    parts = {"read_as_missing": frozenset(tokens - {""})}
    if not values:
        return Column(name, text, np.full(len(text), np.nan), **parts)
    if {value.lower() for value in values} <= set(BOOLEANS):
        numbers = np.array([BOOLEANS[cell.lower()] if cell else np.nan for cell in text])
        return Column(name, text, numbers, is_boolean=True, **parts)
    numbers = as_numbers(text)
    if numbers is not None:
        return Column(name, text, numbers, **parts)
    if decimal_comma and all(re.fullmatch(r"[-+]?\d*,?\d+([eE][-+]?\d+)?", value) for value in values):
        return Column(name, text, as_numbers([cell.replace(",", ".") for cell in text]), comma=True, **parts)
    wrong = "dates" if all(DATE.fullmatch(value) for value in values) else ""
    return Column(name, text, wrong=wrong, **parts)


def no_numbers(values: Collection[str]) -> set[str]:
    """Those of `values` that are no number."""
    import pandas as pd

    values = list(values)
    numbers = pd.to_numeric(pd.Series(values, dtype=object), errors="coerce").to_numpy(np.float64)
    return {values[i] for i in np.flatnonzero(np.isnan(numbers))}


def as_numbers(text: list[str]) -> np.ndarray | None:
    """(n,) float64 with NaN for "", or None if a cell is no number."""
    import pandas as pd

    numbers = pd.to_numeric(pd.Series(text, dtype=object), errors="coerce").to_numpy(np.float64)
    is_missing = np.array([cell == "" for cell in text])
    return None if (np.isnan(numbers) & ~is_missing).any() else numbers
