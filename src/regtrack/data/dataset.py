"""Split and Dataset: frozen values, checked once at construction, read-only ever after."""

from dataclasses import dataclass

import numpy as np

from regtrack.data.checks import check_class_names, check_digest, check_scale, check_split, check_unique_ids
from regtrack.data.digest import dataset_digest
from regtrack.errors import DataError

MAX_CLASSES_SHOWN = 12


@dataclass(frozen=True, eq=False, repr=False)
class Split:
    """Examples of one split. The arrays are read-only; a writable one is copied, never shared with the caller.

    Args:
        x: (n, ...) float32, scaled.
        given_label: (n,) int64, what training sees (label noise included).
        true_label: (n,) int64, what the source says.
        example_id: (n,) int64, index in the source's full order, unique over all splits of the source.

    Raises:
        DataError: an array is not numeric, or labels and ids are not integers.
    """

    x: np.ndarray
    given_label: np.ndarray
    true_label: np.ndarray
    example_id: np.ndarray

    def __post_init__(self):
        # A frozen dataclass sets its own fields this way.
        object.__setattr__(self, "x", _read_only(self.x, "x", np.float32, kinds="fiub"))
        for field in ("given_label", "true_label", "example_id"):
            object.__setattr__(self, field, _read_only(getattr(self, field), field, np.int64, kinds="iu"))

    def __len__(self) -> int:
        return len(self.x)

    def __repr__(self) -> str:
        return f"Split(n={len(self)}, x={self.x.dtype}{self.x.shape})"

    def __reduce__(self):
        # numpy's unpickled arrays are writable: go through the constructor again in the worker.
        return Split, (self.x, self.given_label, self.true_label, self.example_id)


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

    def __post_init__(self):
        object.__setattr__(self, "class_names", check_class_names(self.class_names))
        check_scale(self.scale)
        for name, split in self.splits.items():
            check_split(name, split, n_classes=self.n_classes, input_shape=self.input_shape, is_image=self.is_image)
        check_unique_ids(self.splits)
        object.__setattr__(self, "digest", check_digest(self.digest, dataset_digest(self.splits, self.class_names)))

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

    def summary(self) -> str:
        """What is in here, on one screen: sizes, inputs, classes a split, noise, seed, digest."""
        sizes = ", ".join(f"{len(split):,} {name}" for name, split in self.splits.items())
        kind = "images" if self.is_image else "numbers"
        shape = " × ".join(map(str, self.input_shape)) or "1"
        changed = sum(int(np.sum(split.given_label != split.true_label)) for split in self.splits.values())
        total = sum(map(len, self.splits.values()))
        shown = self.class_names[:MAX_CLASSES_SHOWN]
        # (n_splits, C)
        counts = np.stack([np.bincount(s.true_label, minlength=self.n_classes) for s in self.splits.values()])
        width = max(len("class"), *map(len, shown))
        lines = [
            f"{self.name}: {sizes} examples",
            f"inputs: {kind} {shape}, scaled by 1/{self.scale:g}",
            f"label noise: {self.label_noise:g} ({changed:,} of {total:,} given labels changed)",
            f"split seed {self.split_seed}, train size {self.train_size or 'all'}, digest {self.digest[:16]}",
            "",
            f"{'class':<{width}} {'train':>8} {'validation':>11} {'test':>8}",
            *(f"{name:<{width}} {a:>8,} {b:>11,} {c:>8,}" for name, (a, b, c) in zip(shown, counts.T, strict=False)),
        ]
        if self.n_classes > len(shown):
            lines.append(f"... and {self.n_classes - len(shown)} more classes")
        return "\n".join(lines)


def _read_only(values, field: str, dtype: type, *, kinds: str) -> np.ndarray:
    """C-contiguous, read-only array of `dtype`; DataError if its dtype's kind is not among `kinds`."""
    given = np.asarray(values)
    if given.dtype.kind not in kinds:
        wanted = "numbers" if "f" in kinds else "integers"
        raise DataError(f"Expected {wanted} in {field}, received {given.dtype}; convert them first.")
    with np.errstate(over="ignore"):  # float64 beyond float32 becomes inf, which the Dataset refuses by name
        array = np.array(given, dtype=dtype, order="C", copy=True if given.flags.writeable else None)
    array.setflags(write=False)
    return array
