"""Readings: what is a new look at test, and how many there were."""

import pytest

from regtrack.diagnosis.differences.readings import Readings


def test_judging_the_same_networks_again_is_no_new_look():
    """Other criteria, another report: nothing was added by someone who had seen."""
    once = Readings().then(10, 0)
    assert once.then(10, 0) is once
    assert (once.exploration, once.confirmation) == (1, 1)


def test_more_seeds_are_a_new_look():
    """10, then 20, then 40 networks: three."""
    found = Readings().then(10, 0).then(20, 0).then(40, 0)
    assert found.exploration == 3


def test_a_confirmation_that_was_asked_for_beforehand_is_part_of_the_first_look():
    """Both are read at once."""
    found = Readings().then(10, 16)
    assert (found.exploration, found.confirmation) == (1, 1)


def test_a_confirmation_afterwards_is_the_second_look_and_none_at_the_exploration():
    """The exploration's networks stay those that were judged, and so do their verdicts."""
    found = Readings().then(10, 0).then(10, 24)
    assert (found.exploration, found.confirmation) == (1, 2)


def test_a_confirmation_keeps_the_look_at_which_it_was_read():
    """What is added to the exploration later makes it no other look at the fresh networks."""
    found = Readings().then(10, 16).then(20, 16)
    assert (found.exploration, found.confirmation) == (2, 1)
    assert found.then(20, 24).confirmation == 3


def test_fewer_networks_than_before_are_no_look():
    """A trial that was deleted and trained again adds nothing."""
    found = Readings().then(10, 16)
    assert found.then(9, 0) == found


@pytest.mark.parametrize("found", [Readings(), Readings().then(10, 0), Readings().then(10, 0).then(10, 16)])
def test_it_is_read_back_from_its_text(found):
    """As the tag of a sweep's run holds it."""
    assert Readings.from_text(found.to_text()) == found
    assert Readings().then(10, 0).then(10, 16).to_text() == "10+0, 10+16"


@pytest.mark.parametrize("text", ["two", "10", "10+0 20+0", "10+0,"])
def test_another_text_is_refused(text):
    """ValueError, which a reader turns into a line."""
    with pytest.raises(ValueError, match=r"values to unpack|invalid literal"):
        Readings.from_text(text)
