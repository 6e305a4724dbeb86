"""From a source's own numbers to bytes: one range for all of a data set, so that pictures can be told apart by eye."""

from collections.abc import Iterable

import numpy as np

CHANNELS = (1, 3, 4)
"""Grey, colour, colour with opacity."""


def can_be_drawn(shape: tuple[int, ...]) -> bool:
    """Whether one image of this shape is a picture: (h, w), or (h, w, 1, 3 or 4), with pixels in it."""
    return 0 not in shape and (len(shape) == 2 or (len(shape) == 3 and shape[2] in CHANNELS))


def measured_range(arrays: Iterable[np.ndarray]) -> tuple[float, float]:
    """(low, high) over all of the numbers. low is at most 0: numbers count light from 0 up, so that pictures that are
    all bright stay bright; data with negative numbers begin at the smallest."""
    filled = [array for array in arrays if array.size]
    low = min((float(array.min()) for array in filled), default=0.0)
    return min(low, 0.0), max((float(array.max()) for array in filled), default=0.0)


def as_bytes(image: np.ndarray, pixel_range: tuple[float, float]) -> np.ndarray:
    """uint8 of the same shape: low is 0, high 255, whatever lies outside is cut off. A range of one number is black."""
    low, high = pixel_range
    if high <= low:
        return np.zeros(image.shape, np.uint8)
    share = (np.asarray(image, np.float64) - low) / (high - low)
    return np.rint(np.clip(share, 0, 1) * 255).astype(np.uint8)
