"""A table's columns -> numbers, by scikit-learn's ColumnTransformer fitted on the train rows and nothing else."""

from collections.abc import Callable

import numpy as np

from regtrack.data.raw import Encoded
from regtrack.data.tables.columns import Column
from regtrack.data.units import Units, whole_columns
from regtrack.errors import DataError

MISSING_CATEGORY = "(missing)"
MAX_NAMED = 5


def encoder(numbers: list[Column], categories: list[Column]) -> Callable[[np.ndarray], Encoded]:
    """A function of the train row numbers that gives all rows encoded. In this order:

    - numbers: missing ones take the train median; then minus the train mean, over the train deviation;
    - for each of them with a missing cell among the train rows, 1 where it is missing, else 0, as `NAME is missing`;
    - categories: a 0/1 column for each value that occurs in the train rows, as `NAME=VALUE`, missing being a value;
      one that does not occur there is 0 in all of them.

    A column with one value throughout the train rows is left out, and noted.
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
        frame, transformer = _frame(kept, kept_categories), _transformer(kept, kept_categories)
        transformer.fit(frame.iloc[train_rows])
        x = transformer.transform(frame).astype(np.float32)
        names = _feature_names(transformer, kept, kept_categories)
        return Encoded(x, names, _left_out(varies), _units(transformer, kept, frame, len(names)))

    return encode


def _frame(numbers: list[Column], categories: list[Column]):
    import pandas as pd

    cells = {f"number {i}": column.numbers for i, column in enumerate(numbers)}
    for i, column in enumerate(categories):
        cells[f"category {i}"] = np.array([cell or MISSING_CATEGORY for cell in column.text], dtype=object)
    return pd.DataFrame(cells)


def _transformer(numbers: list[Column], categories: list[Column]):
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import MissingIndicator, SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    number_keys = [f"number {i}" for i in range(len(numbers))]
    # The indicator beside the pipeline, not in its imputer: there it would be scaled as well.
    indicator = MissingIndicator(features="missing-only", error_on_new=False)
    one_hot = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    return ColumnTransformer(
        [
            ("numbers", make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), number_keys),
            ("missing", indicator, number_keys),
            ("categories", one_hot, [f"category {i}" for i in range(len(categories))]),
        ],
        sparse_threshold=0,
    )


def _units(transformer, numbers: list[Column], frame, n_features: int) -> Units:
    """Of the numbers, which come first; what is 0 or 1 is so in the source's units too."""
    scale, center, is_whole = np.ones(n_features), np.zeros(n_features), np.ones(n_features, bool)
    if numbers:
        imputer, scaler = (step for _, step in transformer.named_transformers_["numbers"].steps)
        filled = imputer.transform(frame[[f"number {i}" for i in range(len(numbers))]])
        scale[: len(numbers)], center[: len(numbers)] = scaler.scale_, scaler.mean_
        is_whole[: len(numbers)] = whole_columns(filled, by_column=True)
    return Units(scale, center, is_whole)


def _feature_names(transformer, numbers: list[Column], categories: list[Column]) -> tuple[str, ...]:
    names = [column.name for column in numbers]
    if numbers:
        names += [f"{numbers[i].name} is missing" for i in transformer.named_transformers_["missing"].features_]
    if categories:
        values = transformer.named_transformers_["categories"].categories_
        names += [f"{c.name}={value}" for c, found in zip(categories, values, strict=True) for value in found]
    return tuple(names)


def _left_out(varies: dict[str, bool]) -> tuple[str, ...]:
    names = [name for name, does in varies.items() if not does]
    if not names:
        return ()
    named = ", ".join(names[:MAX_NAMED]) + (", ..." if len(names) > MAX_NAMED else "")
    return (f"left out as constant in the train split: {named}",)
