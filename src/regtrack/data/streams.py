"""Independent random streams derived from one split_seed, so that one choice never moves another."""

import operator

import numpy as np

from regtrack.errors import DataError

# The position is the stream: append only, never reorder, or every split drawn so far changes.
PURPOSES = ("test", "validation", "subset", "noise/train", "noise/validation", "noise/test", "fold")


def stream(purpose: str, *, split_seed: int) -> np.random.SeedSequence:
    """The stream of one purpose (a name in `PURPOSES`): child number i that `SeedSequence(split_seed).spawn` gives.

    Raises:
        DataError: split_seed is not a non-negative integer.
    """
    children = np.random.SeedSequence(checked_seed(split_seed)).spawn(len(PURPOSES))
    return children[PURPOSES.index(purpose)]


def checked_seed(split_seed: int) -> int:
    """split_seed as a plain int; DataError unless it is a non-negative integer (a bool is not one)."""
    try:
        seed = operator.index(split_seed)
    except TypeError:
        seed = -1
    if seed < 0 or isinstance(split_seed, bool):
        raise DataError(
            f"Expected split_seed to be a non-negative integer, received {split_seed!r}; give for example split_seed=0."
        )
    return seed
