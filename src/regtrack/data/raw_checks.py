"""What must hold of a source before anything is drawn from it: shapes, labels, finite numbers."""

import numpy as np

from regtrack.data.raw import RawData
from regtrack.errors import DataError

LARGEST = 1e100  # the square of a number far beyond is infinite, and a standard deviation needs it


def check_raw(raw: RawData) -> None:
    """DataError where rows, labels and class names do not fit (a faulty source file), or an input is not finite."""
    labels, n_classes, n = raw.labels, len(raw.class_names), len(raw.labels)
    x_fits = raw.x.ndim > 0 and len(raw.x) == n if raw.encode is None else True
    fits = x_fits and labels.shape == (n,) and labels.dtype.kind in "iu" and n > 0
    if not fits or labels.min() < 0 or labels.max() >= n_classes:
        span = f"{labels.min()} to {labels.max()}" if labels.size else "none"
        x = "made by an encoder" if raw.x is None else raw.x.shape
        raise DataError(
            f"Expected {raw.name} to give one integer label 0..{n_classes - 1} an example, received x {x}, "
            f"labels {labels.dtype}{labels.shape} ({span}); correct the source."
        )
    _check_no_split_is_empty(raw)
    if raw.x is not None:
        check_finite(raw.x, name=raw.name)


def _check_no_split_is_empty(raw: RawData) -> None:
    """DataError where a split that the source brings itself has no example, or leaves none to train on."""
    sizes = {"test": (raw.has_official_test, raw.test_size)}
    sizes["validation"] = (raw.has_official_validation, raw.validation_size)
    own = {split: size for split, (is_own, size) in sizes.items() if is_own}
    if own and sum(own.values()) >= len(raw.labels):
        own["train"] = 0
    if empty := [split for split, size in own.items() if size == 0]:
        drawn = "" if "train" in empty else f", or leave {' and '.join(empty)} out, to have it drawn from train"
        raise DataError(
            f"Expected at least one example in each split that {raw.name} brings, received none in {' and '.join(empty)}; add "
            f"examples that can be read{drawn}."
        )


def check_finite(x: np.ndarray, *, name: str, columns: tuple[str, ...] = ()) -> None:
    """DataError that counts what is NaN or infinite in x, (n, ...), and names the first: its row and column."""
    if x.dtype.kind != "f":
        return
    # The sum is NaN or infinite if any element is: one pass without a mask the size of x. It may also overflow.
    with np.errstate(over="ignore", invalid="ignore"):
        if np.isfinite(x.sum(dtype=np.float64)):
            return
    bad = ~np.isfinite(x)
    if not bad.any():
        return
    first = tuple(int(i) for i in np.argwhere(bad)[0])
    rows = int(bad.reshape(len(x), -1).any(axis=1).sum())
    column = f"column {columns[first[1]]!r}" if columns else f"column {first[1]}" if x.ndim == 2 else f"at {first[1:]}"
    place = f"row {first[0]}" + (f", {column}" if x.ndim > 1 else "")
    raise DataError(
        f"Expected finite numbers in {name}, received {x[first]} in {place} ({int(bad.sum()):,} NaN or infinite numbers "
        f"in {rows:,} of {len(x):,} rows); fill or drop them, or give a table with empty cells, which are imputed."
    )


def check_magnitude(x: np.ndarray, *, name: str, columns: tuple[str, ...]) -> None:
    """DataError naming the first column of x, (n, d) and finite, with a number too large to standardize."""
    large = np.flatnonzero(np.abs(x).max(axis=0) > LARGEST)
    if len(large):
        most = np.abs(x[:, large[0]]).max()
        raise DataError(
            f"Expected numbers up to {LARGEST:g} in {name}, received {most:g} in column {columns[large[0]]!r}; mark missing "
            "cells by leaving them empty, or leave the column out."
        )
