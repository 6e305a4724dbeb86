"""Labels corrupted on purpose, to see which regularizer resists memorising them."""

import math

import numpy as np

from regtrack.errors import DataError


def corrupt_labels(
    labels: np.ndarray, *, share: float, n_classes: int, seed: int | np.random.SeedSequence
) -> np.ndarray:
    """Change exactly round(share * n_c) labels of each class c to another class, uniform over the others.

    Symmetric noise, stratified: an exact count a class instead of a coin an example, so that two data sets of the
    same share are equally hard. `round` is Python's (halves to the even number).

    Args:
        labels: (n,) true labels, integers 0..n_classes-1; not changed.
        share: share of labels to change, in [0, 1).
        n_classes: C; at least 2 if share > 0.
        seed: of the draw.

    Returns:
        (n,) int64 given labels.

    Raises:
        DataError: share, n_classes or a label is out of range.
    """
    check_share(share)
    labels = np.asarray(labels)
    if labels.size and not (np.issubdtype(labels.dtype, np.integer) and 0 <= labels.min() <= labels.max() < n_classes):
        raise DataError(
            f"Expected integer labels 0..{n_classes - 1}, received {labels.dtype} from {labels.min()} to "
            f"{labels.max()}; give n_classes that covers them."
        )
    if share and n_classes < 2:
        raise DataError(f"Expected at least 2 classes to corrupt labels, received {n_classes}; set label_noise to 0.")
    rng = np.random.default_rng(seed)
    given = labels.astype(np.int64)
    for c in range(n_classes):
        members = np.flatnonzero(labels == c)
        n_changed = round(share * len(members))
        if n_changed:
            chosen = rng.choice(members, n_changed, replace=False)
            other = rng.integers(n_classes - 1, size=n_changed)
            given[chosen] = other + (other >= c)  # 0..C-2 skips over c: never the label it had
    return given


def check_share(share: float) -> float:
    """The share as a float; DataError unless it is a number in [0, 1)."""
    try:
        value = math.nan if isinstance(share, (bool, str)) else float(share)
    except (TypeError, ValueError):
        value = math.nan
    if not 0 <= value < 1:
        raise DataError(
            f"Expected label_noise to be a share in [0, 1), received {share!r}; give for example 0.2 for 20 %."
        )
    return value
