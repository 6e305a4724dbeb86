"""Groups: no group stands in two splits, sizes are as near as that allows, and what cannot be divided is refused in one line."""

import numpy as np
import pytest

from regtrack.data import Dataset
from regtrack.data.digest import dataset_digest
from regtrack.errors import DataError

N = 200
X = np.random.default_rng(0).normal(size=(N, 2))
Y = np.arange(N) % 2
GROUP = np.arange(N) // 5
"""Forty groups of five."""


def load(group=GROUP, y=Y, **parts) -> Dataset:
    return Dataset.from_arrays(X[: len(y)], y, split_seed=0, group=group, **parts)


def test_no_group_stands_in_two_splits():
    """The groups of train, validation and test are 24, 8 and 8 different ones, and the note counts them."""
    dataset = load()
    groups = [set(GROUP[split.example_id]) for split in dataset.splits.values()]
    assert [len(one) for one in groups] == [24, 8, 8]
    assert len(set.union(*groups)) == 40
    assert dataset.notes[0].startswith(
        "group=group: no group stands in two splits (24 in train, 8 in validation, 8 in test)"
    )
    assert (
        "intervals count the 40 examples of test one by one; where those of its 8 groups are alike" in dataset.notes[1]
    )


def test_what_divides_is_in_the_digest_and_in_the_summary():
    """The same splits without groups have another digest, as they have always had; the summary names the group."""
    dataset = load()
    assert dataset.divided_by == "group=group"
    assert dataset.digest != dataset_digest(dataset.splits, dataset.class_names)
    assert "split seed 0, group=group, train size all" in dataset.summary()
    plain = Dataset.from_arrays(X, Y, split_seed=0)
    assert plain.digest == dataset_digest(plain.splits, plain.class_names)


def test_groups_of_one_example_are_as_good_as_none():
    """Every example in a group of its own: sizes are those of single examples, and the note says so."""
    dataset = load(np.arange(N))
    assert [len(split) for split in dataset.splits.values()] == [120, 40, 40]
    assert dataset.notes[0] == "group=group: every example is a group of its own, so that it is as if there were none"


def test_a_training_size_moves_no_group():
    """A subset of train leaves validation and test as they are."""
    whole, small = load(), load(train_size=20)
    assert len(small.train) == 20
    assert set(small.train.example_id) <= set(whole.train.example_id)
    assert small.test.example_id.tolist() == whole.test.example_id.tolist()


def test_groups_of_a_frame_are_a_column_or_an_array():
    """The column's name and its values divide alike, and the column is no feature."""
    import pandas as pd

    frame = pd.DataFrame({"a": X[:, 0], "b": X[:, 1], "who": GROUP.astype(str)})
    named = Dataset.from_arrays(frame, Y, split_seed=0, group="who")
    given = Dataset.from_arrays(frame.drop(columns="who"), Y, split_seed=0, group=GROUP.astype(str))
    assert named.columns == given.columns == ("a", "b")
    assert named.train.example_id.tolist() == given.train.example_id.tolist()
    assert (named.divided_by, given.divided_by) == ("group=who", "group=group")


REFUSED = {
    "one group": (
        np.zeros(N),
        Y,
        "Expected at least 3 groups to draw from (group=group), one for each split, received 1 (0.0)",
    ),
    "two groups": (GROUP // 20, Y, "received 2 (0, 1); name what tells groups apart"),
    "class in one group": (GROUP, np.where(GROUP == 3, 2, Y), "Expected every class in at least 3 groups"),
    "length": (GROUP[:-1], Y, "Expected a group for each of 200 examples of arrays, received group (199,)"),
    "missing": (np.where(GROUP == 3, None, GROUP), Y, "received group[15] = None"),
    "missing number": (np.where(GROUP == 3, np.nan, GROUP), Y, "received group[15] = np.float64(nan)"),
    "fractions": (GROUP + 0.5, Y, "Expected whole numbers or text in group of arrays, received float64"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_divided_is_refused_in_one_line(case):
    """Too few groups, a class in too few of them, groups of another length, missing or fractions: named before training."""
    group, y, message = REFUSED[case]
    with pytest.raises(DataError) as caught:
        load(group, y)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def rare(*groups_of: tuple[int, ...]) -> Dataset:
    """Six groups of ten examples of class 0, in which each further class has one example in each of its groups."""
    group, y = np.repeat(np.arange(6), 10), np.zeros(60, int)
    for label, groups in enumerate(groups_of, start=1):
        for one in groups:
            y[10 * one + label] = label
    return load(group, y)


def test_rare_classes_reach_every_split_where_their_groups_allow():
    """Two classes of three groups each, two of which they share: every split has both, in one way only."""
    dataset = rare((0, 1, 2), (0, 1, 3))
    assert all(set(split.true_label) == {0, 1, 2} for split in dataset.splits.values())


def test_rare_classes_that_their_groups_hold_together_are_refused():
    """Three classes, any two of which share a group or two, fit into no three splits: refused, with what to do."""
    with pytest.raises(
        DataError, match="groups that hold the rare classes together; merge rare classes, or leave group=group out"
    ):
        rare((0, 1, 2), (0, 1, 3), (0, 2, 3))
