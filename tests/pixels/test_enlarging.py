"""Pictures larger: the pixels as they are, and nothing else."""

import numpy as np

from regtrack.pixels.enlarging import enlarged, shown_size


def test_enlarging_repeats_pixels_and_blends_none():
    """2 x 2 pixels at about 7: three times as large, each pixel a block of its own."""
    image = np.array([[0, 255], [7, 9]], np.uint8)
    large = enlarged(image, 7)
    assert large.shape == (6, 6)
    assert (large == np.kron(image, np.ones((3, 3), np.uint8))).all()


def test_a_picture_larger_than_asked_for_keeps_its_size():
    """Never smaller than it is: a pixel would be lost."""
    image = np.arange(48, dtype=np.uint8).reshape(4, 12)
    assert (enlarged(image, 7) == image).all()


def test_a_gallery_scales_the_longer_side():
    """8 x 14 pixels become 64 x 112, width first."""
    assert shown_size(np.zeros((14, 8, 3), np.uint8)) == (64, 112)
