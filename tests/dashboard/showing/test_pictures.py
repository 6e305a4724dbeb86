"""Pictures of examples: the pixels of the store, larger and nothing else."""

import base64
import io

import numpy as np
import pytest
from PIL import Image
from showing import pictures


def test_enlarging_repeats_pixels_and_blends_none():
    """2 x 2 pixels at about 7: three times as large, each pixel a block of its own."""
    image = np.array([[0, 255], [7, 9]], np.uint8)
    large = pictures.enlarged(image, 7)
    assert large.shape == (6, 6)
    assert (large == np.kron(image, np.ones((3, 3), np.uint8))).all()


def test_bytes_are_shown_as_they_are():
    """An image of 0 to 255 keeps its values, though this one is dark."""
    x = np.zeros((2, 1, 2), np.uint8)
    x[0], x[1] = [[0, 40]], [[0, 255]]
    assert pictures.pixels(x, 0).tolist() == [[0, 40]]


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_another_scale_is_stretched_alike_for_all_examples(dtype):
    """Digits go to 16: of all examples the brightest is white, and half of it is half as bright."""
    x = np.array([[[0, 8]], [[0, 16]]], dtype)
    assert pictures.pixels(x, 0).tolist() == [[0, 128]]


def test_the_picture_sent_is_the_picture_stored():
    """Decoded again, the data URI has the same colours."""
    x = np.random.default_rng(0).integers(0, 256, (2, 5, 4, 3)).astype(np.uint8)
    x[0, 0, 0] = 255
    head, body = pictures.uri(x, 1).split(",", 1)
    assert head == "data:image/png;base64"
    assert (np.asarray(Image.open(io.BytesIO(base64.b64decode(body)))) == x[1]).all()


@pytest.mark.parametrize(
    ("shape", "image"), [((4, 8, 8), True), ((4, 8, 8, 3), True), ((4, 30), False), ((4, 8, 8, 7), False)]
)
def test_only_images_are_drawn(shape, image):
    """Rows of numbers, and more channels than a picture has, are no pictures."""
    assert pictures.is_image(np.zeros(shape)) == image


def test_what_is_no_image_is_told_in_numbers():
    """The first few, and how many more there are."""
    pairs = [(f"x{i}", float(i)) for i in range(10)]
    assert pictures.features(pairs, named=False) == "0, 1, 2, 3, 4, 5, 6, 7 and 2 more"


def test_a_row_of_a_table_is_told_by_its_columns():
    """Each cell behind its column's name; an empty one is missing, and not a blank."""
    pairs = [("size", "1.50"), ("colour", ""), ("note", "red")]
    assert pictures.features(pairs, named=True) == "size 1.50, colour missing, note red"
