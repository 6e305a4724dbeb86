"""Measure: how one is titled, scaled and said."""

import pytest

from regtrack.measures.measure import POINTS, Measure


def measure(**more) -> Measure:
    return Measure(**{"name": "m", "words": "a measure", "unit": "nats", "digits": 3, "higher_is_better": False,
                      "help": "what it is"} | more)  # fmt: skip


def test_the_heading_is_the_words_unless_they_are_too_long():
    """Without a heading of its own the words stand there."""
    assert measure().heading == "a measure"
    assert measure(heading="AM").heading == "AM"


@pytest.mark.parametrize(
    ("unit", "axis", "column"),
    [("nats", "AM (nats)", "AM (nats)"), ("s", "AM (s)", "AM (s)"), ("share", "AM (share)", "AM"),
     ("test examples", "AM (test examples)", "AM"), ("", "AM", "AM")],
)  # fmt: skip
def test_an_axis_wears_its_unit_and_a_column_where_the_number_does_not_tell_it(unit, axis, column):
    """An axis always has its unit; a column of shares or counts needs none."""
    found = measure(unit=unit, heading="AM")
    assert (found.axis, found.column) == (axis, column)


def test_only_points_are_scaled_for_display():
    """A share is shown as stored, a difference in points a hundredfold."""
    assert (measure().scale, measure(unit="share").scale, measure(unit=POINTS).scale) == (1, 1, 100)


@pytest.mark.parametrize(
    ("higher", "meaning"),
    [(True, "what it is; higher is better"), (False, "what it is; lower is better"), (None, "what it is")],
)
def test_the_meaning_ends_with_the_direction(higher, meaning):
    """The direction is a value and becomes words in one place."""
    assert measure(higher_is_better=higher).meaning == meaning


def test_what_is_computed_is_read_from_its_own_metric_on_test():
    """Unless the row says otherwise: a leaderboard's column may be the mean of another metric."""
    assert measure(computed="selective.aurc").of == "test/m"
    assert measure(of="cost/fit_seconds").of == "cost/fit_seconds"
    assert measure().of == ""


def test_an_interval_has_columns_for_its_limits():
    """Value, low, high; without an interval the value alone."""
    assert measure().columns == ("m",)
    assert measure(interval=True).columns == ("m", "m_low", "m_high")
