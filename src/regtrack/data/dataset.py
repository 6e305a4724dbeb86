"""Split and Dataset: frozen values, checked once at construction, read-only ever after."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

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
from regtrack.errors import DataError
from regtrack.pixels.brightness import measured_range


@dataclass(frozen=True, eq=False, repr=False)
class Split:
    """Examples of one split. The arrays are read-only; a writable one is copied, never shared with the caller.

    Args:
        x: (n, ...) float32, scaled.
        given_label: (n,) int64, what training sees (label noise included).
        true_label: (n,) int64, what the source says.
        example_id: (n,) int64, index in the source's full order, unique over all splits of the source.
        rows: (n, n_columns) unicode, the cells of a source table as it shows them, "" for missing; None where the
            source is no table.

    Raises:
        DataError: an array is not numeric, labels and ids are not integers, or rows are not text.
    """

    x: np.ndarray
    given_label: np.ndarray
    true_label: np.ndarray
    example_id: np.ndarray
    rows: np.ndarray | None = None

    def __post_init__(self):
        # A frozen dataclass sets its own fields this way.
        object.__setattr__(self, "x", _read_only(self.x, "x", np.float32, kinds="fiub"))
        for field in ("given_label", "true_label", "example_id"):
            object.__setattr__(self, field, _read_only(getattr(self, field), field, np.int64, kinds="iu"))
        if self.rows is not None:
            object.__setattr__(self, "rows", _read_only(self.rows, "rows", np.str_, kinds="U"))

    def __len__(self) -> int:
        return len(self.x)

    def __repr__(self) -> str:
        return f"Split(n={len(self)}, x={self.x.dtype}{self.x.shape})"

    def __reduce__(self):
        # numpy's unpickled arrays are writable: go through the constructor again in the worker.
        return Split, (self.x, self.given_label, self.true_label, self.example_id, self.rows)


@dataclass(frozen=True, eq=False)
class Dataset:
    """Three splits of one source, and what is needed to say exactly which.

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
        computed = dataset_digest(self.splits, self.class_names, self.columns, self.feature_names)
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

        Raises:
            DataError: the arrays do not make a classification data set; the message says where and what to do.
        """
        from regtrack.data.arrays import raw_from_arrays  # both import this file
        from regtrack.data.loading import datasets_from

        raw = raw_from_arrays(
            x,
            y,
            class_names=class_names,
            name=name,
            is_image=is_image,
            validation_share=validation_share,
            test_share=test_share,
        )
        [dataset] = datasets_from(raw, split_seed=split_seed, train_sizes=[train_size], label_noise=label_noise)
        return dataset

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

    def summary(self, *, with_notes: bool = True) -> str:
        """What is in here, on one screen: see `summary_of`."""
        return summary_of(self, with_notes=with_notes)


def _read_only(values, field: str, dtype: type, *, kinds: str) -> np.ndarray:
    """C-contiguous, read-only array of `dtype`; DataError if its dtype's kind is not among `kinds`."""
    given = np.asarray(values)
    if given.dtype.kind not in kinds:
        wanted = {"f": "numbers", "i": "integers", "U": "text (a unicode array)"}[kinds[0]]
        raise DataError(f"Expected {wanted} in {field}, received {given.dtype}; convert them first.")
    with np.errstate(over="ignore"):  # float64 beyond float32 becomes inf, which the Dataset refuses by name
        array = np.array(given, dtype=dtype, order="C", copy=True if given.flags.writeable else None)
    array.setflags(write=False)
    return array
