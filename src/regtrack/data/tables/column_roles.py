"""Which columns of a table are numbers and which categories; what can be neither is refused by name."""

import difflib
import re
from collections.abc import Collection, Sequence

import numpy as np

from regtrack.data.labels import encode_labels
from regtrack.data.raw import RawData
from regtrack.data.raw_checks import check_finite, check_magnitude
from regtrack.data.shares import held_out_size
from regtrack.data.tables.columns import Column, no_numbers
from regtrack.data.tables.encoding import encoder
from regtrack.errors import DataError

TEXT_VALUES = 50  # more different values than this ...
TEXT_SHARE = 0.2  # ... and in more than this share of the rows: free text or an identifier, no category
EACH_ITS_OWN = 20  # so many values, each in one row only, are no categories either
MOST_CATEGORIES = 500  # of one column, whatever the number of rows; more only with categorical=
MAX_NAMED = 5
IDENTIFIER = re.compile(r"(.*[_ ])?id|index|unnamed: \d+|__index_level_\d+__", re.IGNORECASE)


def find_column(names: Sequence[str], name: str, key: str, where: str) -> str:
    """The column called `name`, space around it aside; DataError that suggests the closest."""
    if name in names or name.strip() in names:
        return name if name in names else name.strip()
    close = difflib.get_close_matches(name, names, n=1) or [one for one in names if one.lower() == name.strip().lower()]
    more = f", ... {len(names) - 12} more" if len(names) > 12 else ""
    hint = f"did you mean {close[0]!r}?" if close else f"choose among {', '.join(names[:12])}{more}."
    raise DataError(f"Expected {key} to name a column of {where}, received {name!r}; {hint}")


def raw_from_columns(
    columns: list[Column],
    y: np.ndarray,
    *,
    name: str,
    class_names: Sequence[str] | None = None,
    categorical: Collection[str] = (),
    validation_share: float,
    test_share: float,
    is_file: bool = True,
) -> RawData:
    """RawData of a table: y's classes, and an encoder of the columns.

    Args:
        columns: without the target.
        y: (n,) labels.
        name: the table's.
        class_names: as of `encode_labels`.
        categorical: columns that are categories whatever they hold.
        validation_share, test_share: of the rows.
        is_file: remedies are options of a spec; else they are calls on a DataFrame.
    """
    labels, class_names, notes = encode_labels(y, name=name, class_names=class_names)
    categorical = {*categorical, *(column.name for column in columns if column.is_category)}
    constant = [column for column in columns if column.is_constant()]
    used = [column for column in columns if not column.is_constant()]
    refuse_columns(used, categorical, name=name, is_file=is_file)
    numbers = [column for column in used if column.numbers is not None and column.name not in categorical]
    categories = [column for column in used if column not in numbers]
    if not used:
        raise DataError(
            f"Expected a column that varies beside the target of {name}, received "
            f"{', '.join(column.name for column in constant) or 'none'}; give columns to learn from."
        )
    for column in numbers:
        present = np.where(np.isnan(column.numbers), 0.0, column.numbers)  # missing is filled, infinite is not
        check_finite(present, name=f"{name}, column {column.name}")
        check_magnitude(present[:, None], name=name, columns=(column.name,))
    held_out = (held_out_size(share, len(labels)) for share in (validation_share, test_share))
    return RawData(
        name,
        None,
        labels,
        class_names,
        False,
        *held_out,
        encode=encoder(numbers, categories),
        columns=tuple(column.name for column in columns),
        cells=np.array([column.shown() for column in columns], dtype=np.str_).T.copy(),
        notes=(*notes, *_notes(columns, constant, numbers, is_file)),
    )


