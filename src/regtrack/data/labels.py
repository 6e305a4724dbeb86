"""Labels as people have them -> integers 0..C-1 with class names; what is no classification is refused."""

from collections.abc import Sequence

import numpy as np

from regtrack.data.checks import check_class_names
from regtrack.errors import DataError

MANY_VALUES = 100  # more distinct numbers than this, and more than MANY_SHARE of the examples: a quantity
MANY_SHARE = 0.05
MAX_SHOWN = 8
NO_REGRESSION = "regression is not supported: bin the target into classes, or choose another target"


def encode_labels(
    y, *, name: str, class_names: Sequence[str] | None = None
) -> tuple[np.ndarray, tuple[str, ...], tuple[str, ...]]:
    """Labels 0..C-1, their names, and notes on what was mapped.

    Integers (also whole floats), strings and booleans are labels; distinct values in ascending order are 0..C-1. An
    (n, C) one-hot y is decoded.

    Args:
        y: (n,), (n, 1) or (n, C) one-hot.
        name: the data's name, for messages.
        class_names: one name a label, in ascending order of integer labels; of string labels all of them, in the
            order wanted. Integer labels 0..C-1 may then lack a class. None: labels name themselves.

    Returns:
        labels (n,) int64, class_names (C names), notes (one if anything was mapped).

    Raises:
        DataError: y is missing somewhere, a quantity, multi-label, or does not fit class_names.
    """
    values, notes = _one_a_row(_plain(y, name), name)
    names = None if class_names is None else check_class_names(_texts(class_names, name))
    if values.dtype.kind == "f":
        values = _whole(values, name)
    if values.dtype.kind in "iu":
        _refuse_quantity(values, name)
        if names is not None and values.min() >= 0 and values.max() < len(names):
            return values.astype(np.int64), names, notes  # the source's own numbering
    else:
        _refuse_text(values, name)
    distinct, labels = np.unique(values, return_inverse=True)
    if len(distinct) < 2:
        raise DataError(
            f"Expected at least two classes in {name}, received only {distinct[0]!s}; give examples of every class."
        )
    labels = labels.astype(np.int64)
    own = tuple(map(str, distinct.tolist()))
    is_number = values.dtype.kind in "iu"
    if names is None:
        if is_number and (distinct[0], distinct[-1]) == (0, len(distinct) - 1):
            return labels, own, notes
        return labels, own, (*notes, _mapped(own, own))
    if not is_number and set(own) <= set(names):
        place = np.array([names.index(one) for one in own], dtype=np.int64)
        return place[labels], names, notes
    if not is_number or len(names) != len(own):
        raise DataError(
            f"Expected a class name for each label of {name}, received {len(names)} names ({_few(names)}) for "
            f"{len(own)} labels ({_few(own)}); name every label once, in ascending order."
        )
    return labels, names, (*notes, _mapped(own, names))


def _mapped(own: tuple[str, ...], names: tuple[str, ...]) -> str:
    if own == names:
        return f"labels {_few(own)} are numbered 0..{len(own) - 1} in this order, and name themselves"
    pairs = [f"{a} ({b})" for a, b in zip(own, names, strict=True)]
    return f"labels {_few(pairs)} are numbered 0..{len(own) - 1} in this order"


def _few(values: Sequence[str]) -> str:
    more = f", ... {len(values) - MAX_SHOWN} more" if len(values) > MAX_SHOWN else ""
    return ", ".join(str(value)[:40] for value in values[:MAX_SHOWN]) + more


def _texts(values, name: str) -> tuple[str, ...]:
    """Class names as plain strings: an .npz file holds numpy's, which json and others do not know."""
    if isinstance(values, str):
        return (values,)
    return tuple(_decoded(np.asarray(values).tolist(), f"class names of {name}"))


def _decoded(values: list, what: str) -> list:
    """Bytes as text, the others as they are."""
    try:
        return [value.decode() if isinstance(value, bytes) else value for value in values]
    except UnicodeDecodeError as error:
        raise DataError(
            f"Expected {what} as text in UTF-8, received the bytes {error.object[:40]!r}; decode them by their own encoding first, "
            "such as np.char.decode(y, 'latin-1')."
        ) from None


def _plain(y, name: str) -> np.ndarray:
    """y as an array of numbers, booleans or text; text columns of pandas become text."""
    values = np.asarray(y)
    if values.dtype.kind == "O":
        kinds = {type(value) for value in values.ravel().tolist()}
        missing = [i for i, value in enumerate(values.ravel().tolist()) if _is_missing(value)]
        if missing:
            raise _missing(len(missing), missing[0], name)
        if not all(issubclass(kind, (str, int, bool, np.bool_)) for kind in kinds):
            found = ", ".join(sorted(kind.__name__ for kind in kinds))
            raise DataError(
                f"Expected one class an example in y of {name} (integers, strings or booleans), received objects of "
                f"type {found}; convert them first (lists are multi-label, which is not supported)."
            )
        if len(kinds) > 1:
            found = ", ".join(sorted(kind.__name__ for kind in kinds))
            raise DataError(
                f"Expected labels of one type in y of {name}, received {found} mixed; convert them all to strings."
            )
        values = np.array(values.tolist())
    if values.dtype.kind == "S":
        values = np.array(_decoded(values.ravel().tolist(), f"labels in y of {name}")).reshape(values.shape)
    if values.dtype.kind not in "iufbU":
        raise DataError(
            f"Expected one class an example in y of {name} (integers, strings or booleans), received {values.dtype}; "
            "convert them first."
        )
    return values


