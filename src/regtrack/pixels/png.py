"""Pictures as data URIs: lossless PNG, at their own size; the page scales them up."""

import base64
import io

import numpy as np
from PIL import Image

from regtrack.errors import DataError
from regtrack.pixels.brightness import can_be_drawn


def data_uri(image: np.ndarray) -> str:
    """`data:image/png;base64,...` of (h, w), (h, w, 1), (h, w, 3) or (h, w, 4) uint8."""
    image = np.asarray(image)
    if image.dtype != np.uint8 or not can_be_drawn(image.shape):
        raise DataError(
            f"Expected an image of shape (h, w[, 1, 3 or 4]) and type uint8, received {image.shape} {image.dtype}; "
            "scale it back to 0..255."
        )
    image = np.ascontiguousarray(image[..., 0] if image.shape[2:] == (1,) else image)
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")
