"""RawData: what a source hands over, before splitting, scaling and label noise."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class RawData:
    """Every example of a source, in the source's own order and units.

    Args:
        name: the data set's name, the same wherever the files were found.
        x: (n, ...) numbers in the source's own units, any integer or float dtype.
        labels: (n,) integers 0..C-1. The row number is the example_id.
        class_names: C names; label i is class_names[i].
        is_image: x is (n, height, width) or (n, height, width, channels).
        validation_size: examples to hold out for validation, stratified.
        test_size: examples of the test split.
        has_official_test: the last `test_size` rows are the source's own test split and stay so, whatever the seed;
            otherwise the test split is drawn, stratified.
    """

    name: str
    x: np.ndarray
    labels: np.ndarray
    class_names: tuple[str, ...]
    is_image: bool
    validation_size: int
    test_size: int
    has_official_test: bool = False
