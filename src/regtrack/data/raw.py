"""RawData: what a source hands over, before splitting, scaling and label noise; Encoded: what its encoder makes."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from regtrack.data.dividing.groups import Groups
from regtrack.data.dividing.times import Times
from regtrack.data.tables.fitted import TableEncoding
from regtrack.data.units import Units


@dataclass(frozen=True, eq=False)
class Encoded:
    """What an encoder fitted on the train rows makes of every row.

    Args:
        x: (n, n_features) float32, scaled; NaN and infinite numbers are the checks' business.
        feature_names: names of x's columns.
        notes: what a person should know of this fit, e.g. columns left out.
        units: from x to the source's own numbers, column by column; None where they are x itself.
        encoding: what makes inputs of a row that comes later; None where only this x is known.
    """

    x: np.ndarray
    feature_names: tuple[str, ...]
    notes: tuple[str, ...] = ()
    units: Units | None = None
    encoding: TableEncoding | None = None


@dataclass(frozen=True, eq=False)
class RawData:
    """Every example of a source, in the source's own order and units.

    Args:
        name: the data set's name, the same wherever the files were found.
        x: (n, ...) numbers in the source's own units, any integer or float dtype; all of it is divided by one number
            unless `is_scaled` says otherwise. None where `encode` makes the inputs.
        labels: (n,) integers 0..C-1. The row number is the example_id.
        class_names: C names; label i is class_names[i].
        is_image: x is (n, height, width) or (n, height, width, channels).
        pixel_range: (low, high): the numbers that an image's black and white are; None where the source does not say,
            then what its numbers are.
        validation_size: examples of the validation split.
        test_size: examples of the test split.
        has_official_test: the last `test_size` rows are the source's own test split and stay so, whatever the seed;
            otherwise the test split is drawn, stratified.
        has_official_validation: the same of validation: the last `validation_size` rows before an official test
            split, or the last ones of all.
        encode: (train row numbers) -> `Encoded` of all n rows, fitted on those rows only; called once a train size.
        columns: a table's column names, target left out.
        cells: (n, len(columns)) unicode, what the table shows; "" is missing. None where there are no columns.
        notes: what a person should read before training.
        is_scaled: False leaves the numbers as the source has them.
        parts: (n,) text, the split of each row, where a source that brings splits of its own has them in another order than
            train, validation, test; None where they stand in it.
        division: what must hold of rows that are drawn: groups stay whole, or the past trains. None draws them one by one.
    """

    name: str
    x: np.ndarray | None
    labels: np.ndarray
    class_names: tuple[str, ...]
    is_image: bool
    validation_size: int
    test_size: int
    has_official_test: bool = False
    has_official_validation: bool = False
    encode: Callable[[np.ndarray], Encoded] | None = None
    columns: tuple[str, ...] = ()
    cells: np.ndarray | None = None
    notes: tuple[str, ...] = ()
    pixel_range: tuple[float, float] | None = None
    is_scaled: bool = True
    parts: np.ndarray | None = None
    division: Groups | Times | None = None

    def own_rows(self) -> dict[str, np.ndarray]:
        """Row numbers, ascending: of "train", from which what is missing is drawn, and of the splits that the source brings."""
        rest = np.arange(len(self.labels), dtype=np.int64)
        if self.parts is not None:
            return {
                split: rest[self.parts == split] for split in ("train", "validation", "test") if split in self.parts
            }
        rows = {}
        # What is the source's own is cut off the end, test behind validation.
        if self.has_official_test:
            rest, rows["test"] = np.split(rest, [len(rest) - self.test_size])
        if self.has_official_validation:
            rest, rows["validation"] = np.split(rest, [len(rest) - self.validation_size])
        return rows | {"train": rest}
