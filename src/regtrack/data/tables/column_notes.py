"""What a person should know of how a table's columns were read, a sentence each."""

import re
from collections.abc import Collection

import numpy as np

from regtrack.data.tables.column_faults import escaped
from regtrack.data.tables.columns import Column
from regtrack.data.tables.text_columns import plain_numbers
from regtrack.words.lists import first_few

IDENTIFIER = re.compile(r"(.*[_ ])?id|index|unnamed: \d+|__index_level_\d+__", re.IGNORECASE)


def notes_on(
    columns: list[Column], constant: list[Column], numbers: list[Column], *, asked: Collection[str], is_file: bool
) -> list[str]:
    """Notes on a table's columns.

    Args:
        columns: all but the target.
        constant: those left out.
        numbers: those taken as numbers.
        asked: names of those that a person said what they are.
        is_file: remedies are options of a spec; else they are calls on a DataFrame.
    """
    notes = []
    for column in [column for column in numbers if column in columns]:  # and not a date's days
        if _looks_like_an_id(column):
            remedy = f"&drop={escaped(column.name)}" if is_file else f"x.drop(columns=[{column.name!r}])"
            notes.append(f"column {column.name} looks like a row number or identifier; leave it out with {remedy}")
        elif column.name not in asked and (cell := _with_zeros_in_front(column)):
            remedy = f"&categorical={escaped(column.name)}" if is_file else f"x.astype({{{column.name!r}: 'category'}})"
            notes.append(f"column {column.name} ({cell}) was read as numbers; if these are codes: {remedy}")
    for column in columns:
        if (
            column.numbers is None
            and not column.parts
            and column not in constant
            and column.name not in asked
            and _holds_numbers(column)
        ):
            how = f"&numbers={escaped(column.name)}" if is_file else f"x.astype({{{column.name!r}: float}})"
            notes.append(
                f"column {column.name} holds numbers as text and was made {len(column.distinct()):,} categories; as numbers: "
                f"{how}"
            )
    for column in numbers:
        if column.unit:
            how = f"&categorical={escaped(column.name)}"
            notes.append(
                f"column {column.name} was taken as numbers, unit {column.unit!r} dropped; if they are categories: {how}"
            )
    notes += [_missing(columns), _tokens(columns), _as_written(numbers), _commas(columns), _constant(columns, constant)]
    return [note for note in notes if note]


def _missing(columns: list[Column]) -> str:
    missing = {column.name: column.n_missing for column in columns if column.n_missing}
    if not missing:
        return ""
    most = first_few([f"{name} {n:,}" for name, n in sorted(missing.items(), key=lambda item: -item[1])])
    return (
        f"{sum(missing.values()):,} missing cells ({most}): numbers take the train median and a column that "
        "marks them, categories a category of their own"
    )


def _tokens(columns: list[Column]) -> str:
    tokens = sorted(frozenset().union(*(column.read_as_missing for column in columns)))
    return f"cells {first_few(tokens)} were read as missing" if tokens else ""


def _as_written(numbers: list[Column]) -> str:
    """The first number of each column that is not written as a computer writes it."""
    read = [
        f"{column.name} {column.text[i]!r} as {column.numbers[i]:.15g} ({column.place(i)})"
        for column in numbers
        if (i := column.as_written) is not None
    ]
    return f"numbers as people write them were read: {first_few(read)}" if read else ""


def _commas(columns: list[Column]) -> str:
    commas = [column.name for column in columns if column.comma]
    return f"decimal commas in {first_few(commas)}" if commas else ""


def _constant(columns: list[Column], constant: list[Column]) -> str:
    names = [column.name for column in constant]
    return f"left out as constant ({len(names)} of {len(columns)} columns): {first_few(names)}" if names else ""


def _looks_like_an_id(column: Column) -> bool:
    """Whole numbers, all different, that count the rows in steps of one size or are called an id."""
    values = column.numbers
    if np.isnan(values).any() or (values != np.floor(values)).any() or len(np.unique(values)) < len(values):
        return False
    return bool(IDENTIFIER.fullmatch(column.name)) or len(np.unique(np.diff(values))) == 1


def _with_zeros_in_front(column: Column) -> str:
    """The first cell such as 00501, as codes are written and numbers are not; "" where there is none."""
    return next((cell for cell in column.text if len(cell) > 1 and cell[0] == "0" and cell.isdecimal()), "")


def _holds_numbers(column: Column) -> bool:
    return not column.wrong and bool(column.distinct()) and plain_numbers(sorted(column.distinct())) is not None
