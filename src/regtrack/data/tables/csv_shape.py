"""Which lines of a CSV file are its header and its rows: title lines, row names and a missing header are found."""

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from regtrack.data.tables.cells import MISSING
from regtrack.data.tables.numerals import sign_of
from regtrack.errors import DataError
from regtrack.words.lists import first_few

MOST_TITLES = 20
ROWS_LOOKED_AT = 1_000
NUMERIC_SHARE = 0.9  # of a column's cells are numbers: then its name is none


@dataclass(frozen=True, slots=True)
class Line:
    """The cells of one line (of several, where a cell holds line ends), and the number of the first of them."""

    number: int
    cells: list[str]


@dataclass(frozen=True)
class Shape:
    """names: one a column. rows: lines of as many cells. notes: what was left out or taken as what."""

    names: list[str]
    rows: list[Line]
    notes: tuple[str, ...]


def shape_of(lines: list[Line], path: object, *, separator: str, header: str = "") -> Shape:
    """Names, rows and notes of the lines of a file.

    Args:
        lines: all but empty ones.
        path, separator: for messages.
        header: "no": every line is an example, columns are called `column 1` and so on; "yes": the first line names
            them whatever it looks like; "": it does unless it looks like an example.

    Raises:
        DataError: no rows, a row of another length, or a first line that may be an example.
    """
    if header == "no":
        rows = lines
        first, notes = Line(0, [f"column {i + 1}" for i in range(len(lines[0].cells) if lines else 0)]), []
    else:
        first, rows, notes = _below_titles(lines)
    if not rows:
        raise DataError(f"Expected a header line and rows in {path}, received {'no rows' if lines else 'an empty file'}; "
                        "give a file with examples.")  # fmt: skip
    names, rows, more = _of_one_width(first, rows, path, separator)
    if not header and _is_an_example(names, rows):
        raise DataError(
            f"Expected a header line in {path}, received what looks like an example in line {first.number} ({first_few(names)}); add a "
            "line with the columns' names, or give &header=no, which calls them 'column 1', 'column 2' and so on, or "
            "&header=yes if these are names."
        )
    return Shape([name or f"Unnamed: {i}" for i, name in enumerate(names)], rows, (*notes, *more))


def _below_titles(lines: list[Line]) -> tuple[Line, list[Line], list[str]]:
    """The header, the lines below it, and a note on lines above: those with one cell, where the others have several."""
    if not lines:
        return Line(0, []), [], []
    width = Counter(len(line.cells) for line in lines).most_common(1)[0][0]
    n = 0
    while n < min(MOST_TITLES, len(lines) - 2) and width > 1 and _is_title(lines[n], width):
        n += 1
    if not n:
        return lines[0], lines[1:], []
    shown = " ".join(" ".join(lines[0].cells).split())[:60]
    place = f"line {lines[0].number}" if n == 1 else f"lines {lines[0].number} to {lines[n - 1].number}"
    return (
        lines[n],
        lines[n + 1 :],
        [f"{place} above the header ({shown!r}) left out; the header is line {lines[n].number}"],
    )


def _is_title(line: Line, width: int) -> bool:
    """One cell, or in a wide table one and empty ones behind it as a spreadsheet writes them; or a comment."""
    if len(line.cells) != width and line.cells[0].lstrip().startswith("#"):
        return True
    is_alone = bool(line.cells[0].strip()) and not any(cell.strip() for cell in line.cells[1:])
    return is_alone and (len(line.cells) != width or width > 2)


def _of_one_width(
    first: Line, rows: list[Line], path: object, separator: str
) -> tuple[list[str], list[Line], list[str]]:
    """Names, and rows of one cell for each. What all rows have too much is an empty end or, as R and pandas write them,
    the rows' names; a name too much is an empty end of the header."""
    names = [name.strip() for name in first.cells]
    widths = {len(row.cells) for row in rows}
    width = next(iter(widths))
    if len(widths) == 1 and width == len(names) + 1:
        if not any(row.cells[-1].strip() for row in rows):
            return names, [Line(row.number, row.cells[:-1]) for row in rows], []
        note = (
            f"the header names {len(names)} columns of {width}: the first cell of each line ({rows[0].cells[0]!r}, ...) was "
            "taken for the row's name and left out"
        )
        return names, [Line(row.number, row.cells[1:]) for row in rows], [note]
    if len(widths) == 1 and width == len(names) - 1 and not names[-1]:
        return names[:-1], rows, []
    if len(widths) == 1 and width != len(names):
        raise DataError(
            f"Expected a name for each column of {path}, received {len(names)} in its header (line {first.number}) and "
            f"{width} cells in every line below (separator {separator!r}); correct the header, quoting a name that holds the "
            "separator, or give &separator=."
        )
    for row in rows:
        if len(row.cells) != len(names):
            raise DataError(
                f"Expected {len(names)} cells in each line of {path}, as in its header, received "
                f"{len(row.cells)} in line {row.number} (separator {separator!r}); correct the line, quote cells that hold "
                "the separator, or give &separator=."
            )
    return names, rows, []


def _is_an_example(names: list[str], rows: Sequence[Line]) -> bool:
    """The first line looks like the lines below: a number wherever they hold numbers, a value of theirs elsewhere."""
    looked_at = rows[:ROWS_LOOKED_AT]
    inside: list[bool] = []
    numeric: list[str] = []
    repeats = 0
    for name, cells in zip(names, zip(*(row.cells for row in looked_at), strict=True), strict=True):
        present = [cell.strip() for cell in cells if cell.strip() not in MISSING]
        if not name or not present:
            continue
        distinct = set(present)
        numbers = {cell for cell in distinct if sign_of(cell) is not None}
        if sum(cell in numbers for cell in present) >= NUMERIC_SHARE * len(present):
            if sign_of(name) is None:
                return False
            numeric.append(name)
            inside.append(name in numbers or _is_between(name, numbers))
        elif name in distinct:
            repeats += 1
        elif len(distinct) < len(present) / 2:
            return False  # the column repeats its values, and its name is none of them
    if repeats:
        return True
    return bool(inside) and sum(inside) >= NUMERIC_SHARE * len(inside) and not _counts(numeric)


def _is_between(name: str, numbers: set[str]) -> bool:
    """The number is within the range of these, all of them as a computer writes them."""
    try:
        return min(values := [float(cell) for cell in numbers]) <= float(name) <= max(values)
    except ValueError:
        return False


def _counts(names: list[str]) -> bool:
    """Years and numbered columns are names: whole numbers in steps of one size."""
    if not all(name.isdecimal() for name in names):
        return False
    steps = {int(b) - int(a) for a, b in itertools.pairwise(names)}
    return len(steps) == 1 and 0 not in steps
