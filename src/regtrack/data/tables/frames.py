"""Columns of a pandas DataFrame: a parquet file's, or one given in a notebook. The types it states are kept."""

import datetime
import decimal
import numbers as abstract
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from regtrack.data.dividing.array_groups import groups_of_arrays
from regtrack.data.raw import RawData
from regtrack.data.tables.column_roles import raw_from_columns
from regtrack.data.tables.columns import Column
from regtrack.data.tables.csv_file import check_names
from regtrack.data.tables.dates import DATES, DATES_OR_TIMES, kind_of
from regtrack.data.tables.dividing_columns import GROUP, TIME, DividingColumns
from regtrack.data.tables.named import find_columns
from regtrack.data.tables.text_columns import odd_among_numbers
from regtrack.errors import DataError


def raw_from_frame(
    frame,
    y,
    *,
    class_names: Sequence[str] | None,
    name: str,
    validation_share: float,
    test_share: float,
    group=None,
    time: str | None = None,
) -> RawData:
    """RawData of a DataFrame and labels for its rows, in order; columns of category dtype are categories.

    Args:
        group: a column's name, or the group of each row (n,); time: a column's name. Neither column is a feature.
    """
    columns = columns_of(frame, name)
    named = {TIME: time, GROUP: group if isinstance(group, str) else None}
    names = [column.name for column in columns]
    dividing = DividingColumns(
        **{key: find_columns(names, [column], key, name)[0] for key, column in named.items() if column is not None}
    )
    dividing.check(name)
    division = dividing.division(columns)
    if group is not None and not isinstance(group, str):
        if time is not None:
            raise DataError(f"Expected group or time of {name}, received both; choose one.")
        division = groups_of_arrays({"train": group}, {"train": len(frame)}, GROUP, name)
    columns = [column for column in columns if column.name not in dividing.given.values()]
    labels = np.asarray(y)
    if labels.ndim == 0 or len(labels) != len(frame):
        raise DataError(
            f"Expected a label for each row of {name}, received x {frame.shape} and y {labels.shape}; give both of one "
            "length."
        )
    raw = raw_from_columns(
        columns,
        labels,
        name=name,
        class_names=class_names,
        validation_share=validation_share,
        test_share=test_share,
        is_file=False,
    )
    return replace(raw, division=division)


def columns_of(frame, where: str) -> list[Column]:
    """The columns of a DataFrame; DataError if it has no rows or a name twice."""
    names = [str(name) for name in frame.columns]
    check_names(names, where)
    if not len(frame):
        raise DataError(
            f"Expected rows in {where}, received a table of {len(names)} columns without any; give examples."
        )
    return [_column(name, frame.iloc[:, i]) for i, name in enumerate(names)]


def _column(name: str, series) -> Column:
    import pandas as pd

    dtype = series.dtype
    missing = series.isna().to_numpy()
    values = series.astype(object).to_numpy()
    text = ["" if gone else str(value).strip() for gone, value in zip(missing, values, strict=True)]
    if isinstance(dtype, pd.CategoricalDtype):
        return Column(name, text, is_category=True)
    if pd.api.types.is_datetime64_any_dtype(dtype):
        return Column(name, text, wrong=DATES)
    if pd.api.types.is_timedelta64_dtype(dtype):
        return Column(name, text, wrong=DATES_OR_TIMES)
    if pd.api.types.is_complex_dtype(dtype):
        return Column(name, text, wrong="complex numbers")
    is_boolean = pd.api.types.is_bool_dtype(dtype)
    if is_boolean or pd.api.types.is_numeric_dtype(dtype):
        return Column(name, text, series.to_numpy(np.float64, na_value=np.nan), is_boolean=is_boolean)
    present = [value for gone, value in zip(missing, values, strict=True) if not gone]
    if not present:
        return Column(name, text, np.full(len(text), np.nan))
    if all(isinstance(value, str) for value in present):
        distinct = set(text) - {""}
        return Column(name, text, wrong=kind_of(distinct), no_numbers=odd_among_numbers(distinct))
    if all(isinstance(value, (abstract.Real, decimal.Decimal)) for value in present):
        cells = [np.nan if gone else float(value) for gone, value in zip(missing, values, strict=True)]
        return Column(
            name, text, np.array(cells), is_boolean=all(isinstance(value, (bool, np.bool_)) for value in present)
        )
    if any(isinstance(value, (datetime.date, datetime.time, datetime.timedelta)) for value in present):
        return Column(name, text, wrong=kind_of(set(text) - {""}) or DATES_OR_TIMES)
    kinds = sorted({type(value).__name__ for value in present})
    return Column(name, text, wrong=f"values of type {', '.join(kinds)}")
