"""Columns that can be neither numbers nor categories, or could be either, are refused: by name, with what to do."""

import re
from collections.abc import Collection

from regtrack.data.tables.columns import Column
from regtrack.data.tables.dates import DATES, DATES_OR_TIMES
from regtrack.data.tables.numbers_with_units import one_unit
from regtrack.data.tables.text_columns import EITHER, SEVERAL_UNITS, TWO_WAYS
from regtrack.errors import DataError

TEXT_VALUES = 50  # more different values than this ...
TEXT_SHARE = 0.2  # ... and in more than this share of the rows: free text or an identifier, no category
EACH_ITS_OWN = 20  # so many values, each in one row only, are no categories either
MOST_CATEGORIES = 500  # of one column, whatever the number of rows; more only with categorical=
FEW = 0.1  # of the different values or of the cells: numbers but for these are asked about
NEARLY = "numbers, but for"
WITH_UNIT = "text of numbers and a unit,"
FREE_TEXT = "free text or an identifier"
ROWS_OF_ONE = 2  # so many rows a value and more: an identifier whose rows may belong together
MAX_NAMED = 5


def refuse_columns(
    columns: list[Column], categorical: Collection[str], *, name: str, is_file: bool, is_divided: bool
) -> None:
    """DataError that names every column that is no plain numbers and no categories, and the remedy for all of them.

    Numbers but for a few cells stand first: made categories they are as many columns as they have values. `is_divided`: a group or
    a time is given already.
    """
    reasons = {
        column.name: reason
        for column in columns
        if column.name not in categorical and column.numbers is None and (reason := _reason(column))
    }
    reasons = dict(sorted(reasons.items(), key=lambda item: not item[1].startswith(NEARLY)))
    if not reasons:
        return
    shown = list(reasons.items())[:MAX_NAMED]
    more = f" and {len(reasons) - len(shown)} more columns" if len(reasons) > len(shown) else ""
    named = ", ".join(f"{column!r} ({reason})" for column, reason in shown)
    undivided = [] if is_divided else [column for column in columns if column.name in reasons]
    remedies = _of_file(reasons, undivided) if is_file else _of_frame(reasons)
    raise DataError(f"Expected columns of numbers or categories in {name}, received {named}{more}; {remedies}.")


def escaped(column: str) -> str:
    """A column's name as a spec's value."""
    return re.sub("[%,&?=]", lambda found: f"%{ord(found[0]):02X}", column)


def _of_file(reasons: dict[str, str], undivided: list[Column]) -> str:
    """What to put behind the spec: the columns that numbers= can read, the mark, what leaves them out. Who leaves out the patient or
    the date is told of leakage here, or never: of `undivided`, the refused columns of a table without group and time."""
    remedies = [
        f"leave them out with &drop={','.join(map(escaped, reasons))}",
        *(
            f"or keep rows of the same {column.name} in one split with &group={escaped(column.name)}"
            for column in undivided
            if reasons[column.name].startswith(FREE_TEXT) and ROWS_OF_ONE * len(column.distinct()) <= len(column.text)
        ),
        *(
            f"or train on the past and test on the future with &time={escaped(column.name)}"
            for column in undivided
            if reasons[column.name] == DATES
        ),
        f"or one-hot encode one all the same with &categorical={escaped(next(iter(reasons)))}",
    ]
    if read := [column for column, reason in reasons.items() if reason.startswith((NEARLY, TWO_WAYS, WITH_UNIT))]:
        remedies.append(f"or read numbers, what is none being missing, with &numbers={','.join(map(escaped, read))}")
    if dates := [column for column, reason in reasons.items() if reason == DATES]:
        remedies.append(f"or take days since 1970, day of week and month with &dates={','.join(map(escaped, dates))}")
    if any(reason.startswith(SEVERAL_UNITS) for reason in reasons.values()):
        remedies.append("or write its numbers in one unit")
    if any(reason.startswith(EITHER) for reason in reasons.values()):
        remedies.append("or say which mark is the decimal one with &decimal=comma or &decimal=point")
    return ", ".join(remedies)


def _of_frame(reasons: dict[str, str]) -> str:
    first = next(iter(reasons))
    remedies = [
        f"leave them out with x.drop(columns={list(reasons)!r})",
        f"or one-hot encode one all the same with x.astype({{{first!r}: 'category'}})",
    ]
    if reasons[first].startswith(NEARLY):
        coerced = f"pd.to_numeric(x[{first!r}], errors='coerce')"
        remedies.append(f"or read numbers, what is none being missing, with x.assign(**{{{first!r}: {coerced}}})")
    if reasons[first].startswith(WITH_UNIT):
        number = f"x[{first!r}].str.extract(r'([-+]?[\\d.]+)')[0].astype(float)"
        remedies.append(f"or take the number with x.assign(**{{{first!r}: {number}}})")
    is_a_day = not {DATES, DATES_OR_TIMES}.isdisjoint(reasons.values())
    dates = "; turn a date into numbers first (year, month, days since)" if is_a_day else ""
    return ", ".join(remedies) + dates


def _reason(column: Column) -> str:
    """Why a column without numbers is no category, or ""."""
    if column.wrong:
        return column.wrong
    distinct, n = column.distinct(), len(column.text) - column.n_missing
    alone = len(distinct) == n >= EACH_ITS_OWN
    text = len(distinct) > TEXT_VALUES and len(distinct) > TEXT_SHARE * n
    is_category = not (alone or text or len(distinct) > MOST_CATEGORIES)
    if odd := column.no_numbers:
        n_odd = sum(cell in odd for cell in column.text)
        if not is_category or min(len(odd) / len(distinct), n_odd / n) <= FEW:
            first = next(i for i, cell in enumerate(column.text) if cell in odd)
            more = f" and {n_odd - 1} more cells" if n_odd > 1 else ""
            return f"{NEARLY} {column.text[first][:30]!r} in {column.place(first)}{more}"
    if (alone or text) and (unit := one_unit(distinct)):
        return f"{WITH_UNIT} {unit!r}"
    if alone or text:
        return f"{FREE_TEXT}: {len(distinct):,} different values in {n:,} rows"
    return "" if is_category else f"{len(distinct):,} categories"
