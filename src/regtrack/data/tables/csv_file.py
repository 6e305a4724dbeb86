"""Read a CSV file into columns: separator and encoding found, rows of another length refused with their line."""

import csv
import io
import itertools
from pathlib import Path

from regtrack.data.tables.columns import Column, column_from_text
from regtrack.errors import DataError

CANDIDATES = (",", ";", "\t", "|")
ROWS_LOOKED_AT = 50
BYTE_ORDER_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


def read_csv(path: Path, *, separator: str = "", encoding: str = "") -> list[Column]:
    """The columns of a CSV file with a header line.

    Python's own reader and not pandas': that one fills a row that is cut short without a word, and renames a column
    that occurs twice.

    Args:
        path: the file.
        separator: one character; "" to take the one of CANDIDATES that gives rows of one length, the longest.
        encoding: "" for UTF-8, or what a byte order mark says.

    Raises:
        DataError: the file cannot be decoded or parsed, has no rows, a row of another length, or a name twice.
    """
    text = _decoded(path, encoding)
    separator = separator or _separator(text)
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=separator, strict=True, skipinitialspace=separator != "\t"
    )
    header: list[str] = []
    rows = []
    try:
        for cells in reader:
            if not cells or (len(cells) == 1 and not cells[0].strip() and len(header) != 1):
                continue  # an empty line
            if not header:
                header = cells
            elif len(cells) != len(header):
                raise DataError(
                    f"Expected {len(header)} cells in each line of {path}, as in its header, received {len(cells)} in line "
                    f"{reader.line_num} (separator {separator!r}); correct the line, quote cells that hold the separator, "
                    "or give &separator=."
                )
            else:
                rows.append(cells)
    except csv.Error as error:
        raise DataError(
            f"Expected a CSV file at {path}, received one that cannot be read at line {reader.line_num} ({error}); "
            "correct its quotes."
        ) from error
    if not rows:
        raise DataError(f"Expected a header line and rows in {path}, received {'no rows' if header else 'an empty file'}; "
                        "give a file with examples.")  # fmt: skip
    names = [name.strip() or f"Unnamed: {i}" for i, name in enumerate(header)]
    check_names(names, str(path))
    decimal_comma = separator != ","
    return [
        column_from_text(name, list(cells), decimal_comma=decimal_comma)
        for name, cells in zip(names, zip(*rows, strict=True), strict=True)
    ]


def check_names(names: list[str], where: str) -> None:
    """DataError if a column name occurs twice."""
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise DataError(
            f"Expected every column name once in {where}, received {', '.join(twice)} more than once; rename the columns."
        )


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
    """The candidate that cuts the first lines into the most cells, all lines alike if any does so."""

    def cuts(candidate: str) -> tuple[bool, int]:
        first = csv.reader(io.StringIO(text, newline=""), delimiter=candidate, strict=True)
        widths = []
        try:
            widths += (len(cells) for cells in itertools.islice(first, ROWS_LOOKED_AT) if cells)
        except csv.Error:
            widths.append(0)  # not all alike; reading it will say where
        return len(set(widths)) == 1 and widths[0] > 1, widths[0] if widths else 0

    return max(CANDIDATES, key=cuts)  # the first of equals: the comma