def refuse_columns(columns: list[Column], categorical: Collection[str], *, name: str, is_file: bool) -> None:
    """DataError that names every column that is neither numbers nor categories, and the remedy for all of them."""
    reasons = {
        column.name: reason
        for column in columns
        if column.name not in categorical
        and (reason := column.wrong or (column.numbers is None and _not_category(column)))
    }
    if not reasons:
        return
    shown = list(reasons.items())[:MAX_NAMED]
    more = f" and {len(reasons) - len(shown)} more columns" if len(reasons) > len(shown) else ""
    named = ", ".join(f"{column!r} ({reason})" for column, reason in shown)
    if is_file:
        drop = f"leave them out with &drop={','.join(map(escaped, reasons))}"
        force = f"one-hot encode one all the same with &categorical={escaped(shown[0][0])}"
    else:
        drop = f"leave them out with x.drop(columns={list(reasons)!r})"
        force = f"one-hot encode one all the same with x.astype({{{shown[0][0]!r}: 'category'}})"
    dates = "; turn a date into numbers first (year, month, days since)" if "dates" in reasons.values() else ""
    raise DataError(
        f"Expected columns of numbers or categories in {name}, received {named}{more}; {drop}, or {force}{dates}."
    )


def escaped(column: str) -> str:
    """A column's name as a spec's value."""
    return re.sub("[%,&?=]", lambda found: f"%{ord(found[0]):02X}", column)


def _not_category(column: Column) -> str:
    """Why text is no category, or ""."""
    distinct, n = column.distinct(), len(column.text) - column.n_missing
    alone = len(distinct) == n >= EACH_ITS_OWN
    text = len(distinct) > TEXT_VALUES and len(distinct) > TEXT_SHARE * n
    if not (alone or text or len(distinct) > MOST_CATEGORIES):
        return ""
    odd = no_numbers(distinct)
    if len(odd) < len(distinct) / 2:
        first = next(i for i, cell in enumerate(column.text) if cell in odd)
        more = f" and {len(odd) - 1} more values" if len(odd) > 1 else ""
        return f"numbers, but for {column.text[first][:30]!r} in row {first}{more}"
    if alone or text:
        return f"free text or an identifier: {len(distinct):,} different values in {n:,} rows"
    return f"{len(distinct):,} categories"


def _notes(columns: list[Column], constant: list[Column], numbers: list[Column], is_file: bool) -> list[str]:
    notes = []
    for column in numbers:
        if _looks_like_an_id(column):
            remedy = f"&drop={escaped(column.name)}" if is_file else f"x.drop(columns=[{column.name!r}])"
            notes.append(f"column {column.name} looks like a row number or identifier; leave it out with {remedy}")
    missing = {column.name: column.n_missing for column in columns if column.n_missing}
    if missing:
        most = ", ".join(f"{name} {n:,}" for name, n in sorted(missing.items(), key=lambda item: -item[1])[:MAX_NAMED])
        more = ", ..." if len(missing) > MAX_NAMED else ""
        notes.append(
            f"{sum(missing.values()):,} missing cells ({most}{more}): numbers take the train median and a column that "
            "marks them, categories a category of their own"
        )
    tokens = sorted(frozenset().union(*(column.read_as_missing for column in columns)))
    if tokens:
        notes.append(f"cells {', '.join(tokens)} were read as missing")
    if commas := [column.name for column in columns if column.comma]:
        notes.append(f"decimal commas in {', '.join(commas[:MAX_NAMED])}{', ...' if len(commas) > MAX_NAMED else ''}")
    if constant:
        named = ", ".join(column.name for column in constant[:MAX_NAMED]) + (
            ", ..." if len(constant) > MAX_NAMED else ""
        )
        notes.append(f"left out as constant ({len(constant)} of {len(columns)} columns): {named}")
    return notes


def _looks_like_an_id(column: Column) -> bool:
    """Whole numbers, all different, that count the rows in steps of one size or are called an id."""
    values = column.numbers
    if np.isnan(values).any() or (values != np.floor(values)).any() or len(np.unique(values)) < len(values):
        return False
    return bool(IDENTIFIER.fullmatch(column.name)) or len(np.unique(np.diff(values))) == 1
