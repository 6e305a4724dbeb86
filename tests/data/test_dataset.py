"""Split and Dataset keep their promises: read-only, consistent, and named by their content."""

import dataclasses
import pickle
import re

import numpy as np
import pytest

from regtrack.data import Dataset, Split
from regtrack.errors import DataError


def make_split(first_id: int, n: int = 4, **changes) -> Split:
    labels = np.arange(n) % 2
    x = np.linspace(-1, 1, n * 3, dtype=np.float32).reshape(n, 3)
    parts = {"x": x, "given_label": labels, "true_label": labels, "example_id": first_id + np.arange(n)}
    return Split(**(parts | changes))


def make_dataset(**changes) -> Dataset:
    parts = {
        "name": "toy",
        "train": make_split(0),
        "validation": make_split(10),
        "test": make_split(20),
        "class_names": ("no", "yes"),
        "scale": 2.0,
        "is_image": False,
        "split_seed": 0,
        "train_size": 0,
        "label_noise": 0.0,
    }
    return Dataset(**(parts | changes))


def make_images(**changes) -> Dataset:
    splits = {name: make_split(i, x=np.full((4, 2, 2), value, np.float32))
              for name, i, value in (("train", 0, 0.5), ("validation", 10, 0.75), ("test", 20, 0.25))}  # fmt: skip
    return make_dataset(is_image=True, **(splits | changes))


@pytest.mark.parametrize(("given", "pixel_range"), [(None, (0.0, 1.5)), ((-1, 3), (-1.0, 3.0))])
def test_images_know_what_is_black_and_white(given, pixel_range):
    """As the source says, else from 0 to the largest of all splits; in the source's own units, here twice those of x."""
    assert make_images(pixel_range=given).pixel_range == pixel_range


def test_other_data_have_no_pixels():
    """Whatever is said: a range belongs to images. It is no part of the digest either."""
    assert make_dataset(pixel_range=(0, 3)).pixel_range is None
    assert make_images(pixel_range=(0, 3)).digest == make_images().digest


def test_split_converts_to_the_documented_dtypes():
    """A split holds float32 inputs and int64 labels and ids, whatever it was given."""
    split = Split(np.ones((2, 3)), np.array([0, 1], np.uint8), np.array([0, 1], np.int32), [5, 6])
    assert split.x.dtype == np.float32
    assert {a.dtype for a in (split.given_label, split.true_label, split.example_id)} == {np.dtype(np.int64)}
    assert len(split) == 2
    assert repr(split) == "Split(n=2, x=float32(2, 3))"


@pytest.mark.parametrize("field", ["x", "given_label", "true_label", "example_id"])
def test_arrays_cannot_be_written(field):
    """No array of a split can be changed, also not after a trip to another process."""
    for split in (make_split(0), pickle.loads(pickle.dumps(make_split(0)))):
        with pytest.raises(ValueError, match="read-only"):
            getattr(split, field)[0] = 1


def test_split_leaves_the_callers_array_alone():
    """Changing the array a split was made from changes nothing in the split, and stays possible."""
    x = np.zeros((4, 3), np.float32)
    split = make_split(0, x=x)
    x[:] = 7
    assert split.x.max() == 0


@pytest.mark.parametrize(
    ("field", "values"), [("x", np.array(["a"] * 4)), ("true_label", np.zeros(4)), ("example_id", np.zeros(4))]
)
def test_split_refuses_what_it_would_have_to_guess(field, values):
    """Text as inputs and floats as labels or ids are refused by name, not rounded."""
    with pytest.raises(DataError, match=rf"in {field}, received"):
        make_split(0, **{field: values})


def test_dataset_describes_itself():
    """The properties follow from the parts."""
    dataset = make_dataset()
    assert (dataset.n_classes, dataset.input_shape) == (2, (3,))
    assert list(dataset.splits) == ["train", "validation", "test"]
    assert re.fullmatch("[0-9a-f]{64}", dataset.digest)
    with pytest.raises(dataclasses.FrozenInstanceError):
        dataset.scale = 1.0


