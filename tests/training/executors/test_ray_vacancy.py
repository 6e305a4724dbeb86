"""A cluster without a machine for a trial: said ever more rarely, given up after the minutes that a person gave."""

import pytest

from regtrack.errors import TrainingError
from regtrack.training.events import ClusterGoesOn, ClusterWaits
from regtrack.training.executors.ray_vacancy import Vacancy

HEAD = {"Alive": True, "Resources": {"memory": 1e9}}
MACHINE = {"Alive": True, "Resources": {"CPU": 2.0}}
GONE = {"Alive": False, "Resources": {"CPU": 2.0}}


class Cluster:
    """A vacancy that is told every five seconds which machines there are."""

    def __init__(self, gpus: float = 0, minutes: float = 30):
        self.now = 1000.0
        self.vacancy = Vacancy(gpus, minutes, lambda: self.now)

    def look(self, *nodes) -> ClusterWaits | ClusterGoesOn | None:
        self.now += 5
        return self.vacancy.look(nodes)


def test_where_a_machine_can_hold_a_trial_nothing_is_told():
    """However many have gone, and whether it is busy."""
    cluster = Cluster()
    assert [cluster.look(HEAD, MACHINE, GONE, GONE) for _ in range(3)] == [None, None, None]
    assert not cluster.vacancy


def test_the_last_one_that_goes_is_told_at_once_and_then_ever_more_rarely():
    """29 minutes without one are nine lines: after 0, 10, 20, 40 ... seconds."""
    cluster = Cluster()
    assert cluster.look(HEAD, MACHINE) is None
    told = [cluster.look(HEAD, GONE) for _ in range(12 * 29)]
    assert [one.seconds for one in told if one] == [0, 10, 20, 40, 80, 160, 320, 640, 1280]
    assert cluster.vacancy


def test_one_that_comes_ends_the_wait():
    """How long it was is told; the next wait is a new one."""
    cluster = Cluster()
    assert [cluster.look(HEAD), cluster.look(HEAD)] == [ClusterWaits(0, 0), None]
    assert [cluster.look(HEAD, MACHINE), cluster.look(HEAD, MACHINE)] == [ClusterGoesOn(10), None]
    assert not cluster.vacancy
    assert cluster.look(HEAD, GONE) == ClusterWaits(0, 0)


def test_a_machine_without_the_gpus_of_a_trial_is_none():
    """One with as many is."""
    cluster = Cluster(gpus=2)
    one, two = ({"Alive": True, "Resources": {"CPU": 2.0, "GPU": n}} for n in (1.0, 2.0))
    assert cluster.look(HEAD, MACHINE, one, one) == ClusterWaits(0, 2)
    assert cluster.look(HEAD, MACHINE, two) == ClusterGoesOn(5)


def test_it_is_given_up_after_the_minutes_of_a_stall_and_never_with_none():
    """In a line that says what is missing and how to go on."""
    cluster = Cluster(gpus=1, minutes=0.5)
    for _ in range(6):
        cluster.look(HEAD)
    with pytest.raises(TrainingError) as error:
        cluster.look(HEAD)
    assert str(error.value) == (
        "no machine of the Ray cluster could run a trial (needs 1 CPU, 1 GPU) for 0.5 minutes; start one with `ray start "
        "--address=HEAD` and go on with resume=latest; where machines come later than that give a larger stall_minutes, or 0"
    )
    patient = Cluster(minutes=0)
    for _ in range(50_000):
        patient.look(HEAD)
