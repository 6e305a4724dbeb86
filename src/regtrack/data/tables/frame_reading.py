"""Rows of a person's DataFrame -> the inputs of a table's encoding: by column name, cell by cell, as training read them."""

import decimal
import difflib
import numbers as abstract
from collections import Counter, defaultdict
from collections.abc import Mapping

import numpy as np

from regtrack.data.tables.cells import BOOLEANS, MISSING, is_mark
from regtrack.data.tables.dates import DAY_FIRST, date_in, date_parts, is_either, order_of, part_names
from regtrack.data.tables.fitted import MISSING_CATEGORY, CategoryColumn, DateColumn, NumberColumn, TableEncoding
from regtrack.data.tables.numbers_with_units import without_unit
from regtrack.data.tables.numerals import decimals_of, number_in, one_number, sign_of
from regtrack.errors import DataError

MAX_NAMED = 5


def encode_frame(frame, encoding: TableEncoding) -> np.ndarray:
    """Inputs (n, n_features) float32 of a DataFrame of raw rows; columns that were not trained on are left aside.

    A missing cell is filled as in training, a category that training did not have is 0 in all of its inputs.

    Raises:
        DataError: no rows, a column that is not there or there twice, a cell that is no number where one belongs.
    """
    names, columns = [str(name) for name in frame.columns], encoding.columns
    times = Counter(names)
    if absent := [name for name in columns if name not in times]:
        close = difflib.get_close_matches(absent[0], [name for name in names if name not in columns], n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"give all of {', '.join(columns)}"
        raise DataError(f"input: expected the table's columns by name, received none called {_listed(absent)}; {hint}")
    if twice := sorted({name for name in columns if times[name] > 1}):
        raise DataError(f"input: expected each column once, received {_listed(twice)} more than once")
    if not len(frame):
        raise DataError("input: expected at least one example, received none")
    place = {name: i for i, name in enumerate(names)}
    series = {name: frame.iloc[:, place[name]] for name in columns}
    for date in encoding.dates:
        series |= _parts(series[date.name], date)
    return encoding.encoded(
        [_numbers(series[column.name], column) for column in encoding.numbers],
        [_categories(series[column.name], column) for column in encoding.categories],
    )


def is_by_name(frame, encoding: TableEncoding) -> bool:
    """The DataFrame has a column of the table: its rows are raw ones, and not inputs that are encoded already."""
    columns = encoding.columns
    return any(str(name) in columns for name in frame.columns)


def _parts(series, date: DateColumn) -> dict:
    """What a column of dates becomes, by name."""
    import pandas as pd

    text = ["" if _is_missing(cell) else str(cell).strip() for cell in series.astype(object)]
    text = ["" if cell in MISSING or is_mark(cell) else cell for cell in text]
    order = date.order or order_of(text)
    found = [date_in(cell, order or DAY_FIRST) if cell else None for cell in text]
    for row, (cell, day) in enumerate(zip(text, found, strict=True)):
        if cell and day is None:
            raise DataError(f"input: expected a date in column {date.name}, received {cell[:30]!r} in row {row}")
        if not order and is_either(cell):
            raise DataError(
                f"input: expected a date of one reading in column {date.name}, received {cell!r} in row {row}; write it "
                "as 2024-03-14"
            )
    days, *words = date_parts(found)
    parts = (pd.Series(days), *(pd.Series(cells, dtype=object).where(lambda cell: cell != "", None) for cells in words))
    return dict(zip(part_names(date.name), parts, strict=True))


def _numbers(series, column: NumberColumn) -> np.ndarray:
    """(n,) float64, NaN for missing."""
    import pandas as pd

    if pd.api.types.is_numeric_dtype(series.dtype) and not pd.api.types.is_complex_dtype(series.dtype):
        values = series.to_numpy(np.float64, na_value=np.nan)
    else:
        cells = series.astype(object)
        values = np.array([_number(cell, column, row) for row, cell in enumerate(cells)])
        _check_signs(cells, column)
    _refuse_shares(values, series, column)
    if len(infinite := np.flatnonzero(np.isinf(values))):
        raise _wrong(column, values[infinite[0]], int(infinite[0]))
    return values


def _check_signs(cells, column: NumberColumn) -> None:
    """DataError for text that has another currency or percent sign than training's, or none beside one that has it: 0.084
    beside 8.40%."""
    if column.sign is None:
        return
    signs = [sign_of(cell.strip()) if isinstance(cell, str) else None for cell in cells]
    told = set(signs) - {None}
    other = next(iter(told - {"", column.sign}), "" if len(told) > 1 else None)
    if other is None:
        return
    row = signs.index(other)
    wanted = f"numbers with {column.sign}, or all without it" if column.sign else "numbers without a sign"
    raise DataError(
        f"input: expected {wanted} in column {column.name}, as training had them, received {cells.iloc[row][:30]!r} in row {row}"
    )


def _refuse_shares(values: np.ndarray, series, column: NumberColumn) -> None:
    """DataError for numbers without a sign that all lie within 1, in a column of percents that are mostly larger: 0.084 is read as
    0.084 %, and was probably meant as 8.4 %."""
    if column.sign != "%" or abs(column.median) <= 1:
        return
    present = np.flatnonzero(~np.isnan(values))
    signed = any(isinstance(cell, str) and sign_of(cell.strip()) == "%" for cell in series.astype(object))
    if signed or not values[present].any() or (np.abs(values[present]) > 1).any():
        return
    row = int(present[np.flatnonzero(values[present])[0]])
    raise DataError(
        f"input: expected percents in column {column.name}, {column.median:.3g} in the middle of training's, received only numbers "
        f"within 1, {values[row]:.6g} in row {row}; write {100 * values[row]:.6g}, or {values[row]:.6g}% where that is meant"
    )


def _number(cell, column: NumberColumn, row: int) -> float:
    if _is_missing(cell):
        return np.nan
    if isinstance(cell, (abstract.Real, np.bool_, decimal.Decimal)):  # a bool of Python's is the first
        return float(cell)
    text = str(cell).strip() if isinstance(cell, str) else ""
    if not isinstance(cell, str):
        raise _wrong(column, cell, row)
    if text in MISSING or is_mark(text):
        return np.nan
    if column.is_boolean and text.lower() in BOOLEANS:
        return BOOLEANS[text.lower()]
    text = without_unit(text, column.unit)
    if own := decimals_of([text]):
        return number_in(text, column.decimal if column.decimal in own else min(own))
    if column.reads_any:
        return one_number(text, column.decimal)
    raise _wrong(column, cell, row)


def _categories(series, column: CategoryColumn) -> list[str]:
    known, of_number = set(column.values), defaultdict(list)
    for value in column.values:
        if decimals_of([value]):
            of_number[number_in(value, ".")].append(value)
    return [_category(cell, known, of_number) for cell in series.astype(object)]


def _category(cell, known: set[str], of_number: Mapping[float, list[str]]) -> str:
    """`of_number`: the values that are written as each number."""
    if _is_missing(cell):
        return MISSING_CATEGORY
    text = str(cell).strip()
    if text in known:
        return text
    # 3 or 3.0 where the file had 3: pandas makes floats of codes beside an empty cell
    if isinstance(cell, abstract.Real):
        same = of_number.get(float(cell), [])
        return same[0] if len(same) == 1 else text
    return MISSING_CATEGORY if text in MISSING else text


def _is_missing(cell) -> bool:
    import pandas as pd

    return cell is None or cell is pd.NA or cell is pd.NaT or (isinstance(cell, abstract.Real) and cell != cell)


def _wrong(column: NumberColumn, cell, row: int) -> DataError:
    wanted = "true or false" if column.is_boolean else "a finite number"
    return DataError(
        f"input: expected {wanted} in column {column.name}, received {str(cell)[:30]!r} in row {row}; leave the cell empty "
        "where it is missing"
    )


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - MAX_NAMED} more" if len(names) > MAX_NAMED else ""
    return ", ".join(map(repr, names[:MAX_NAMED])) + more
