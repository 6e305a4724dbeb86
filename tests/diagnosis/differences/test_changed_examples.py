"""Changed examples and their classes."""

import numpy as np
import pytest

from regtrack.diagnosis.differences.agreement import fixed_and_broken
from regtrack.diagnosis.differences.changed_examples import changes_of_classes, find_changed_examples

WRONG = np.array([[1, 0, 0, 1], [1, 0, 0, 0]], bool)
OTHER = np.array([[1, 1, 0, 0], [1, 1, 1, 0]], bool)
IDS, LABELS = np.array([10, 11, 12, 13]), np.array([0, 0, 1, 1])


def test_the_largest_gain_comes_first_and_what_agrees_is_left_out():
    """Example 11 is mended in every seed, 12 in half, 13 is spoilt in half, 10 is wrong in both."""
    table = find_changed_examples(WRONG, OTHER, IDS, LABELS)
    assert table["example_id"].tolist() == [11, 12, 13]
    assert table["gain"].tolist() == [1, 0.5, -0.5]
    assert table["share_wrong"].tolist() == [0, 0, 0.5]
    assert table["other_share_wrong"].tolist() == [1, 0.5, 0]


def test_classes_add_up_to_the_pair():
    """The classes' fixed and broken sum to the agreement of the two variants."""
    table = changes_of_classes(WRONG, OTHER, LABELS)
    whole = fixed_and_broken(np.stack([WRONG.mean(axis=0), OTHER.mean(axis=0)]))
    assert table["fixed"].sum() == pytest.approx(whole[0, 1])
    assert table["broken"].sum() == pytest.approx(whole[1, 0])


def test_a_class_by_hand():
    """Class 0: one example mended in all four pairs. Class 1: one mended in 1/2, one spoilt in 1/2."""
    table = changes_of_classes(WRONG, OTHER, LABELS)
    assert table.values.tolist() == [[0, 2, 1, 0], [1, 2, 0.5, 0.5]]
