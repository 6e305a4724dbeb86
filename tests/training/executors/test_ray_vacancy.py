"""A cluster without a machine for a trial: said ever more rarely, given up after the minutes that a person gave."""

import pytest

from regtrack.errors import TrainingError
from regtrack.training.events import ClusterGoesOn, ClusterWaits
from regtrack.training.executors.ray_vacancy import Vacancy


class Cluster:
    """A vacancy that is told every five seconds for how many trials there is room."""

    def __init__(self, gpus: float = 0, minutes: float = 30):
        self.now = 1000.0
        self.vacancy = Vacancy(gpus, minutes, lambda: self.now)

    def look(self, room: int) -> ClusterWaits | ClusterGoesOn | None:
        self.now += 5
        return self.vacancy.look(room)


@pytest.mark.parametrize("room", [1, 50_000])
def test_where_a_machine_can_hold_a_trial_nothing_is_told(room):
    """However long."""
    cluster = Cluster()
    assert [cluster.look(room) for _ in range(1000)] == [None] * 1000


def test_the_last_one_that_goes_is_told_at_once_and_then_ever_more_rarely():
    """29 minutes without one are nine lines: after 0, 10, 20, 40 ... seconds."""
    cluster = Cluster()
    assert cluster.look(2) is None
    told = [cluster.look(0) for _ in range(12 * 29)]
    assert [one.seconds for one in told if one] == [0, 10, 20, 40, 80, 160, 320, 640, 1280]


def test_one_that_comes_ends_the_wait():
    """How long it was is told; the next wait is a new one."""
    cluster = Cluster(gpus=0.5)
    assert [cluster.look(0), cluster.look(0)] == [ClusterWaits(0, 0.5), None]
    assert [cluster.look(1), cluster.look(1)] == [ClusterGoesOn(10), None]
    assert cluster.look(0) == ClusterWaits(0, 0.5)


def test_it_is_given_up_after_the_minutes_of_a_stall_and_never_with_none():
    """In a line that says what is missing and how to go on."""
    cluster = Cluster(gpus=1, minutes=0.5)
    for _ in range(6):
        cluster.look(0)
    with pytest.raises(TrainingError) as error:
        cluster.look(0)
    assert str(error.value) == (
        "no machine of the Ray cluster could run a trial (needs 1 CPU, 1 GPU) for 0.5 minutes; start one with `ray start "
        "--address=HEAD` and go on with resume=latest; where machines come later than that give a larger stall_minutes, or 0"
    )
    patient = Cluster(minutes=0)
    for _ in range(50_000):
        patient.look(0)
