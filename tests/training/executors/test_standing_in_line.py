"""A trial that was lost with its machine and waits for another is not told to hang."""

import time

import pytest

from regtrack.training.executors.on_ray import _excuse, _Running
from regtrack.variants import Variant


def begun(minutes_ago: float, told: float) -> _Running:
    """It told something until `told` minutes before now."""
    now = time.monotonic()
    return _Running((Variant(), 0), "log", started=now - 60 * minutes_ago, last_sign=now - 60 * told)


@pytest.mark.parametrize(("room", "silent"), [(0, False), (1, False), (2, True), (3, True)])
def test_more_trials_than_there_is_room_for_are_not_silent_for_themselves(room, silent):
    """Two that told nothing for 45 minutes, 40 of which one of them may have stood in line; patience is 30 and what each took before."""
    both, fresh = [begun(50, 45), begun(46, 45)], _Running((Variant(), 1), "log")
    assert all(one.is_silent(30 * 60) for one in both)
    _excuse([*both, fresh], room, 40 * 60)
    assert [one.is_silent(30 * 60) for one in both] == [silent, silent]
    assert fresh.started is None
