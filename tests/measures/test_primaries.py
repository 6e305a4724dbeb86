"""Primaries: what may choose, how a difference of it is written, and where it stands."""

from typing import get_args

import pytest

from regtrack.diagnosis.criteria import Criteria
from regtrack.measures.declared import MEASURES
from regtrack.measures.measure import POINTS, Shown
from regtrack.measures.primaries import COMPARED, DIFFERENCES, PRIMARIES
from regtrack.names import LEADERBOARD_COLUMNS
from regtrack.variants.grid import AUTO


def test_every_measure_that_is_compared_may_choose_but_error_detection():
    """It is not defined without an error, and tells nothing of how many there are; criteria know the same names."""
    assert set(COMPARED) - set(PRIMARIES) == {"error_detection_auroc"}
    assert get_args(Criteria.model_fields["primary"].annotation) == (AUTO, *PRIMARIES)


@pytest.mark.parametrize("name", PRIMARIES)
def test_the_difference_has_a_column_of_the_leaderboard_in_its_unit(name):
    """With limits, above 0 better; figures without an interval have the measure's own digits."""
    words, column = PRIMARIES[name], MEASURES[PRIMARIES[name].column]
    assert column.name in DIFFERENCES
    assert set(column.columns) <= set(LEADERBOARD_COLUMNS)
    assert (column.unit, column.scale, column.higher_is_better) == (words.unit, words.scale, True)
    assert Shown.TERMINAL in column.shown
    assert words.decimals == (1 if words.unit == POINTS else MEASURES[name].digits)


@pytest.mark.parametrize(("name", "told", "on_test", "number"), [
    ("accuracy", "points", "points of test accuracy", "1.2 points"),
    ("negative_log_likelihood", "nats of log-likelihood", "nats of test log-likelihood", "1.2 nats"),
    ("aurc", "of AURC lowered", "test AURC lowered", "1.2"),
])  # fmt: skip
def test_a_unit_that_is_none_leaves_no_gap(name, told, on_test, number):
    """In a sentence, on test and behind a number."""
    assert (PRIMARIES[name].told, PRIMARIES[name].on_test, PRIMARIES[name].with_unit("1.2")) == (told, on_test, number)


@pytest.mark.parametrize(("name", "column", "axis"), [
    ("accuracy", "difference of accuracy", "accuracy minus that of l2"),
    ("negative_log_likelihood", "difference of log-likelihood", "log-likelihood minus that of l2"),
    ("brier_score", "Brier score lowered", "Brier score lowered from that of l2"),
])  # fmt: skip
def test_a_difference_is_named_so_that_above_0_is_better(name, column, axis):
    """Of a measure of which less is better it is how much that is lowered, in a table and along an axis."""
    assert (PRIMARIES[name].difference, PRIMARIES[name].against("that of l2")) == (column, axis)
