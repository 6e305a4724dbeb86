"""SeedBudget: what a grid file may say of it, what is refused, and that it is written as it is read."""

import pytest

from regtrack.errors import GridError
from regtrack.variants.seed_budget import SeedBudget


@pytest.mark.parametrize("content", [{}, {"start": 2}, {"start": 3, "trials": 60}, {"minutes": 7.5}])
def test_it_is_written_as_it_is_read(content):
    """All may be left out; what was left out is not invented."""
    budget = SeedBudget.of(content)
    assert SeedBudget.of(budget.content) == budget
    assert budget.content == {"start": 3} | content


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"begin": 3}, "unknown key 'begin'; expected start, trials, minutes"),
        ({"start": 1}, "start: expected a whole number from 2 to 100, received 1"),
        ({"start": True}, "start: expected a whole number from 2 to 100, received True"),
        ({"start": None}, "start: expected a whole number from 2 to 100, received None"),
        ({"trials": 0}, "trials: expected a whole number from 1 to 1,000,000, received 0"),
        ({"trials": 6.5}, "trials: expected a whole number from 1 to 1,000,000, received 6.5"),
        ({"minutes": 0}, "minutes: expected a number above 0, received 0"),
        ({"minutes": "30"}, "minutes: expected a number above 0, received '30'"),
        ({"minutes": float("nan")}, "minutes: expected a number above 0, received nan"),
        ({"trials": 60, "minutes": 5}, "expected trials or minutes, received both (60 and 5); keep one"),
    ],
)
def test_what_cannot_be_is_refused_in_a_line(content, message):
    """By its name, with what was expected; which key of a grid it is stands in front, and apart for who names a place."""
    with pytest.raises(GridError) as error:
        SeedBudget.of(content)
    assert str(error.value) == f"seeds: {message}"
    assert error.value.problem == message
