"""sklearn: scikit-learn's own small sets, as tables with named columns."""

import numpy as np
import pytest
import sklearn.datasets

from regtrack.data import load_dataset
from regtrack.errors import DataError

SIZES = {"iris": (150, 4, 3), "wine": (178, 13, 3), "breast_cancer": (569, 30, 2)}


@pytest.mark.parametrize("name", SIZES)
def test_the_tables_are_scikit_learns(name):
    """Rows, classes, columns and cells are the library's; each column is standardised by its train rows."""
    n, n_columns, n_classes = SIZES[name]
    source = getattr(sklearn.datasets, f"load_{name}")()
    dataset = load_dataset(f"sklearn:{name}", split_seed=0)
    assert sum(map(len, dataset.splits.values())) == n
    assert (dataset.name, dataset.input_shape, dataset.n_classes) == (name, (n_columns,), n_classes)
    assert dataset.columns == dataset.feature_names == tuple(source.feature_names)
    assert dataset.class_names == tuple(source.target_names)
    train = source.data[dataset.train.example_id]
    for split in dataset.splits.values():
        np.testing.assert_array_equal(split.true_label, source.target[split.example_id])
        np.testing.assert_array_equal(split.rows.astype(float), source.data[split.example_id])
        expected = (source.data[split.example_id] - train.mean(axis=0)) / train.std(axis=0)
        np.testing.assert_allclose(split.x, expected, atol=1e-5)


def test_digits_is_the_source_of_that_name():
    """sklearn:digits and digits have one digest."""
    assert load_dataset("sklearn:digits", split_seed=0).digest == load_dataset("digits", split_seed=0).digest


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("sklearn", "among iris, wine, breast_cancer, digits, received ''; write for example sklearn:iris"),
        ("sklearn:breast-canser", "did you mean 'breast_cancer'?"),
        ("sklearn:moons", "received 'moons'; write for example"),
        ("sklearn:diabetes", "whose target is a quantity: regression is not supported"),
        ("sklearn:california_housing", "regression is not supported"),
    ],
)
def test_other_names_are_refused(spec, message):
    """Unknown names list the known ones, regression sets are refused plainly."""
    with pytest.raises(DataError) as caught:
        load_dataset(spec, split_seed=0)
    assert message in str(caught.value)
