"""From a source's numbers to bytes, by one range for all of its pictures."""

import numpy as np
import pytest

from regtrack.pixels.brightness import as_bytes, can_be_drawn, measured_range


def test_bytes_are_shown_as_they_are():
    """Every byte keeps its value in the range 0 to 255, whatever the picture itself reaches."""
    image = np.arange(256, dtype=np.uint8).reshape(16, 16)
    assert (as_bytes(image, (0, 255)) == image).all()
    assert as_bytes(image[:2], (0, 255)).max() == 31


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_the_digits_sixteen_is_white(dtype):
    """0 is black, 16 white and 8 half as bright, though no pixel of this picture is white."""
    assert as_bytes(np.array([[0, 8]], dtype), (0, 16)).tolist() == [[0, 128]]
    assert as_bytes(np.array([[16]], dtype), (0, 16)).tolist() == [[255]]


def test_numbers_below_zero_are_the_darkest():
    """Of -1 to 1 the middle is grey, and what lies outside is cut off."""
    assert as_bytes(np.array([[-3.0, -1.0, 0.0, 1.0, 3.0]]), (-1, 1)).tolist() == [[0, 0, 128, 255, 255]]


def test_a_range_of_one_number_is_black():
    """Nothing is divided by 0."""
    assert as_bytes(np.zeros((2, 2)), (0, 0)).tolist() == [[0, 0], [0, 0]]


@pytest.mark.parametrize(
    ("arrays", "low_high"),
    [
        ([[3, 9], [5, 12]], (0, 12)),
        ([[-2, 0.5], [1]], (-2, 1)),
        ([[-3, -1]], (-3, -1)),
        ([[], [1]], (0, 1)),
        ([], (0, 0)),
    ],
)
def test_a_measured_range_begins_at_zero_at_most(arrays, low_high):
    """Over all arrays: bright pictures stay bright, and negative numbers are not cut off."""
    assert measured_range(map(np.array, arrays)) == low_high


@pytest.mark.parametrize(
    ("shape", "drawn"),
    [((8, 8), True), ((8, 8, 1), True), ((8, 8, 3), True), ((8, 8, 4), True), ((30,), False), ((8, 8, 7), False),
     ((0, 8), False), ((2, 8, 8, 3), False)],
)  # fmt: skip
def test_only_what_a_screen_can_show_is_drawn(shape, drawn):
    """Rows of numbers, more channels than a picture has, and no pixels at all are no pictures."""
    assert can_be_drawn(shape) == drawn
