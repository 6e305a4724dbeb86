"""The picture sent is the picture given."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from regtrack.errors import DataError
from regtrack.pixels.png import data_uri


@pytest.mark.parametrize("shape", [(28, 28), (5, 9, 1), (8, 8, 3), (4, 6, 4)])
def test_an_image_comes_back_pixel_for_pixel(shape):
    """The PNG in the data URI decodes to the array it was made of."""
    image = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    encoded = data_uri(image).removeprefix("data:image/png;base64,")
    with Image.open(io.BytesIO(base64.b64decode(encoded, validate=True))) as png:
        assert png.format == "PNG"
        assert np.array_equal(np.asarray(png), image[..., 0] if shape[-1] == 1 and len(shape) == 3 else image)


@pytest.mark.parametrize("image", [np.zeros((4, 4)), np.zeros((4, 4, 2), np.uint8), np.zeros((0, 4), np.uint8)])
def test_what_is_no_image_is_refused(image):
    """Floats, two channels, no pixels: an error that says what was expected."""
    with pytest.raises(DataError, match="Expected an image"):
        data_uri(image)
