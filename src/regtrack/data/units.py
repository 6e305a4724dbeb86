"""Units: how the numbers that regtrack scaled stand to the source's own."""

import hashlib
from dataclasses import dataclass

import numpy as np

LARGEST_WHOLE = 2**23
"""Whole numbers from here on do not all come back: float32 has 24 bits, and one goes into the division."""
_ROWS = 4096
"""Rows at a time: float64 of all the images would take twice their memory."""


@dataclass(frozen=True, eq=False)
class Units:
    """source = scaled * scale + center, whole numbers exactly.

    Args:
        scale: above 0; one number, or one a column (d,).
        center: one number, or one a column (d,).
        is_whole: whether the source's numbers are whole ones, of all or of each column (d,).
    """

    scale: float | np.ndarray
    center: float | np.ndarray = 0.0
    is_whole: bool | np.ndarray = False

    def source(self, x: np.ndarray) -> np.ndarray:
        """The source's own numbers of x, (n, ...) float32; float32 too, where whole numbers are exact below 2**23."""
        found = np.empty(x.shape, np.float32)
        for start in range(0, len(x), _ROWS):
            block = x[start : start + _ROWS] * np.float64(self.scale) + self.center
            found[start : start + _ROWS] = np.where(self.is_whole, np.rint(block), block)
        return found

    @property
    def digest(self) -> str:
        """SHA-256 (hex) over all three."""
        parts = [np.asarray(part, "<f8").tobytes() for part in (self.scale, self.center, self.is_whole)]
        return hashlib.sha256(b"|".join(parts)).hexdigest()


def whole_columns(x: np.ndarray, *, by_column: bool = False) -> bool | np.ndarray:
    """Whether all of x, or each of its columns, holds whole numbers only; finite ones are taken for granted."""
    if x.dtype.kind in "iub":
        return np.ones(x.shape[1], bool) if by_column else True
    if by_column:
        return (x == np.floor(x)).all(axis=0)
    blocks = (x[start : start + _ROWS] for start in range(0, len(x), _ROWS))
    return all(bool((block == np.floor(block)).all()) for block in blocks)  # most are told by their first block
