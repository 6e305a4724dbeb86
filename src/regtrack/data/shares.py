"""Which share of the examples is held out, and how many that is."""

import math

import numpy as np

from regtrack.errors import DataError


def check_shares(validation_share: float, test_share: float) -> None:
    """DataError unless both are shares above 0 that leave something to train on."""
    shares = {"validation_share": validation_share, "test_share": test_share}
    for key, share in shares.items():
        if isinstance(share, bool) or not isinstance(share, (int, float, np.number)) or not 0 < share < 1:
            raise DataError(f"Expected {key} between 0 and 1, received {share!r}; give for example 0.2 for 20 %.")
    if validation_share + test_share >= 1:
        raise DataError(
            f"Expected validation_share + test_share below 1, received {validation_share} + {test_share}; leave "
            "something to train on."
        )


def held_out_size(share: float, n: int) -> int:
    """A share of n examples, rounded up; a share that is whole up to rounding stays so (0.2 of 15 is 3)."""
    return math.ceil(round(share * n, 9))
