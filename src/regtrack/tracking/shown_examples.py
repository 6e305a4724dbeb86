"""The test examples of a sweep, stored once, so that a reader can see what was predicted."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from regtrack import names
from regtrack.data import Dataset
from regtrack.data.arrays import guess_is_image
from regtrack.data.swelling import swollen
from regtrack.errors import StoreError
from regtrack.foreign import UNREADABLE_ARCHIVE
from regtrack.pixels.brightness import as_bytes, can_be_drawn, measured_range

WITHOUT_ROWS, WITHOUT_PICTURES = "test_examples/1", "test_examples/2"
"""Earlier schemas that still read: the first has no rows of tables, neither says whether examples are images."""
DARKEST_BYTES = 16
"""Bytes of an earlier file that go no higher are the digits' 0..16; others are 0..255."""


@dataclass(frozen=True, eq=False, kw_only=True)
class ShownExamples:
    """A sweep's test examples, in the order of their artifact.

    Args:
        x: (n, ...) in the source's own units; of images (n, height, width) or (n, height, width, channels).
        given_label, true_label, example_id: (n,).
        class_names: by class number.
        digest: of the sweep's data.
        pixel_range: (low, high) in x's units that are black and white, of images; None for other data.
        columns: of a table's source, the target left out; empty for other data.
        rows: (n, len(columns)) text, the table's cells as its file has them, "" for missing; None for other data.
    """

    x: np.ndarray
    given_label: np.ndarray
    true_label: np.ndarray
    example_id: np.ndarray
    class_names: tuple[str, ...]
    digest: str
    pixel_range: tuple[float, float] | None = None
    columns: tuple[str, ...] = ()
    rows: np.ndarray | None = None

    @property
    def is_image(self) -> bool:
        """Whether the examples are images, as the sweep took them."""
        return self.pixel_range is not None

    @property
    def has_pictures(self) -> bool:
        """Whether they can be drawn: images of more channels than a screen has cannot, and are numbers to a reader."""
        return self.is_image and can_be_drawn(self.x.shape[1:])

    def picture(self, place: int) -> np.ndarray | None:
        """An example as it is shown, uint8 (h, w) or (h, w, 1, 3 or 4); None where there are no pictures."""
        return as_bytes(self.x[place], self.pixel_range) if self.has_pictures else None

    def features(self, place: int) -> list[tuple[str, str | float]]:
        """(name, value) of an example: a table's cells, else its numbers as x0, x1 ..."""
        if self.rows is not None:
            return list(zip(self.columns, self.rows[place].tolist(), strict=True))
        return [(f"x{i}", float(value)) for i, value in enumerate(np.ravel(self.x[place]))]


def write_test_examples(dataset: Dataset, folder: Path) -> None:
    """Write the test split below `folder`: x in the source's own units, images of whole numbers as bytes."""
    test, path = dataset.test, folder / names.TEST_EXAMPLES
    x = dataset.inputs(test, names.SOURCE)
    whole = np.rint(x)
    if dataset.is_image and whole.min() >= 0 and whole.max() <= 255 and np.allclose(x, whole, atol=1e-3):
        x = whole.astype(np.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        path,
        schema=names.SCHEMAS[names.TEST_EXAMPLES],
        example_id=test.example_id,
        x=x,
        given_label=test.given_label,
        true_label=test.true_label,
        class_names=np.array(dataset.class_names),
        digest=dataset.digest,
        is_image=dataset.is_image,
        pixel_range=np.array(dataset.pixel_range or (), np.float64),
        columns=np.array(dataset.columns, dtype=np.str_),
        rows=np.zeros((len(test), 0), "U1") if test.rows is None else test.rows,
    )


def read_test_examples(path: str | Path) -> ShownExamples:
    """Raises StoreError: missing, damaged, or of a schema this version does not know."""
    try:
        with np.load(path, allow_pickle=False) as arrays:
            if problem := swollen(Path(path), sum(member.file_size for member in arrays.zip.infolist())):
                raise ValueError(problem)
            found = dict(arrays)
            schema = str(found["schema"])
            if schema == WITHOUT_ROWS:
                found |= {"columns": np.array([], dtype=np.str_), "rows": np.zeros((len(found["x"]), 0), "U1")}
            if schema in (WITHOUT_ROWS, WITHOUT_PICTURES):
                pixel_range = _range_of_earlier(found["x"])
            elif schema == names.SCHEMAS[names.TEST_EXAMPLES]:
                pixel_range = _low_high(found["pixel_range"]) if found["is_image"] else None
            else:
                raise StoreError(
                    f"{names.TEST_EXAMPLES} at {path}: expected schema {names.SCHEMAS[names.TEST_EXAMPLES]}, received "
                    f"{schema}; it was written by another version of regtrack"
                )
            _check_arrays(found)
            columns = tuple(map(str, found["columns"]))
            return ShownExamples(
                x=found["x"],
                given_label=found["given_label"],
                true_label=found["true_label"],
                example_id=found["example_id"],
                class_names=tuple(map(str, found["class_names"])),
                digest=str(found["digest"]),
                pixel_range=pixel_range,
                columns=columns,
                rows=found["rows"] if columns else None,
            )
    except (*UNREADABLE_ARCHIVE, TypeError, KeyError) as error:
        raise StoreError(f"{names.TEST_EXAMPLES} at {path} is damaged ({error}); run the sweep again") from None


def _check_arrays(found: dict[str, np.ndarray]) -> None:
    """Raises ValueError for arrays that are no examples: other numbers of them, or no numbers."""
    x, columns = found["x"], [found[name] for name in ("example_id", "given_label", "true_label")]
    if not {x.dtype.kind, *(column.dtype.kind for column in columns)} <= set("biuf"):
        raise ValueError("expected numbers, received something else")
    if x.ndim < 2 or {column.shape for column in columns} != {x.shape[:1]}:
        raise ValueError(f"expected labels of {len(x) if x.ndim else 0} examples, received others")


def _low_high(stored: np.ndarray) -> tuple[float, float]:
    low, high = map(float, stored)
    return low, high


def _range_of_earlier(x: np.ndarray) -> tuple[float, float] | None:
    """Of files that do not say: bytes were written of images only; other numbers are taken for images where
    `guess_is_image` takes arrays for images that nobody said anything of."""
    if x.dtype == np.uint8:
        low, high = measured_range([x])
        return (low, 255.0) if high > DARKEST_BYTES else (low, high)
    return measured_range([x]) if guess_is_image(x) else None
