"""Pictures larger: by a whole number, so that pixels stay square and none is blended."""

import numpy as np

SHOWN = 112
"""Pixels to which a picture's longer side is scaled up in a gallery."""


def times_to(image: np.ndarray, side: int) -> int:
    """How many times the longer side fits into `side`; at least 1."""
    return max(1, side // max(image.shape[:2]))


def shown_size(image: np.ndarray) -> tuple[int, int]:
    """(width, height) in a gallery."""
    height, width = image.shape[:2]
    times = times_to(image, SHOWN)
    return width * times, height * times


def enlarged(image: np.ndarray, side: int) -> np.ndarray:
    """Every pixel repeated, the same number of times down and across, to about `side` pixels: (h, w[, channels])."""
    times = times_to(image, side)
    return image.repeat(times, axis=0).repeat(times, axis=1)
