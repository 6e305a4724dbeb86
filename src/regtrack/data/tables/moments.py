"""When a row happened: a column of numbers, dates, or dates with a time of day, as numbers that grow with time."""

import re
from datetime import date

import numpy as np

from regtrack.data.tables.columns import Column
from regtrack.data.tables.dates import DAY_FIRST, date_in, is_either, order_of
from regtrack.errors import DataError

_EPOCH = date(1970, 1, 1).toordinal()
_DAY = 86_400
_PARTS = re.compile(r"(.*?\d{2})(?:[T ]\s*(\d{1,2}:\d{2}.*))?", re.IGNORECASE)
_CLOCK = re.compile(
    r"(\d{1,2}):(\d{2})(?::(\d{2}(?:\.\d+)?))?\s*(AM|PM)?\s*(?:(Z|UTC)|([+-])(\d{2}):?(\d{2}))?", re.IGNORECASE
)


def moments_of(column: Column, order: str = "") -> np.ndarray:
    """(n,) float64: a number as it is; a date as seconds since 1970, its time of day with them.

    Args:
        column: with a value in every row.
        order: "dmy" or "mdy", of 3/4/2024; "" to take it from the other cells.

    Raises:
        DataError: a cell is missing or no time, or may be two; some times of day have a zone and others none.
    """
    _refuse_missing(column)
    if column.numbers is not None:
        return _finite(column)
    order = order or order_of(_day_part(cell) for cell in column.distinct())
    found = {cell: _moment(cell, order or DAY_FIRST) for cell in column.distinct()}
    for row, cell in enumerate(column.text):
        if found[cell] is None:
            raise DataError(
                f"Expected times in column {column.name}, as time= says, received {cell[:30]!r} in {column.place(row)}; write "
                "numbers, dates as 2024-03-14, or 2024-03-14 10:30."
            )
        if not order and is_either(_day_part(cell)):
            raise DataError(
                f"Expected column {column.name} to show which comes first, received days and months up to 12 only, as {cell!r}; "
                "give &date_order=dmy or &date_order=mdy."
            )
    zoned = {has_zone for _, has_zone in found.values()} - {None}
    if len(zoned) > 1:
        raise DataError(
            f"Expected a time zone in every cell of column {column.name} or in none, received both; write all of them in one way."
        )
    return np.array([found[cell][0] for cell in column.text])


def _refuse_missing(column: Column) -> None:
    if column.n_missing:
        row = column.text.index("")
        raise DataError(
            f"Expected a time in every row of column {column.name}, received none in {column.place(row)} "
            f"({column.n_missing:,} missing cells); fill them, or leave the rows out."
        )


def _finite(column: Column) -> np.ndarray:
    wrong = np.flatnonzero(~np.isfinite(column.numbers))
    if len(wrong):
        row = int(wrong[0])
        raise DataError(
            f"Expected finite times in column {column.name}, received {column.text[row][:30]!r} in {column.place(row)}; correct it."
        )
    return column.numbers


def _day_part(cell: str) -> str:
    return _PARTS.fullmatch(cell)[1] if _PARTS.fullmatch(cell) else cell


def _moment(cell: str, order: str) -> tuple[float, bool | None] | None:
    """(seconds since 1970, whether it has a zone, which a date alone cannot); None of what is no time."""
    parts = _PARTS.fullmatch(cell)
    day = date_in(parts[1], order) if parts else None
    if day is None:
        return None
    seconds = float((day.toordinal() - _EPOCH) * _DAY)
    if not parts[2]:
        return seconds, None
    clock = _CLOCK.fullmatch(parts[2].strip())
    if not clock:
        return None
    hour, minute, second = int(clock[1]), int(clock[2]), float(clock[3] or 0)
    if clock[4]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + 12 * (clock[4].upper() == "PM")
    if hour > 23 or minute > 59 or second >= 61:
        return None
    seconds += 3600 * hour + 60 * minute + second
    if clock[6]:
        seconds -= (1 if clock[6] == "+" else -1) * (3600 * int(clock[7]) + 60 * int(clock[8]))
    return seconds, bool(clock[5] or clock[6])
