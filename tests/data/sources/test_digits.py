"""The digits source: scikit-learn's images, unchanged but for the scale."""

import numpy as np
import pytest
from sklearn.datasets import load_digits

from regtrack.data import load_dataset
from regtrack.errors import DataError


@pytest.fixture(scope="module")
def digits():
    return load_dataset("digits", split_seed=0)


def test_sizes_and_shape(digits):
    """1,797 images of 8 x 8 are split 60/20/20, with 16 as the scale."""
    assert [len(split) for split in digits.splits.values()] == [1077, 360, 360]
    assert digits.input_shape == (8, 8)
    assert digits.is_image
    assert (digits.scale, digits.train.x.min(), digits.train.x.max()) == (16.0, 0.0, 1.0)
    assert digits.class_names == tuple("0123456789")


def test_ids_lead_back_to_the_source(digits):
    """example_id is the row in scikit-learn's own order, for images and labels alike."""
    source = load_digits()
    for split in digits.splits.values():
        np.testing.assert_array_equal(split.x * digits.scale, source.images[split.example_id])
        np.testing.assert_array_equal(split.true_label, source.target[split.example_id])
        np.testing.assert_array_equal(split.given_label, split.true_label)


def test_splits_are_stratified(digits):
    """Every class has its share of validation and test, within one example of the two draws together."""
    exact = np.bincount(load_digits().target) * 360 / 1797
    for split in (digits.validation, digits.test):
        assert np.all(np.abs(np.bincount(split.true_label) - exact) < 2)


def test_an_argument_is_refused():
    """digits has nothing to choose, and says so instead of ignoring it."""
    with pytest.raises(DataError, match="no argument for digits, received '/tmp'"):
        load_dataset("digits:/tmp", split_seed=0)


def test_the_digest_of_this_split_stays_the_same():
    """Split, subset and noise of one seed do not change with a release: stored sweeps resume by this digest.

    A change here is allowed only knowingly (and then `digest.FORMAT` or this value says so).
    """
    dataset = load_dataset("digits", split_seed=0, train_size=100, label_noise=0.2)
    assert dataset.digest == "f7f52c14363e1af63cf72edbaf5908ce608809371e1b04356efd57981e12e5b7"
