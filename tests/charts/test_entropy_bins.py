"""Entropy of right and wrong answers in bins."""

import numpy as np
import pytest

from regtrack.charts.entropy_bins import RIGHT, WRONG, entropy_bins_chart


def test_each_outcome_is_a_share_of_its_own():
    """Three right answers in the first bin of two and one wrong in the last: both are 100 % of their kind."""
    table = entropy_bins_chart({"m": np.array([0.0, 0.1, 0.2, 0.6])}, np.array([1, 1, 1, 0], bool), n_bins=2)
    by = table.set_index(["outcome", "lower"])
    assert by.loc[(RIGHT, 0.0), ["count", "share"]].tolist() == [3, 1]
    assert by.loc[(WRONG, 0.3), ["count", "share"]].tolist() == [1, 1]
    assert table["count"].sum() == 4


def test_every_answer_is_in_a_bin():
    """The largest value closes the last bin, and where all are 0 the first holds them all."""
    values = np.array([0.3, 2.302586])
    table = entropy_bins_chart({"one": values, "none": 0 * values}, np.array([True, True]), n_bins=4)
    right = table[table["outcome"] == RIGHT].groupby("measure")["count"]
    assert right.last()["one"] == 1
    assert right.first()["none"] == 2
    assert right.sum().tolist() == [2, 2]


def test_without_wrong_answers_their_shares_are_missing():
    """Of no answers nothing is a share: missing, not 0."""
    table = entropy_bins_chart({"m": np.array([0.1])}, np.array([True]), n_bins=2)
    assert table.loc[table["outcome"] == WRONG, "share"].isna().all()
    assert table.loc[table["outcome"] == RIGHT, "share"].sum() == pytest.approx(1)
