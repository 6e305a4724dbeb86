import math

import numpy as np

from regtrack.data.raw import RawData
from regtrack.data.sources.base import Source
from regtrack.errors import DataError

HELD_OUT_SHARE = 0.2  # each of validation and test: 60/20/20


class Digits(Source):
    """1,797 handwritten digits that come with scikit-learn; no download. 8 x 8 grey values, 0..16."""

    name = "digits"

    def load(self, argument):
        """All 1,797 images, x (1797, 8, 8), in scikit-learn's order; splits are drawn.

        Raises:
            DataError: an argument was given; there is nothing to choose.
        """
        if argument:
            raise DataError(f"Expected no argument for digits, received {argument!r}; use 'digits' alone.")
        from sklearn.datasets import load_digits  # here: it costs a second that a reader of the store need not pay

        digits = load_digits()
        held_out = math.ceil(HELD_OUT_SHARE * len(digits.target))
        return RawData(
            name=self.name,
            x=digits.images,
            labels=digits.target.astype(np.int64),
            class_names=tuple(map(str, digits.target_names)),
            is_image=True,
            pixel_range=(0, 16),
            validation_size=held_out,
            test_size=held_out,
        )
