"""Labels as people have them become 0..C-1 with names; what is no classification is refused plainly."""

import numpy as np
import pandas as pd
import pytest

from regtrack.data.labels import encode_labels
from regtrack.errors import DataError

KNOWN = {
    "0..C-1": ([0, 2, 1, 2], None, [0, 2, 1, 2], ("0", "1", "2"), 0),
    "0..C-1 named": ([0, 2, 1, 2], ["a", "b", "c"], [0, 2, 1, 2], ("a", "b", "c"), 0),
    "1..C": ([1, 3, 2], None, [0, 2, 1], ("1", "2", "3"), 1),
    "1..C named": ([1, 3, 2], ["a", "b", "c"], [0, 2, 1], ("a", "b", "c"), 1),
    "gaps and negative": ([-1, 7], None, [0, 1], ("-1", "7"), 1),
    "whole floats": ([1.0, 0.0], None, [1, 0], ("0", "1"), 0),
    "uint8": (np.array([1, 0], np.uint8), None, [1, 0], ("0", "1"), 0),
    "booleans": ([True, False], None, [1, 0], ("False", "True"), 1),
    "text": (["no", "yes", "no"], None, [0, 1, 0], ("no", "yes"), 1),
    "text in a wanted order": (["no", "yes", "no"], ["yes", "no"], [1, 0, 1], ("yes", "no"), 0),
    "text in objects": (np.array(["b", "a"], object), None, [1, 0], ("a", "b"), 1),
    "bytes": (np.array([b"b", b"a"]), None, [1, 0], ("a", "b"), 1),
    "a column": ([[1], [0]], None, [1, 0], ("0", "1"), 0),
    "one-hot": ([[0, 1, 0], [1, 0, 0], [0, 0, 1]], None, [1, 0, 2], ("0", "1", "2"), 1),
    "one-hot of floats": (np.eye(2)[[1, 0, 1]], ["a", "b"], [1, 0, 1], ("a", "b"), 1),
    "a named class without example": ([0, 1], ["a", "b", "c"], [0, 1], ("a", "b", "c"), 0),
}


@pytest.mark.parametrize("case", KNOWN)
def test_labels_are_numbered_and_named(case):
    """Each kind of labels gives the known numbers and names, and a note where anything was mapped."""
    y, class_names, expected, names, n_notes = KNOWN[case]
    labels, found, notes = encode_labels(y, name="toy", class_names=class_names)
    assert labels.tolist() == expected
    assert labels.dtype == np.int64
    assert found == names
    assert all(type(name) is str for name in found)
    assert len(notes) == n_notes


def test_the_mapping_is_told():
    """The note says which label got which name, in the order of the numbers."""
    [note] = encode_labels([5, 9, 7], name="toy", class_names=["low", "mid", "high"])[2]
    assert note == "labels 5 (low), 7 (mid), 9 (high) are numbered 0..2 in this order"


REFUSED = {
    "fractions": (np.array([0.5, 1.5, 2.0]), "3 different numbers with fractions (first 0.5 in row 0); regression is not"),
    "many whole numbers": (np.arange(442) % 214, "214 different numbers from 0 to 213 in 442 examples; regression is not"),
    "infinite": (np.array([0, np.inf]), "first inf in row 1"),
    "huge": (np.array([0, 1e300]), "numbers up to 1e+300; regression"),
    "missing numbers": (np.array([0, np.nan, 1, np.nan]), "received 2 missing, the first in row 1"),
    "missing text": (np.array(["a", None, "b"], object), "received 1 missing, the first in row 1"),
    "several ones a row": (np.array([[1, 1], [0, 1]]), "with 1 to 2 ones a row: multi-label"),
    "no one in a row": (np.array([[0, 0], [0, 1]]), "with 0 to 1 ones a row: multi-label"),
    "soft": (np.array([[0.3, 0.7], [0.5, 0.5]]), "soft labels are not supported"),
    "two targets": (np.array([[3.2, 7], [1, 4]]), "several targets an example"),
    "masks": (np.zeros((4, 8, 8)), "received (4, 8, 8) in toy: several targets"),
    "pandas' NA": (pd.array([1, None, 2], dtype="Int64"), "received 1 missing, the first in row 1"),
    "bytes that are no UTF-8": (np.array([b"\xd8", b"a"]), "labels in y of toy as text in UTF-8, received the bytes b'\\xd8'"),
    "lists": (np.array([[1, 2], [3]], object), "objects of type list"),
    "mixed": (np.array(["a", 1], object), "received int, str mixed"),
    "dates": (np.array(["2020-01-01"], "datetime64[D]"), "received datetime64[D]"),
    "complex": (np.array([1j]), "received complex128"),
    "one class": (np.array(["a", "a"]), "at least two classes in toy, received only a"),
    "none": (np.array([]), "received an array of shape (0,)"),
    "texts that never repeat": (np.array([f"id {i}" for i in range(150)]), "150 different texts in 150 examples"),
    "tags": (np.array(["war|drama", "war", "drama|war|art", "art", "art|war"]), "cells like 'art|war', 5 combinations of 3"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_classification_is_refused(case):
    """Regression, several labels an example, missing labels and odd types: one sentence, with what to do."""
    y, message = REFUSED[case]
    with pytest.raises(DataError) as caught:
        encode_labels(y, name="toy")
    assert message in str(caught.value)
    assert str(caught.value).startswith("Expected")


@pytest.mark.parametrize(
    ("y", "class_names", "message"),
    [
        ([1, 2, 3], ["a", "b"], r"received 2 names \(a, b\) for 3 labels \(1, 2, 3\)"),
        (["x", "y"], ["a", "b"], r"received 2 names \(a, b\) for 2 labels \(x, y\)"),
        ([0, 1], "ab", "at least two different class names"),
        ([0, 1], [0, 1], "at least two different class names"),
        ([0, 1], [b"a", b"\xd8"], "class names of toy as text in UTF-8"),
    ],
)
def test_class_names_that_do_not_fit_are_refused(y, class_names, message):
    """Names of another number, other texts, one string and no strings are refused."""
    with pytest.raises(DataError, match=message):
        encode_labels(y, name="toy", class_names=class_names)


def test_class_names_of_two_parts_are_no_tags():
    """Nine classes "small, red" ... always have two parts: composite names, not several labels."""
    y = [f"{size}, {colour}" for size in ("small", "mid", "big") for colour in ("red", "green", "blue")]
    assert len(encode_labels(y, name="toy")[1]) == 9


def test_a_hundred_classes_are_classes():
    """CIFAR-100's 100 labels, and 5,000 people with 50 pictures each, are classes and no quantity."""
    for n_classes in (100, 5_000):
        labels, names, _ = encode_labels(np.arange(50 * n_classes) % n_classes, name="toy")
        assert (labels.max(), len(names)) == (n_classes - 1, n_classes)
