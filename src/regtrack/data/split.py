from dataclasses import dataclass

import numpy as np

from regtrack.errors import DataError


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
