"""Dataset.from_arrays and named arrays: the notebook's door keeps every promise of load_dataset's."""

import inspect

import numpy as np
import pandas as pd
import pytest

from regtrack.data import Dataset
from regtrack.data.arrays import guess_is_image, raw_from_mapping
from regtrack.errors import DataError

N = 100
X = np.random.default_rng(0).normal(size=(N, 3))
Y = np.arange(N) % 2


def test_from_arrays_has_the_signature_of_the_architecture_document():
    """x, y, then keywords only, with the documented defaults and a split_seed that must be given."""
    parameters = inspect.signature(Dataset.from_arrays).parameters
    keywords = {name: p.default for name, p in parameters.items() if p.kind is p.KEYWORD_ONLY}
    assert list(parameters)[:2] == ["x", "y"]
    assert keywords.pop("split_seed") is inspect.Parameter.empty
    assert keywords == {"class_names": None, "name": "arrays", "is_image": None, "validation_share": 0.2,
                        "test_share": 0.2, "train_size": 0, "label_noise": 0.0, "group": None, "time": None}  # fmt: skip


def test_from_arrays_splits_scales_and_numbers():
    """60/20/20, x divided by the largest absolute train value, ids that lead back to the rows given."""
    dataset = Dataset.from_arrays(X, Y, split_seed=0, class_names=["even", "odd"], name="mine")
    assert [len(split) for split in dataset.splits.values()] == [60, 20, 20]
    assert (dataset.name, dataset.class_names, dataset.is_image) == ("mine", ("even", "odd"), False)
    assert dataset.scale == np.abs(X[dataset.train.example_id]).max()
    for split in dataset.splits.values():
        np.testing.assert_allclose(split.x * dataset.scale, X[split.example_id], rtol=1e-5)
        np.testing.assert_array_equal(split.true_label, Y[split.example_id])
        assert np.bincount(split.true_label).tolist() == [len(split) // 2] * 2
    assert (dataset.notes, dataset.columns, dataset.train.rows) == ((), (), None)


def test_settings_reach_the_splits():
    """Shares, train size and label noise are applied, and one seed gives one digest."""
    parts = {"validation_share": 0.1, "test_share": 0.3, "train_size": 20, "label_noise": 0.5, "split_seed": 1}
    dataset = Dataset.from_arrays(X, Y, **parts)
    assert [len(split) for split in dataset.splits.values()] == [20, 10, 30]
    assert np.sum(dataset.train.given_label != dataset.train.true_label) == 10
    assert dataset.digest == Dataset.from_arrays(X, Y, **parts).digest
    assert dataset.digest != Dataset.from_arrays(X, Y, **parts | {"split_seed": 2}).digest


@pytest.mark.parametrize(
    ("shape", "dtype", "is_image"),
    [((9, 28, 28), "float32", True), ((9, 8, 8), "float64", True), ((9, 10, 12), "uint8", True),
     ((9, 32, 32, 3), "float32", True), ((9, 5, 6, 1), "float32", True), ((9, 50, 6), "float32", False),
     ((9, 4, 4), "float64", False), ((9, 5, 6, 7), "uint8", False), ((9, 784), "uint8", False), ((9,), "float64", False)],
)  # fmt: skip
def test_images_are_told_from_numbers_by_shape(shape, dtype, is_image):
    """The documented rule, on the shapes people have."""
    assert guess_is_image(np.zeros(shape, dtype)) is is_image


def test_a_wrong_guess_can_be_corrected():
    """A square series stays numbers when is_image=False says so."""
    x = np.random.default_rng(0).normal(size=(N, 8, 8))
    assert Dataset.from_arrays(x, Y, split_seed=0).is_image
    assert not Dataset.from_arrays(x, Y, split_seed=0, is_image=False).is_image


NAN = np.where(np.arange(3 * N).reshape(N, 3) == 37, np.nan, X)
REFUSED = {
    "NaN": (NAN, Y, {}, "received nan in row 12, column 1 (1 NaN or infinite numbers in 1 of 100 rows)"),
    "infinite": (np.where(X.max() == X, -np.inf, X), Y, {}, "received -inf in row"),
    "a pixel NaN": (NAN.reshape(N, 3, 1), Y, {}, "in row 12, at (1, 0)"),
    "text": (X.astype(str), Y, {}, "numbers in x of arrays, received <U32 (ndarray); convert them (a sparse matrix"),
    "ragged": ([[1], [1, 2]], [0, 1], {}, "examples of different shapes"),
    "empty": (np.empty((0, 3)), [], {}, "received an array of shape (0, 3)"),
    "no features": (np.empty((5, 0)), [0, 1, 0, 1, 0], {}, "received an array of shape (5, 0)"),
    "unequal": (X, Y[:-1], {}, "x (100, 3) and y (99,)"),
    "a number": (3, Y, {}, "shape ()"),
    "vectors as images": (X, Y, {"is_image": True}, "images (n, height, width[, channels]) in x of arrays, received (100, 3)"),
    "a frame as images": (pd.DataFrame(X), Y, {"is_image": True}, "an array for images in x of arrays, received a DataFrame"),
    "zeros": (np.zeros((N, 2)), Y, {}, "other than 0"),
    "share": (X, Y, {"test_share": 20}, "test_share between 0 and 1, received 20; give for example 0.2"),
    "share no number": (X, Y, {"test_share": "0.2"}, "test_share between 0 and 1, received '0.2'"),
    "shares": (X, Y, {"test_share": 0.5, "validation_share": 0.5}, "below 1, received 0.5 + 0.5"),
    "a rare class": (X, np.where(np.arange(N) < 3, 2, Y), {}, "received 3 of '2'; add examples, merge"),
    "train size": (X, Y, {"train_size": 61}, "to 60"),
    "noise": (X, Y, {"label_noise": 20}, "label_noise"),
    "seed": (X, Y, {"split_seed": -1}, "split_seed"),
    "regression": (X, X[:, 0], {}, "regression is not supported"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_unusable_arrays_are_refused_in_one_sentence(case):
    """Every fault is named with its place before anything is drawn."""
    x, y, parts, message = REFUSED[case]
    with pytest.raises(DataError) as caught:
        Dataset.from_arrays(x, y, **{"split_seed": 0} | parts)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def own_splits(*names, n=10):
    return {
        f"{axis}_{name}": value
        for i, name in enumerate(names)
        for axis, value in (("x", np.full((n, 2), i + 1) + np.arange(n)[:, None]), ("y", np.arange(n) % 2))
    }


@pytest.mark.parametrize(
    ("names", "own"),
    [(("train", "test"), ["test"]), (("train", "val"), ["validation"]), (("train", "validation"), ["validation"]),
     (("train", "validation", "test"), ["validation", "test"]), (("test", "val", "train"), ["validation", "test"])],
)  # fmt: skip
def test_own_splits_stay_and_the_rest_is_drawn(names, own):
    """Rows are laid out train, validation, test in whatever order they came; what is given is official."""
    raw = raw_from_mapping(own_splits(*names, n=20), name="toy")
    assert raw.has_official_test == ("test" in own)
    assert raw.has_official_validation == ("validation" in own)
    assert (raw.validation_size, raw.test_size) == (20 if "validation" in own else 4, 20 if "test" in own else 4)
    firsts = [names.index(name) + 1 for name in ("train", "validation", "val", "test") if name in names]
    assert raw.x[::20, 0].tolist() == firsts


XY = {"x": X, "y": Y}
MAPPINGS = {
    "nothing": ({}, "received nothing"),
    "an unknown name": (XY | {"labels": Y}, "received labels; rename"),
    "x only": ({"x": X}, "received no y"),
    "half a split": (own_splits("train") | {"x_test": X[:, :2]}, "received no y_test"),
    "both layouts": (XY | own_splits("test"), "received x, y, x_test, y_test; give either"),
    "test only": (own_splits("test"), "received x_test, y_test; give either"),
    "validation twice": (own_splits("train", "val", "validation"), "received x_validation and x_val"),
    "another shape": (own_splits("train") | {"x_test": X, "y_test": Y}, "received x (3,), y () in test and x (2,), y () in train"),
}  # fmt: skip


@pytest.mark.parametrize("case", MAPPINGS)
def test_names_that_do_not_make_a_data_set_are_refused(case):
    """Unknown, missing and mixed names are told apart."""
    arrays, message = MAPPINGS[case]
    with pytest.raises(DataError) as caught:
        raw_from_mapping(arrays, name="toy")
    assert message in str(caught.value)
