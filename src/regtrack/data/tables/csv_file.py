"""Read a CSV file into columns: separator and encoding found, rows of another length refused with their line."""

import csv
import io
import itertools
import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from regtrack.data.tables.columns import Column
from regtrack.data.tables.csv_shape import Line, shape_of
from regtrack.data.tables.text_columns import columns_from_text
from regtrack.errors import DataError

CANDIDATES = (",", ";", "\t", "|")
ROWS_LOOKED_AT = 50
BYTE_ORDER_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
SEPARATOR_LINE = re.compile(r"sep=(.)[ \t]*\r?\n", re.IGNORECASE)  # what Excel writes for itself


@dataclass(frozen=True)
class CsvTable:
    """A file's cells as they stand there.

    Args:
        names: of the columns.
        rows: a line an example.
        separator: what cells are separated by.
        notes: what a person should know of how header and lines were read.
    """

    names: list[str]
    rows: list[Line]
    separator: str
    notes: tuple[str, ...]

    def columns(self, *, numbers: Collection[str] = (), decimal: str = "", **_) -> list[Column]:
        """What the cells are, of all columns: one that is left out still shows what marks mean. `numbers`, `decimal` and errors as
        of `columns_from_text`."""
        return columns_from_text(
            self.names,
            list(zip(*(row.cells for row in self.rows), strict=True)),
            numbers=numbers,
            decimal=decimal,
            quoted_commas=self.separator == ",",
            lines=[row.number for row in self.rows],
        )


def read_csv(path: Path, *, separator: str = "", encoding: str = "", header: str = "") -> CsvTable:
    """The cells of a CSV file, its columns named.

    Python's own reader and not pandas': that one fills a row that is cut short without a word, and renames a column
    that occurs twice.

    Args:
        path: the file.
        separator: one character; "" to take what a first line `sep=;` says, else the one of CANDIDATES that gives most
            rows of one length, the longest.
        encoding: "" for UTF-8, or what a byte order mark says.
        header: "yes", "no" or "", as of `shape_of`.

    Raises:
        DataError: the file cannot be decoded or parsed, has no rows, no header, a row of another length, or a name twice.
    """
    text = _decoded(path, encoding)
    said = SEPARATOR_LINE.match(text)
    body, above = (text[said.end() :], 1) if said else (text, 0)
    separator = separator or (said[1] if said else _separator(body))
    shape = shape_of(_lines(body, separator, path, above), path, separator=separator, header=header)
    check_names(shape.names, str(path))
    return CsvTable(shape.names, shape.rows, separator, shape.notes)


def check_names(names: list[str], where: str) -> None:
    """DataError if a column name occurs twice."""
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise DataError(
            f"Expected every column name once in {where}, received {', '.join(twice)} more than once; rename the columns."
        )


def _lines(text: str, separator: str, path: Path, above: int) -> list[Line]:
    """The lines of `text`, empty ones left out; `above` lines stand in front of it in the file."""
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=separator, strict=True, skipinitialspace=separator != "\t"
    )
    lines: list[Line] = []
    before = 0
    try:
        for cells in reader:
            if cells and (lines or any(cell.strip() for cell in cells) or len(cells) > 1):
                lines.append(Line(above + before + 1, cells))
            before = reader.line_num
    except csv.Error as error:
        raise DataError(
            f"Expected a CSV file at {path}, received one that cannot be read at line {above + reader.line_num} ({error}); "
            "correct its quotes."
        ) from error
    if any(len(line.cells) > 1 for line in lines):  # else a line of spaces is the missing cell of the one column
        lines = [line for line in lines if len(line.cells) > 1 or line.cells[0].strip()]
    return lines


def _decoded(path: Path, encoding: str) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataError(
            f"Expected a readable file at {path}, received an error ({error.strerror}); check it."
        ) from error
    marked = next((name for mark, name in BYTE_ORDER_MARKS.items() if content.startswith(mark)), "utf-8")
    try:
        return content.decode(encoding or marked).removeprefix("\ufeff")
    except LookupError:
        raise DataError(
            f"Expected an encoding that Python knows, received {encoding!r}; give for example encoding=cp1252."
        ) from None
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise DataError(
            f"Expected {encoding or marked} text in {path}, received another byte in line {line} "
            f"(0x{content[error.start]:02x}); give its encoding, for example &encoding=cp1252, or save it as UTF-8."
        ) from None


def _separator(text: str) -> str:
    """The candidate that cuts the most of the first lines into one number of cells, several; of equals the one that gives
    the most cells, then the comma."""

    def cuts(candidate: str) -> tuple[bool, float, int]:
        first = csv.reader(io.StringIO(text, newline=""), delimiter=candidate, strict=True)
        widths = []
        try:
            widths += (len(cells) for cells in itertools.islice(first, ROWS_LOOKED_AT) if cells)
        except csv.Error:
            widths.append(0)  # not all alike; reading it will say where
        [(width, times)] = Counter(widths).most_common(1) or [(0, 0)]
        return width > 1, times / max(len(widths), 1), width

    return max(CANDIDATES, key=cuts)  # the first of equals: the comma
