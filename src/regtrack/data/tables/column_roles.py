"""Which columns of a table are numbers and which categories: RawData of a table."""

from collections.abc import Collection, Sequence

import numpy as np

from regtrack.data.labels import encode_labels
from regtrack.data.raw import RawData
from regtrack.data.raw_checks import check_finite, check_magnitude
from regtrack.data.shares import held_out_size
from regtrack.data.tables.column_faults import refuse_columns
from regtrack.data.tables.column_notes import notes_on
from regtrack.data.tables.columns import Column
from regtrack.data.tables.encoding import encoder
from regtrack.errors import DataError
from regtrack.words.lists import first_few


def raw_from_columns(
    columns: list[Column],
    y: np.ndarray,
    *,
    name: str,
    class_names: Sequence[str] | None = None,
    categorical: Collection[str] = (),
    numeric: Collection[str] = (),
    validation_share: float,
    test_share: float,
    is_file: bool = True,
    is_divided: bool = False,
    notes: tuple[str, ...] = (),
) -> RawData:
    """RawData of a table: y's classes, and an encoder of the columns.

    Args:
        columns: without the target.
        y: (n,) labels.
        name: the table's.
        class_names: as of `encode_labels`.
        categorical: columns that are categories whatever they hold.
        numeric: columns that were read as numbers whatever they hold.
        validation_share, test_share: of the rows.
        is_file: remedies are options of a spec; else they are calls on a DataFrame.
        is_divided: by group, time or a column of splits, and by no other.
        notes: what is to be said of how the table was read.
    """
    labels, class_names, of_labels = encode_labels(y, name=name, class_names=class_names)
    categorical = {*categorical, *(column.name for column in columns if column.is_category)}
    whole = [part for column in columns for part in (column.parts or (column,))]
    constant = [column for column in whole if column.is_constant()]
    used = [column for column in whole if not column.is_constant()]
    refuse_columns(used, categorical, name=name, is_file=is_file, is_divided=is_divided)
    numbers = [column for column in used if column.numbers is not None and column.name not in categorical]
    categories = [column for column in used if column not in numbers]
    if not used:
        raise DataError(
            f"Expected a column that varies beside the target of {name}, received "
            f"{first_few([column.name for column in constant]) or 'none'}; give columns to learn from."
        )
    for column in numbers:
        present = np.where(np.isnan(column.numbers), 0.0, column.numbers)  # missing is filled, infinite is not
        check_finite(present, name=f"{name}, column {column.name}")
        check_magnitude(present[:, None], name=name, columns=(column.name,))
    held_out = (held_out_size(share, len(labels)) for share in (validation_share, test_share))
    found = notes_on(columns, constant, numbers, asked={*categorical, *numeric}, is_file=is_file)
    return RawData(
        name,
        None,
        labels,
        class_names,
        False,
        *held_out,
        encode=encoder(numbers, categories, [column for column in columns if column.parts]),
        columns=tuple(column.name for column in columns),
        cells=np.array([column.shown() for column in columns], dtype=np.str_).T.copy(),
        notes=(*of_labels, *notes, *found),
    )
