from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from regtrack import names
from regtrack.data.arrays import raw_from_arrays
from regtrack.data.building import dataset_fields
from regtrack.data.checks import (
    check_class_names,
    check_columns,
    check_digest,
    check_scale,
    check_split,
    check_unique_ids,
)
from regtrack.data.digest import dataset_digest
from regtrack.data.notes.summary import summary_of
from regtrack.data.split import Split
from regtrack.data.tables.fitted import TableEncoding
from regtrack.data.units import Units
from regtrack.pixels.brightness import measured_range


@dataclass(frozen=True, eq=False)
class Dataset:
    """Three splits of one source, and what is needed to say exactly which: frozen, checked once at construction.

    Args:
        name: the source's name, e.g. "digits".
        train, validation, test: the splits; their example_ids are disjoint.
        class_names: label i is class_names[i].
        scale: x * scale is in the source's own units; fitted on the train split only.
        is_image: x is (n, height, width) or (n, height, width, channels).
        split_seed, train_size, label_noise: how the splits were drawn (train_size 0 means all).
        digest: SHA-256 hex over all of the data (see `dataset_digest`). Leave it out to have it computed; a given
            one must be right, so that a data set altered with `dataclasses.replace` cannot keep its old digest.
        notes: what a person should read before training, a sentence each (duplicates, leak suspects, ...).
        columns: a source table's column names, target left out; each split's `rows` has these columns.
        feature_names: names of x's columns, where an encoder made them; x is then scaled column by column, and
            `scale` is 1.
        pixel_range: (low, high) in the source's own units: what black and white are in its images. Left out, their
            smallest (at most 0) and largest number over all splits; None for other data.
        is_whole: whether the source's own numbers are whole ones, as pixels and token ids are: x * scale is then rounded.
        column_units: where columns have scales of their own, from x to the source's own numbers; None elsewhere.
        encoding: what makes x of a table's rows, fitted on the train split; None for other data.
        divided_by: "group=NAME" where no group stands in two splits, "time=NAME" where the past trains; "" where examples were
            drawn one by one.

    Raises:
        DataError: the parts do not fit together; the message names the part.
    """

    name: str
    train: Split
    validation: Split
    test: Split
    class_names: tuple[str, ...]
    scale: float
    is_image: bool
    split_seed: int
    train_size: int
    label_noise: float
    digest: str = ""
    notes: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    feature_names: tuple[str, ...] = ()
    pixel_range: tuple[float, float] | None = None
    is_whole: bool = False
    column_units: Units | None = None
    encoding: TableEncoding | None = None
    divided_by: str = ""

    def __post_init__(self):
        object.__setattr__(self, "class_names", check_class_names(self.class_names))
        check_scale(self.scale)
        for name, split in self.splits.items():
            check_split(name, split, n_classes=self.n_classes, input_shape=self.input_shape, is_image=self.is_image)
        check_unique_ids(self.splits)
        for field in ("notes", "columns", "feature_names"):
            object.__setattr__(self, field, tuple(map(str, getattr(self, field))))
        object.__setattr__(self, "pixel_range", self._pixel_range() if self.is_image else None)
        check_columns(self.splits, columns=self.columns, feature_names=self.feature_names)
        computed = dataset_digest(self.splits, self.class_names, self.columns, self.feature_names, self.divided_by)
        object.__setattr__(self, "digest", check_digest(self.digest, computed))

    def _pixel_range(self) -> tuple[float, float]:
        if self.pixel_range is not None:
            low, high = self.pixel_range
            return float(low), float(high)
        low, high = measured_range(split.x for split in self.splits.values())
        return low * self.scale, high * self.scale

    @classmethod
    def from_arrays(
        cls,
        x,
        y,
        *,
        class_names: Sequence[str] | None = None,
        name: str = "arrays",
        is_image: bool | None = None,
        split_seed: int,
        validation_share: float = 0.2,
        test_share: float = 0.2,
        train_size: int = 0,
        label_noise: float = 0.0,
        group=None,
        time: str | None = None,
    ) -> "Dataset":
        """A data set from arrays in memory: checked, split, scaled by the train split, as `load_dataset` does.

        Args:
            x: (n, ...) finite numbers. A pandas DataFrame is encoded as `table:` encodes a file.
            y: (n,) one class an example: integers, strings or booleans; or (n, C) one-hot.
            class_names: C names, in label order; left out, the labels name themselves.
            name: what reports call it.
            is_image: x is images; None: they are where x is (n, height, width, 1|3|4), (n, height, width) of uint8,
                or (n, side, side) with side >= 8.
            split_seed, train_size, label_noise: as of `load_dataset`.
            validation_share, test_share: of all examples, rounded up; each above 0, together below 1.
            group: (n,) the group of each example, or the name of a DataFrame's column: no group stands in two splits.
            time: the name of a DataFrame's column: the past trains, the future tests. Neither column is a feature.

        Raises:
            DataError: the arrays do not make a classification data set; the message says where and what to do.
        """
        raw = raw_from_arrays(
            x,
            y,
            class_names=class_names,
            name=name,
            is_image=is_image,
            validation_share=validation_share,
            test_share=test_share,
            group=group,
            time=time,
        )
        [fields] = dataset_fields(raw, split_seed=split_seed, train_sizes=[train_size], label_noise=label_noise)
        return cls(**fields)

    @property
    def splits(self) -> dict[str, Split]:
        """The three splits by name, in the order train, validation, test."""
        return {"train": self.train, "validation": self.validation, "test": self.test}

    @property
    def n_classes(self) -> int:
        """C, the number of classes."""
        return len(self.class_names)

    @property
    def input_shape(self) -> tuple[int, ...]:
        """The shape of one example, without the batch axis."""
        return self.train.x.shape[1:]

    @property
    def units(self) -> Units:
        """How x stands to the source's own numbers."""
        return self.column_units or Units(self.scale, is_whole=self.is_whole)

    def inputs(self, split: Split, which: str, rows: slice | None = None) -> np.ndarray:
        """(n, ...) float32: a split's examples, or those of `rows`, as a model reads them, "scaled" (its x) or "source" (the
        source's own numbers, whole ones exactly)."""
        x = split.x if rows is None else split.x[rows]
        return self.units.source(x) if which == names.SOURCE else x

    def encoding_to(self, which: str) -> TableEncoding | None:
        """What makes `inputs` of a table's raw rows; None for other data."""
        return self.encoding.unscaled() if self.encoding and which == names.SOURCE else self.encoding

    def summary(self, *, with_notes: bool = True) -> str:
        """What is in here, on one screen: see `summary_of`."""
        return summary_of(self, with_notes=with_notes)