NAN = np.full((4, 3), np.nan, np.float32)
FAULTS = {
    "no class names": ({"class_names": ()}, "class names"),
    "repeated class name": ({"class_names": ("no", "no")}, "class names"),
    "scale zero": ({"scale": 0.0}, "scale"),
    "scale infinite": ({"scale": np.inf}, "scale"),
    "unequal lengths": ({"test": make_split(20, x=np.zeros((3, 3)))}, "equal length"),
    "labels of two axes": ({"test": make_split(20, given_label=np.zeros((4, 1), int))}, "equal length"),
    "inputs without axes": ({"test": make_split(20, x=np.float32(1))}, "equal length"),
    "empty split": ({"validation": make_split(10, n=0)}, "at least one example in validation"),
    "another input shape": ({"test": make_split(20, x=np.zeros((4, 2)))}, r"received \(2,\) in test"),
    "image without height": ({"is_image": True}, "images"),
    "not finite": ({"validation": make_split(10, x=NAN)}, "finite inputs in validation, received 12"),
    "beyond float32": ({"test": make_split(20, x=np.full((4, 3), 1e300))}, "finite inputs in test"),
    "label too large": ({"test": make_split(20, true_label=[0, 1, 2, 0])}, "true_label of test from 0 to 1"),
    "label negative": ({"train": make_split(0, given_label=[0, -1, 0, 0])}, "given_label of train"),
    "example in two splits": ({"test": make_split(3)}, "3 in train and test"),
    "example twice in one": ({"test": make_split(20, example_id=[20, 20, 21, 22])}, "20 in test"),
    "wrong digest": ({"digest": "0" * 64}, "leave digest out"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_dataset_refuses_parts_that_do_not_fit(fault):
    """Every inconsistency is refused at construction, in one line that names the part and says what to do."""
    changes, message = FAULTS[fault]
    with pytest.raises(DataError, match=message) as caught:
        make_dataset(**changes)
    assert re.fullmatch(r"Expected .*, received .*; .*\.", str(caught.value))


def test_digest_does_not_depend_on_the_name():
    """The same data under another name, seed, size or noise setting has the same digest."""
    other = make_dataset(name="other", split_seed=3, train_size=4, label_noise=0.5)
    assert other.digest == make_dataset().digest


def make_table(**changes) -> Dataset:
    """The toy data with two source columns and three features."""
    rows = np.array([["1", "a"], ["", "b"], ["3", "a"], ["4", ""]])
    parts = {name: make_split(first, rows=rows) for name, first in (("train", 0), ("validation", 10), ("test", 20))}
    return make_dataset(**parts | {"columns": ("n", "c"), "feature_names": ("n", "c=a", "c=b"), "scale": 1.0} | changes)


def test_a_table_keeps_its_cells():
    """Rows are read-only text, sliced by split, and survive pickling with the digest."""
    table = pickle.loads(pickle.dumps(make_table()))
    assert table.digest == make_table().digest
    assert table.train.rows[1].tolist() == ["", "b"]
    with pytest.raises(ValueError, match="read-only"):
        table.train.rows[0, 0] = "2"


OTHER = np.array([["1", "a"], ["", "b"], ["3", "a"], ["4", "x"]])
TABLE_CHANGES = {
    "a column's name": {"columns": ("n", "d")},
    "the border between column names": {"columns": ("nc", "")},
    "a feature's name": {"feature_names": ("n", "c=a", "c=x")},
    "a cell": {"test": make_split(20, rows=OTHER)},
    "a cell moved": {"test": make_split(20, rows=np.array([["1", "a"], ["", "b"], ["3", "a"], ["", "4"]]))},
    "no table": {name: make_split(first) for name, first in (("train", 0), ("validation", 10), ("test", 20))}
    | {"columns": (), "feature_names": ()},
}


@pytest.mark.parametrize("change", TABLE_CHANGES)
def test_a_tables_digest_follows_its_cells_and_names(change):
    """Changing a cell or the name of a column or a feature changes the digest."""
    assert make_table(**TABLE_CHANGES[change]).digest != make_table().digest


def test_a_tables_digest_does_not_follow_the_width_of_its_cells():
    """The same cells in a wider unicode array have the same digest; notes have no say in it."""
    wide = make_table(notes=("read me",), train=make_split(0, rows=make_table().train.rows.astype("U99")))
    assert wide.digest == make_table().digest
    assert wide.notes == ("read me",)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"columns": ("n",)}, r"a cell for each of 1 columns, \(4, 1\), received \(4, 2\)"),
        ({"columns": ()}, r"None, received \(4, 2\); give rows and columns together"),
        ({"test": make_split(20)}, r"rows of test .* received None"),
        ({"feature_names": ("n", "c")}, "received 2 feature names; name every column once"),
    ],
)
def test_rows_columns_and_features_must_fit(changes, message):
    """Rows without columns, another number of them, and names for other inputs are refused."""
    with pytest.raises(DataError, match=message):
        make_table(**changes)


def test_rows_are_text():
    """Numbers as rows would have to be guessed at: refused."""
    with pytest.raises(DataError, match=r"Expected text .* in rows, received int64"):
        make_split(0, rows=np.zeros((4, 1), np.int64))


HEADER = (13).to_bytes(8, "little").decode() + "class_names.1"  # what precedes the second name when it is hashed
CHANGES = {
    "one number": {"train": make_split(0, x=np.linspace(-1, 1, 12).reshape(4, 3) + np.eye(4, 3) * 1e-6)},
    "one given label": {"test": make_split(20, given_label=[0, 1, 0, 0])},
    "one true label": {"test": make_split(20, true_label=[0, 1, 0, 0])},
    "one id": {"validation": make_split(10, example_id=[10, 11, 12, 14])},
    "a class name": {"class_names": ("no", "Yes")},
    "the border between class names": {"class_names": ("noy", "es")},
    "the shape alone": {
        name: make_split(first, x=make_split(first).x.reshape(4, 3, 1))
        for name, first in [("train", 0), ("validation", 10), ("test", 20)]
    },
    "two splits exchanged": {"validation": make_split(20), "test": make_split(10)},
}


@pytest.mark.parametrize("change", CHANGES)
def test_digest_follows_every_part_of_the_data(change):
    """Changing any part of the data, however little, changes the digest."""
    assert make_dataset(**CHANGES[change]).digest != make_dataset().digest


def test_digest_cannot_be_forged_with_a_class_name():
    """Names that imitate the digest's own layout still give different digests, because lengths are hashed too."""
    first = make_dataset(class_names=(f"a{HEADER}b", "c"))
    second = make_dataset(class_names=("a", f"b{HEADER}c"))
    assert first.digest != second.digest


def test_a_replaced_split_cannot_keep_the_old_digest():
    """dataclasses.replace with other data is refused unless the digest is left to be computed."""
    with pytest.raises(DataError, match="digest"):
        dataclasses.replace(make_dataset(), test=make_split(30))
    assert dataclasses.replace(make_dataset(), test=make_split(30), digest="").digest != make_dataset().digest


def test_dataset_survives_pickling():
    """A data set sent to a worker process arrives with the same content and the same digest."""
    copy = pickle.loads(pickle.dumps(make_dataset()))
    assert copy.digest == make_dataset().digest
    np.testing.assert_array_equal(copy.train.x, make_dataset().train.x)
