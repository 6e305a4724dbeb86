"""Columns of numbers, each centred and scaled by its own mean and standard deviation over the train rows."""

import dataclasses

import numpy as np

from regtrack.data.raw import Encoded, RawData
from regtrack.data.raw_checks import check_finite, check_magnitude
from regtrack.data.units import Units, whole_columns
from regtrack.errors import DataError
from regtrack.words.lists import first_few


def standardized(raw: RawData, *, columns: tuple[str, ...] = (), cells: np.ndarray | None = None) -> RawData:
    """`raw` with an encoder in place of x, (n, d): each column minus its train mean, over its train deviation.

    A column that is constant in the train rows becomes 0 there: kept, so that every train size has the same inputs.

    Args:
        raw: the source; x is (n, d).
        columns: names of x's columns; left out, their numbers.
        cells: (n, d) unicode, only with columns.

    Raises:
        DataError: x has other axes, or a number that is not finite.
    """
    if raw.x.ndim != 2 or raw.is_image:
        raise DataError(
            f"Expected x (n, columns) of {raw.name} to scale column by column, received {raw.x.shape}"
            f"{' images' if raw.is_image else ''}; leave scale=columns out."
        )
    names = columns or tuple(f"column {i}" for i in range(raw.x.shape[1]))
    check_finite(raw.x, name=raw.name, columns=columns)
    x = raw.x.astype(np.float64)
    check_magnitude(x, name=raw.name, columns=names)

    def encode(train_rows: np.ndarray) -> Encoded:
        train = x[train_rows]
        constant = np.flatnonzero(train.min(axis=0) == train.max(axis=0))
        mean, deviation = train.mean(axis=0), train.std(axis=0)
        # By the values, not by the deviation: the mean of equal numbers need not be that number.
        mean[constant], deviation[constant] = train[0, constant], 1.0
        named = first_few([names[i] for i in constant])
        notes = (f"constant in the train split, kept but idle: {named}",) if named else ()
        units = Units(deviation, mean, whole_columns(x, by_column=True))
        return Encoded(((x - mean) / deviation).astype(np.float32), names, notes, units)

    return dataclasses.replace(raw, x=None, encode=encode, columns=columns, cells=cells)
