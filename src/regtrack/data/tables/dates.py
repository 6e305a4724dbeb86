"""A date becomes three columns: days since 1970, day of the week, month. Its order of day and month is read off the others."""

import calendar
import re
from collections.abc import Collection, Iterable, Sequence
from datetime import date

import numpy as np

from regtrack.data.tables.columns import Column
from regtrack.errors import DataError

DAY_FIRST, MONTH_FIRST = "dmy", "mdy"
ORDERS = (DAY_FIRST, MONTH_FIRST)
DATES, DATES_OR_TIMES = "dates", "dates or times"
"""What a column holds: the first becomes its parts when asked, in the second is a cell that has no day."""
PARTS = ("days since 1970", "day of week", "month")
_EPOCH = date(1970, 1, 1).toordinal()
_MONTHS = {name.lower(): i for i, name in enumerate(calendar.month_abbr) if name}
_WORD = rf"({'|'.join(_MONTHS)})[a-z]*\.?"
_TIME = r"(?:[ T].*)?"
_YEAR_FIRST = re.compile(rf"(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}}){_TIME}")
_YEAR_LAST = re.compile(rf"(\d{{1,2}})([-/.])(\d{{1,2}})[-/.](\d{{4}}|\d{{2}}){_TIME}")
_DAY_AND_WORD = re.compile(rf"(\d{{1,2}})\.? {_WORD},? (\d{{4}}|\d{{2}}){_TIME}", re.IGNORECASE)
_WORD_AND_DAY = re.compile(rf"{_WORD} (\d{{1,2}}),? (\d{{4}}){_TIME}", re.IGNORECASE)
_LOOKS_SO = re.compile(
    rf"(\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}|\d{{1,2}}[-/.]\d{{1,2}}[-/.]\d{{2,4}}|\d{{1,2}}\.? {_WORD},? \d{{2,4}}"
    rf"|{_WORD} \d{{1,2}},? \d{{4}})([ T].*)?|\d{{1,2}}:\d{{2}}(:\d{{2}})?(\.\d+)?",
    re.IGNORECASE,
)
"""A date, or a time of day."""


def kind_of(cells: Collection[str]) -> str:
    """DATES, or DATES_OR_TIMES where `with_parts` would refuse a cell; "" where one is neither."""
    if not all(_LOOKS_SO.fullmatch(cell) for cell in cells):
        return ""
    are_dates = all(any(date_in(cell, order) for order in ORDERS) for cell in cells)
    return DATES if are_dates else DATES_OR_TIMES


def part_names(name: str) -> tuple[str, ...]:
    """What the columns are called that a date column becomes."""
    return tuple(f"{name}: {part}" for part in PARTS)


def with_parts(column: Column, order: str = "") -> Column:
    """The column with what it becomes as its parts: numbers, and two of categories. A time of day is left aside.

    Args:
        column: of text; a missing cell is missing in every part.
        order: "dmy" or "mdy", of 3/4/2024; "" to take it from cells that can only be one, and from points (3.4.2024).

    Raises:
        DataError: a cell is no date, or nothing tells the order.
    """
    order = order or order_of(column.distinct())
    day_of = {cell: date_in(cell, order or DAY_FIRST) for cell in column.distinct()}
    for i, cell in enumerate(column.text):
        if cell and day_of[cell] is None:
            raise DataError(
                f"Expected dates in column {column.name}, as dates= says, received {cell[:30]!r} in {column.place(i)}; leave "
                "that cell empty, or take the column out of dates."
            )
    if not order and (cell := next(filter(is_either, column.text), "")):
        raise DataError(
            f"Expected column {column.name} to show which comes first, received days and months up to 12 only, as {cell!r}; "
            "give &date_order=dmy or &date_order=mdy."
        )
    days, weekdays, months = date_parts([day_of.get(cell) for cell in column.text])
    texts = (["" if np.isnan(day) else f"{day:.0f}" for day in days], weekdays, months)
    parts = [Column(name, text, lines=column.lines) for name, text in zip(part_names(column.name), texts, strict=True)]
    parts[0] = Column(parts[0].name, texts[0], days, lines=column.lines)
    return Column(
        column.name, column.text, read_as_missing=column.read_as_missing, lines=column.lines,
        parts=tuple(parts), date_order=order,
    )  # fmt: skip


def order_of(cells: Iterable[str]) -> str:
    """Which of day and month stands first in cells such as 3/14/2024, by those that can only be one; "" without any."""
    found = [match for cell in cells if (match := _YEAR_LAST.fullmatch(cell))]
    if any(int(match[1]) > 12 or match[2] == "." for match in found):
        return DAY_FIRST
    return MONTH_FIRST if any(int(match[3]) > 12 for match in found) else ""


def is_either(cell: str) -> bool:
    """The cell is a date of two by the order of day and month: 3/4/2024."""
    found = _YEAR_LAST.fullmatch(cell)
    return bool(found) and not order_of([cell])


def date_in(cell: str, order: str) -> date | None:
    """The date of a cell as 2024-03-14, 14.3.2024, 14 March 2024 or March 14, 2024; None if it is none."""
    if match := _YEAR_FIRST.fullmatch(cell):
        year, month, day = match[1], int(match[2]), match[3]
    elif match := _YEAR_LAST.fullmatch(cell):
        first, second, year = match[1], match[3], match[4]
        day, month = (first, int(second)) if order == DAY_FIRST else (second, int(first))
    elif match := _DAY_AND_WORD.fullmatch(cell):
        day, month, year = match[1], _MONTHS[match[2].lower()], match[3]
    elif match := _WORD_AND_DAY.fullmatch(cell):
        month, day, year = _MONTHS[match[1].lower()], match[2], match[3]
    else:
        return None
    century = 0 if len(year) == 4 else 2000 if int(year) < 69 else 1900  # as POSIX has it
    try:
        return date(int(year) + century, month, int(day))
    except ValueError:
        return None


def date_parts(found: Sequence[date | None]) -> tuple[np.ndarray, list[str], list[str]]:
    """Days since 1970-01-01 (n,) float64, English day names and month names, of n dates; NaN and "" for a missing one."""
    days = np.array([np.nan if day is None else day.toordinal() - _EPOCH for day in found])
    weekdays = ["" if day is None else calendar.day_name[day.weekday()] for day in found]
    return days, weekdays, ["" if day is None else calendar.month_name[day.month] for day in found]
