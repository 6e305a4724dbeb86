"""The table of a risk-coverage curve: a row a method and share of the examples answered."""

import numpy as np

from regtrack.charts.risk_coverage import COLUMNS, MOST_POINTS, risk_coverage_table


def test_the_surest_are_answered_first():
    """Surest right, then wrong, then right, then wrong: 0, 1/2, 1/3 and 1/2 of those answered are wrong."""
    probs = {"one": np.array([[0.9, 0.1], [0.8, 0.2], [0.7, 0.3], [0.6, 0.4]])}
    table = risk_coverage_table(probs, np.array([0, 1, 0, 1]))
    assert tuple(table.columns) == COLUMNS
    assert table["coverage"].tolist() == [0.25, 0.5, 0.75, 1.0]
    np.testing.assert_allclose(table["selective_risk"], [0, 1 / 2, 1 / 3, 1 / 2])


def test_many_examples_make_a_line_of_few_points_that_ends_at_all():
    """No more than a screen shows, for each method, and the last one is the error rate of all examples."""
    rng = np.random.default_rng(0)
    one, labels = rng.dirichlet(np.ones(3), 1000), rng.integers(0, 3, 1000)
    table = risk_coverage_table({"one": one, "two": one}, labels)
    assert table.groupby("method").size().tolist() == [MOST_POINTS, MOST_POINTS]
    last = table.groupby("method").last()
    assert last["coverage"].tolist() == [1, 1]
    np.testing.assert_allclose(last["selective_risk"], np.mean(one.argmax(axis=1) != labels))
