"""check_whole_numbers: what a model would cut or not find is refused, with a remedy; what it takes as it is passes."""

import keras
import numpy as np
import pytest

from regtrack.errors import ModelError
from regtrack.models.whole_numbers import check_whole_numbers

L = keras.layers


def tokens(rows, dtype="float32"):
    layers = [L.Embedding(rows, 2), L.Flatten()]
    return keras.Sequential([keras.Input((3,), dtype=dtype), *layers, L.Dense(2)], name="mine")


def whole(dtype):
    return keras.Sequential([keras.Input((3,), dtype=dtype), L.Rescaling(0.1), L.Dense(2)], name="mine")


@pytest.mark.parametrize(("model", "first", "message"), [
    (tokens(9), 0.5, "reads an Embedding of 9 rows, so expected whole numbers from 0 to 8, received 0.5 in some data; give it whole numbers"),
    (tokens(9), 9, "received 9 in some data; build the Embedding with input_dim above 9, or number the tokens anew"),
    (tokens(9, "int32"), -1, "received -1 in some data; number them anew"),
    (whole("uint8"), 256, "reads uint8 inputs, so expected whole numbers from 0 to 255, received 256"),
    (whole("int32"), 1 / 3, "reads int32 inputs, so expected whole numbers from .* received 0.3333333"),
    (whole("int64"), 2**24, r"from -9223372036854775808 to 8388607, received 1.677722e\+07"),
])  # fmt: skip
def test_what_would_be_cut_is_refused(model, first, message):
    """One line: what it reads, what was expected, the first number that is another, what to do."""
    x = np.array([[1, 2, 3], [4, first, 6]], np.float32)
    with pytest.raises(ModelError, match=f"model 'mine': .*{message}") as caught:
        check_whole_numbers(model, x, "some data")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("model", "x"), [
    (tokens(9), [[0, 8, 3]]), (tokens(50_001, "int32"), [[50_000, 0, 1]]), (whole("int8"), [[-128, 127, 0]]),
    (keras.Sequential([keras.Input((3,)), L.Dense(2)]), [[0.5, -1e9, 3]]),
])  # fmt: skip
def test_what_is_taken_as_it_is_passes(model, x):
    """The smallest and the largest that there is a row for; any number where none is looked up."""
    check_whole_numbers(model, np.array(x, np.float32), "some data")
