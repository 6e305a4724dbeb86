"""The table of a reliability diagram: a row a method and bin."""

import numpy as np

from regtrack.charts.reliability import COLUMNS, reliability_table


def test_each_method_has_its_own_bins():
    """Two examples at 0.8, one of them right, and an empty lower half; the other method says 0.6 and is always right."""
    labels = np.array([0, 1])
    probs = {"one": np.array([[0.8, 0.2], [0.8, 0.2]]), "two": np.array([[0.6, 0.4], [0.4, 0.6]])}
    table = reliability_table(probs, labels, 2)
    assert tuple(table.columns) == COLUMNS
    assert table["method"].tolist() == ["one", "one", "two", "two"]
    assert table["count"].tolist() == [0, 2, 0, 2]
    assert table["accuracy"].iloc[[1, 3]].tolist() == [0.5, 1.0]
    assert table["accuracy"].iloc[[0, 2]].isna().all()
    np.testing.assert_allclose(table["mean_confidence"].iloc[[1, 3]], [0.8, 0.6])
