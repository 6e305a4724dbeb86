"""A table's columns -> numbers, by an encoding that scikit-learn fits on the train rows and nothing else."""

from collections.abc import Callable, Sequence

import numpy as np

from regtrack.data.raw import Encoded
from regtrack.data.tables.columns import Column
from regtrack.data.tables.fitted import MISSING_CATEGORY, CategoryColumn, DateColumn, NumberColumn, TableEncoding
from regtrack.data.units import Units, whole_columns
from regtrack.errors import DataError
from regtrack.words.lists import first_few


def encoder(
    numbers: list[Column], categories: list[Column], dates: Sequence[Column] = ()
) -> Callable[[np.ndarray], Encoded]:
    """A function of the train row numbers that gives all rows encoded. In this order:

    - numbers: missing ones take the train median; then minus the train mean, over the train deviation;
    - for each of them with a missing cell among the train rows, 1 where it is missing, else 0, as `NAME is missing`;
    - categories: a 0/1 column for each value that occurs in the train rows, as `NAME=VALUE`, missing being a value;
      one that does not occur there is 0 in all of them.

    A column with one value throughout the train rows is left out, and noted. `dates` are those whose parts are among the
    others.
    """

    def encode(train_rows: np.ndarray) -> Encoded:
        varies = {column.name: len({column.text[i] for i in train_rows}) > 1 for column in (*numbers, *categories)}
        kept = [column for column in numbers if varies[column.name]]
        kept_categories = [column for column in categories if varies[column.name]]
        if not kept and not kept_categories:
            raise DataError(
                f"Expected a column that varies in the train split, received none among {len(varies)} columns; raise "
                "train_size."
            )
        cells = [[cell or MISSING_CATEGORY for cell in column.text] for column in kept_categories]
        fitted = TableEncoding(
            _fitted_numbers(kept, train_rows),
            tuple(
                CategoryColumn(column.name, tuple(sorted({text[i] for i in train_rows})))
                for column, text in zip(kept_categories, cells, strict=True)
            ),
            tuple(DateColumn(date.name, date.date_order) for date in dates if _any_kept(date, kept, kept_categories)),
        )
        x = fitted.encoded([column.numbers for column in kept], cells)
        return Encoded(x, fitted.feature_names, _left_out(varies), _units(fitted, kept), fitted)

    return encode


def _any_kept(date: Column, *kept: list[Column]) -> bool:
    return any(part in columns for part in date.parts for columns in kept)


def _fitted_numbers(columns: list[Column], train_rows: np.ndarray) -> tuple[NumberColumn, ...]:
    """Each column's median, and mean and deviation behind it, by scikit-learn: its sums are the more exact ones."""
    if not columns:
        return ()
    from sklearn.impute import SimpleImputer
    from sklearn.preprocessing import StandardScaler

    train = np.stack([column.numbers[train_rows] for column in columns], axis=1)
    imputer = SimpleImputer(strategy="median")
    scaler = StandardScaler().fit(imputer.fit_transform(train))
    return tuple(
        NumberColumn(
            column.name,
            float(imputer.statistics_[i]),
            float(scaler.mean_[i]),
            float(scaler.scale_[i]),
            marks_missing=bool(np.isnan(train[:, i]).any()),
            is_boolean=column.is_boolean,
            decimal=column.decimal,
            reads_any=column.reads_any,
            sign=column.sign,
            unit=column.unit,
        )
        for i, column in enumerate(columns)
    )


def _units(fitted: TableEncoding, numbers: list[Column]) -> Units:
    """Of the numbers, which come first; what is 0 or 1 is so in the source's units too."""
    n_features = len(fitted.feature_names)
    scale, center, is_whole = np.ones(n_features), np.zeros(n_features), np.ones(n_features, bool)
    for i, (fit, column) in enumerate(zip(fitted.numbers, numbers, strict=True)):
        filled = np.where(np.isnan(column.numbers), fit.median, column.numbers)
        scale[i], center[i], is_whole[i] = fit.deviation, fit.mean, whole_columns(filled)
    return Units(scale, center, is_whole)


def _left_out(varies: dict[str, bool]) -> tuple[str, ...]:
    names = [name for name, does in varies.items() if not does]
    if not names:
        return ()
    return (f"left out as constant in the train split: {first_few(names)}",)