def _is_missing(value) -> bool:
    """None, NaN, or pandas' NA, which is neither equal to itself nor unequal."""
    try:
        return value is None or bool(value != value)
    except (TypeError, ValueError):
        return type(value).__name__ == "NAType"  # else an array of several, refused by its type


def _one_a_row(values: np.ndarray, name: str) -> tuple[np.ndarray, tuple[str, ...]]:
    """(n,) labels; (n, 1) is flattened, (n, C) decoded if it is one-hot."""
    if values.size == 0:
        raise DataError(f"Expected labels in y of {name}, received an array of shape {values.shape}; give examples.")
    if values.ndim == 1:
        return values, ()
    if values.ndim == 2 and values.shape[1] == 1:
        return values[:, 0], ()
    if values.ndim == 2 and values.dtype.kind in "iufb":
        ones = np.isin(values, (0, 1)).all()
        sums = values.sum(axis=1)
        if ones and (sums == 1).all():
            return values.argmax(axis=1), (f"y was one-hot over {values.shape[1]} classes, and was decoded",)
        if ones:
            raise DataError(
                f"Expected one class an example, received y of {name} {values.shape} with {int(sums.min())} to "
                f"{int(sums.max())} ones a row: multi-label targets are not supported; choose one label."
            )
        if values.min() >= 0 and np.allclose(sums, 1, atol=1e-3):
            raise DataError(
                f"Expected one class an example, received y of {name} {values.shape} with shares that sum to 1 a row: "
                "soft labels are not supported; give the class of each example."
            )
    raise DataError(
        f"Expected one class an example, y of shape (n,) or one-hot (n, C), received {values.shape} in {name}: several "
        "targets an example are not supported; choose one."
    )


def _whole(values: np.ndarray, name: str) -> np.ndarray:
    """Floats that are whole numbers, as integers; the rest is missing, infinite or a quantity."""
    missing = np.flatnonzero(np.isnan(values))
    if len(missing):
        raise _missing(len(missing), int(missing[0]), name)
    fractions = values != np.floor(values)
    if fractions.any() or not np.isfinite(values).all():
        first = int(np.flatnonzero(fractions | ~np.isfinite(values))[0])
        raise DataError(
            f"Expected classes in y of {name}, received {len(np.unique(values)):,} different numbers with fractions "
            f"(first {values[first]:g} in row {first}); {NO_REGRESSION}."
        )
    if np.abs(values).max() >= 2**53:
        raise DataError(f"Expected classes in y of {name}, received numbers up to {values.max():g}; {NO_REGRESSION}.")
    return values.astype(np.int64)


def _refuse_quantity(values: np.ndarray, name: str) -> None:
    n_distinct = len(np.unique(values))
    if n_distinct > max(MANY_VALUES, MANY_SHARE * len(values)):
        raise DataError(
            f"Expected classes in y of {name}, received {n_distinct:,} different numbers from {values.min()} to "
            f"{values.max()} in {len(values):,} examples; {NO_REGRESSION}."
        )


def _refuse_text(values: np.ndarray, name: str) -> None:
    """Text with too many values for classes, or with several labels a cell."""
    distinct = np.unique(values).tolist()
    for separator in "|;,":
        parts = {part.strip() for one in distinct for part in str(one).split(separator)}
        several = [one for one in distinct if separator in str(one)]
        # One label here and two there, and fewer labels than combinations; "small, red" always has two parts.
        n_parts = {str(one).count(separator) for one in distinct}
        if len(several) > 1 and len(n_parts) > 1 and len(parts) < len(distinct):
            raise DataError(
                f"Expected one class an example in y of {name}, received cells like {several[0]!r}, {len(distinct):,} "
                f"combinations of {len(parts):,} labels: multi-label targets are not supported; choose one label a row."
            )
    if len(distinct) > max(MANY_VALUES, MANY_SHARE * len(values)):
        raise DataError(
            f"Expected classes in y of {name}, received {len(distinct):,} different texts in {len(values):,} examples "
            f"(first {str(values[0])[:30]!r}); choose a target that repeats itself."
        )


def _missing(n: int, first: int, name: str) -> DataError:
    return DataError(
        f"Expected a label for every example of {name}, received {n:,} missing, the first in row {first}; fill them in, "
        "or leave those rows out."
    )
