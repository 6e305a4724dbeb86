"""Images as data URIs: lossless PNG, at their own size; the page scales them up."""

import base64
import io

import numpy as np
from PIL import Image

from regtrack.errors import DataError

SHOWN = 112
"""Pixels to which the longer side is scaled up, by a whole number so that pixels stay square."""


def data_uri(image: np.ndarray) -> str:
    """`data:image/png;base64,...` of (h, w), (h, w, 1), (h, w, 3) or (h, w, 4) uint8."""
    image = np.asarray(image)
    channels = image.shape[2] if image.ndim == 3 else 1
    if image.dtype != np.uint8 or image.ndim not in (2, 3) or channels not in (1, 3, 4) or 0 in image.shape:
        raise DataError(
            f"Expected an image of shape (h, w[, 1, 3 or 4]) and type uint8, received {image.shape} {image.dtype}; "
            "scale it back to 0..255."
        )
    buffer = io.BytesIO()
    Image.fromarray(image[..., 0] if image.ndim == 3 and channels == 1 else image).save(buffer, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")


def shown_size(image: np.ndarray) -> tuple[int, int]:
    """(width, height) on the page."""
    height, width = image.shape[:2]
    times = max(1, SHOWN // max(height, width))
    return width * times, height * times
