"""The test examples of a sweep, stored once, so that a reader can see what was predicted."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from regtrack import names
from regtrack.data import Dataset
from regtrack.errors import StoreError
from regtrack.tracking.artifacts import UNREADABLE_ARCHIVE

WITHOUT_ROWS = "test_examples/1"
"""An earlier schema that still reads: it has no rows of tables."""


@dataclass(frozen=True, eq=False)
class ShownExamples:
    """A sweep's test examples, in the order of their artifact.

    Args:
        x: (n, ...) in the source's own units; an image is (height, width) or (height, width, channels) of uint8.
        given_label, true_label, example_id: (n,).
        class_names: by class number.
        digest: of the sweep's data.
        columns: of a table's source, the target left out; empty for other data.
        rows: (n, len(columns)) text, the table's cells as its file has them, "" for missing; None for other data.
    """

    x: np.ndarray
    given_label: np.ndarray
    true_label: np.ndarray
    example_id: np.ndarray
    class_names: tuple[str, ...]
    digest: str
    columns: tuple[str, ...] = ()
    rows: np.ndarray | None = None

    def features(self, place: int) -> list[tuple[str, str | float]]:
        """(name, value) of an example: a table's cells, else its numbers as x0, x1 ..."""
        if self.rows is not None:
            return list(zip(self.columns, self.rows[place].tolist(), strict=True))
        return [(f"x{i}", float(value)) for i, value in enumerate(np.ravel(self.x[place]))]


def write_test_examples(dataset: Dataset, folder: Path) -> None:
    """Write the test split below `folder`: x in the source's own units where they are whole numbers."""
    test, path = dataset.test, folder / names.TEST_EXAMPLES
    x = test.x * np.float32(dataset.scale)
    whole = np.rint(x)
    if dataset.is_image and whole.min() >= 0 and whole.max() <= 255 and np.allclose(x, whole, atol=1e-3):
        x = whole.astype(np.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = np.zeros((len(test), 0), "U1") if test.rows is None else test.rows
    arrays = (names.SCHEMAS[names.TEST_EXAMPLES], test.example_id, x, test.given_label, test.true_label,
              np.array(dataset.class_names), dataset.digest, np.array(dataset.columns, dtype=np.str_), rows)  # fmt: skip
    np.savez_compressed(path, **dict(zip(names.TEST_EXAMPLE_ARRAYS, arrays, strict=True)))


def read_test_examples(path: str | Path) -> ShownExamples:
    """Raises StoreError: missing, damaged, or of a schema this version does not know."""
    try:
        with np.load(path, allow_pickle=False) as arrays:
            found = dict(arrays)
            schema = str(found["schema"])
            if schema == WITHOUT_ROWS:
                found |= {"columns": np.array([], dtype=np.str_), "rows": np.zeros((len(found["x"]), 0), "U1")}
            elif schema != names.SCHEMAS[names.TEST_EXAMPLES]:
                raise StoreError(
                    f"{names.TEST_EXAMPLES} at {path}: expected schema {names.SCHEMAS[names.TEST_EXAMPLES]}, received "
                    f"{schema}; it was written by another version of regtrack"
                )
            columns = tuple(map(str, found["columns"]))
            return ShownExamples(
                *(found[name] for name in ("x", "given_label", "true_label", "example_id")),
                tuple(map(str, found["class_names"])),
                str(found["digest"]),
                columns,
                found["rows"] if columns else None,
            )
    except UNREADABLE_ARCHIVE as error:
        raise StoreError(f"{names.TEST_EXAMPLES} at {path} is damaged ({error}); run the sweep again") from None
