"""Units: the source's own numbers come back from the scaled ones, whole ones exactly."""

import numpy as np
import pandas as pd
import pytest

from regtrack import names
from regtrack.data import Dataset, load_dataset
from regtrack.data.units import LARGEST_WHOLE, Units, whole_columns


@pytest.mark.parametrize("largest", [7, 4_999, 50_000, LARGEST_WHOLE - 1])
def test_every_token_id_comes_back(largest):
    """float32(id / largest) * largest cuts to another id for hundreds of 5,000; the units give each its own."""
    ids = np.unique(np.linspace(0, largest, min(largest, 50_000) + 1).astype(np.int64))
    scaled = (ids / largest).astype(np.float32)
    assert np.array_equal(Units(largest, is_whole=True).source(scaled), ids)


def test_other_numbers_come_back_to_the_last_digits_and_columns_by_their_own_units():
    """Not rounded where the source's are not whole, column by column."""
    source = np.array([[0.25, 1200.0], [-0.75, 800.0]])
    scale, center = np.array([0.5, 200.0]), np.array([0.25, 1000.0])
    units = Units(scale, center, whole_columns(source, by_column=True))
    assert units.is_whole.tolist() == [False, True]
    assert units.source(((source - center) / scale).astype(np.float32)).tolist() == source.tolist()


@pytest.mark.parametrize("dtype", [np.uint8, np.int64, np.float32, np.float64])
def test_numbers_are_whole_by_their_values(dtype):
    """Ids that a file holds as floats are ids; one half among 50,000 makes them others."""
    x = np.zeros((50_000, 2), dtype)
    assert whole_columns(x)
    assert whole_columns(x, by_column=True).tolist() == [True, True]
    halved = x.astype(np.float64)
    halved[-1, 0] = 0.5
    assert not whole_columns(halved)


def test_the_digest_tells_units_apart():
    """The same scaled numbers of other units are other numbers to a model that reads the source's."""
    of = {Units(2.0).digest, Units(3.0).digest, Units(2.0, 1.0).digest, Units(2.0, is_whole=True).digest}
    assert len(of | {Units(2.0).digest}) == 4


def test_a_data_set_gives_either():
    """Pixels and token ids to the last bit, columns that were standardized by themselves, a table's columns with its
    categories as 0 and 1; scaled is x itself."""
    rng = np.random.default_rng(0)
    ids, y = rng.integers(1, 30_000, size=(200, 12)), np.arange(200) % 2
    words = Dataset.from_arrays(ids, y, name="words", split_seed=0)
    wine = load_dataset("sklearn:wine", split_seed=0)
    frame = pd.DataFrame(
        {"age": rng.integers(18, 90, 200), "pay": rng.normal(3e4, 1e3, 200), "place": ["x", "y", "z", "x"] * 50}
    )
    table = Dataset.from_arrays(frame, y, name="people", split_seed=0)
    assert np.array_equal(words.inputs(words.test, names.SOURCE), ids[words.test.example_id])
    np.testing.assert_allclose(wine.inputs(wine.test, names.SOURCE), wine.test.rows.astype(float), rtol=1e-5, atol=1e-6)
    for dataset in (words, wine, table):
        assert dataset.inputs(dataset.train, names.SCALED) is dataset.train.x
    of_rows = frame.iloc[table.validation.example_id]
    given = table.inputs(table.validation, names.SOURCE)
    assert given[:, 0].tolist() == of_rows["age"].tolist()
    np.testing.assert_allclose(given[:, 1], of_rows["pay"], rtol=1e-6)
    assert np.array_equal(given[:, 2:], pd.get_dummies(of_rows["place"]).to_numpy(float))
