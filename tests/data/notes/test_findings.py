"""What is noted on every source: duplicates, leaks, absent classes, idle and unlike columns; refused: rare classes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regtrack.data import Dataset
from regtrack.data.class_counts import check_class_counts, examples_needed
from regtrack.data.loading import datasets_from
from regtrack.data.notes.constants import constant_note
from regtrack.data.notes.duplicates import duplicate_note
from regtrack.data.notes.leaks import leak_notes
from regtrack.data.notes.spreads import spread_note
from regtrack.data.raw import RawData
from regtrack.data.split import Split
from regtrack.data.splitting import split_rows
from regtrack.errors import DataError

RNG = np.random.default_rng(0)


def split(x, labels, first_id=0, rows=None) -> Split:
    return Split(np.asarray(x, np.float32), labels, labels, first_id + np.arange(len(x)), rows)


def three(x, labels, rows=None) -> dict[str, Split]:
    """One table cut into three splits."""
    cuts = [slice(0, 60), slice(60, 80), slice(80, None)]
    return {
        name: split(x[cut], labels[cut], cut.start, None if rows is None else rows[cut])
        for name, cut in zip(("train", "validation", "test"), cuts, strict=True)
    }


def test_duplicates_across_splits_are_counted():
    """By hand: one validation example stands in train, two test ones (one under another label), one in validation."""
    splits = {
        "train": split([[1, 2], [3, 4], [3, 4]], [0, 1, 1]),
        "validation": split([[1, 2], [9, 9]], [0, 1], 10),
        "test": split([[3, 4], [-0.0, 5], [3, 4], [9, 9]], [1, 1, 0, 1], 20),
    }
    assert duplicate_note(splits) == (
        "exact duplicates across splits: 1 of 2 validation examples also stand in train; 2 of 4 test examples also stand in "
        "train (1 with another label); 1 of 4 test examples also stand in validation"
    )


def test_duplicates_within_a_split_and_near_ones_do_not_count():
    """Equal examples of one split, and examples that differ in the last bit, are no duplicates across splits."""
    near = np.nextafter(np.float32(1), np.float32(2))
    splits = {
        "train": split([[1.0], [1.0]], [0, 1]),
        "validation": split([[near]], [0], 5),
        "test": split([[3]], [0], 9),
    }
    assert duplicate_note(splits) == ""
    zeros = {"train": split([[0.0]], [0]), "validation": split([[-0.0]], [0], 5), "test": split([[3]], [0], 9)}
    assert "1 of 1 validation examples also stand in train" in duplicate_note(zeros)


LABELS = np.arange(100) % 3
NOISE = RNG.normal(size=(100, 4))


def leaks(x, labels=LABELS, columns=(), rows=None, feature_names=()):
    return leak_notes(three(x, labels, rows), feature_names=feature_names, columns=columns)


@pytest.mark.parametrize(
    ("column", "reason"),
    [
        (LABELS, "is the target under another name"),
        (np.array([7.0, -2, 3])[LABELS], "is the target under another name"),
        (LABELS * 10 + RNG.random(100), "alone separates the classes without an error"),
        (LABELS * -10 + RNG.random(100), "alone separates the classes without an error"),
    ],
)
def test_a_column_that_tells_the_class_is_suspect(column, reason):
    """The target, a relabelling of it, and disjoint intervals in any order are found, and named by number or name."""
    x = np.c_[NOISE, column]
    [note] = leaks(x)
    assert note.startswith(f"leak suspect: column 4 {reason}")
    [note] = leaks(x, feature_names=("a", "b", "c", "d", "score"))
    assert note.startswith("leak suspect: column score")


@pytest.mark.parametrize(
    "column",
    [
        np.where(np.arange(100) == 50, 0, LABELS),  # one example of class 2 has class 0's value
        LABELS == 1,  # tells one class of three
        np.where(LABELS == 0, np.arange(100), -np.arange(100.0)),  # 1 and 2 share an interval
        np.arange(100),  # an id over shuffled classes
    ],
)
def test_what_nearly_tells_the_class_is_not(column):
    """One exception, one class told of three, and a row number are no leak."""
    assert leaks(np.c_[NOISE, column]) == []


def test_a_pixel_is_named_by_its_place():
    """Of images the place is (row, column)."""
    x = RNG.normal(size=(100, 4, 5))
    x[:, 2, 3] = LABELS
    assert leaks(x) == ["leak suspect: column (2, 3) is the target under another name: one value for each class"]


def test_a_text_column_is_judged_by_its_cells():
    """Names of the classes, and towns that each lie in one class, are suspect once; an id for each row is not."""
    rows = np.array([[f"class {c}", f"town {c}{i % 5}", f"id {i}", "a"] for i, c in enumerate(LABELS)])
    x = np.c_[NOISE, LABELS == 0, LABELS == 1]
    names = ("a", "b", "c", "d", "kind=class 0", "kind=class 1")
    assert leaks(x, columns=("kind", "town", "id", "same"), rows=rows, feature_names=names) == [
        "leak suspect: column kind is the target under another name: one value for each class",
        "leak suspect: column town alone decides the class: each of its values stands in one class only",
    ]


def test_many_suspects_are_counted():
    """Ten such columns are three notes and a count."""
    notes = leaks(np.repeat(LABELS[:, None], 10, axis=1))
    assert len(notes) == 4
    assert notes[-1] == "leak suspects: 7 more columns alone separate the classes"


def test_small_data_is_not_suspected():
    """Below twenty examples one column tells two classes apart by chance."""
    splits = {name: split([[0], [1]], [0, 1], 10 * i) for i, name in enumerate(("train", "validation", "test"))}
    assert leak_notes(splits, feature_names=(), columns=()) == []


def test_constant_features_are_counted():
    """Two of four columns that never change are numbered."""
    x = np.c_[np.ones(9), np.arange(9), np.zeros(9), -np.arange(9)]
    assert constant_note(x) == "constant in the train split, kept but idle (2 of 4 features): number 0, 2"
    assert constant_note(x[:, [1, 3]]) == ""
    assert constant_note(np.ones((9, 7))).endswith("number 0, 1, 2, 3, 4, ...")


def test_unlike_spreads_are_told():
    """A column 1,000 times as wide as another is named with the factor; 50 times is not; constants have no say."""
    column = np.array([-1.0, 1, -1, 1])
    assert "column 1 spreads 1,000 times as wide as column 0" in spread_note(np.c_[column, 1000 * column, np.ones(4)])
    assert spread_note(np.c_[column, 50 * column, np.ones(4)]) == ""
    assert spread_note(np.ones((4, 3))) == ""
    assert spread_note(np.ones((4, 3, 3))) == ""


def test_pictures_are_not_told_of_their_constant_pixels():
    """The black corners of digits are no finding."""
    x = RNG.normal(size=(100, 8, 8))
    x[:, 0] = 0
    assert Dataset.from_arrays(x, LABELS, split_seed=0).notes == ()


def make_raw(counts, validation_size, test_size, **official) -> RawData:
    labels = np.repeat(np.arange(len(counts)), counts)
    names = tuple(f"class {c}" for c in range(len(counts)))
    x = np.random.default_rng(1).normal(size=(len(labels), 2))
    return RawData("toy", x, labels, names, False, validation_size, test_size, **official)


@given(st.lists(st.integers(1, 40), min_size=2, max_size=5), st.integers(1, 15), st.integers(1, 15), st.integers(0, 9))
def test_classes_that_pass_are_in_every_split(counts, validation_size, test_size, seed):
    """Whatever the sizes and the seed: a data set that is not refused has every class in every split."""
    raw = make_raw(counts, validation_size, test_size)
    if sum(counts) <= validation_size + test_size:
        return
    try:
        check_class_counts(raw)
    except DataError:
        assert min(counts) < examples_needed(raw)
        return
    rows = split_rows(raw, split_seed=seed)
    for part in (rows.train, rows.validation, rows.test):
        assert set(raw.labels[part]) == set(range(len(counts)))


@pytest.mark.parametrize(("shares", "needed"), [((20, 20), 5), ((10, 10), 10), ((1, 1), 100), ((40, 40), 5)])
def test_how_many_examples_a_class_needs(shares, needed):
    """Of 100, by hand: 5 give test one of 20 and leave 4 of 80, of which validation gets one; of 40 and 40, 3 give test
    one or two, 4 may leave none to train on, 5 leave one."""
    raw = make_raw([50, 50], *shares)
    assert examples_needed(raw) == needed


def test_rare_classes_are_named():
    """Six classes below the minimum: five are named with their counts, the sixth is counted."""
    raw = make_raw([70, 1, 2, 3, 4, 4, 1, 15], 20, 20)
    message = (
        "at least 5 examples of every class in toy to draw from \\(one each for train, test, validation\\), received "
    )
    with pytest.raises(
        DataError, match=message + "1 of 'class 1', .*4 of 'class 5' and 1 more classes; add examples, merge"
    ):
        check_class_counts(raw)


def test_a_class_absent_from_an_official_split_is_noted():
    """What the source put into its own test split is not refused, but told."""
    raw = make_raw([30, 30, 20], 10, 10, has_official_test=True)
    labels = raw.labels.copy()
    labels[-10:] = 0
    raw = RawData("toy", raw.x, labels, raw.class_names, False, 10, 10, has_official_test=True)
    [dataset] = datasets_from(raw, split_seed=0, train_sizes=[0], label_noise=0.0)
    assert "test has no example of class 1, class 2" in dataset.notes
