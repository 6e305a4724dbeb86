"""Trials that stand in line in a cluster that others use: said after a while and then ever more rarely, and never ended."""

import pytest

from regtrack.training.events import ClusterGoesOn, ClusterIsHeld
from regtrack.training.executors.ray_line import Line

NODES = {"CPU": 8.0, "GPU": 2.0, "memory": 1e9}


class Cluster:
    """A line that is told every five seconds whether all of its trials wait."""

    def __init__(self, gpus: float = 0, free: dict | None = None):
        self.now, self.asked, self.free = 1000.0, 0, free or {}
        self.line = Line(gpus, lambda: NODES, self._free, lambda: self.now)

    def _free(self) -> dict:
        self.asked += 1
        return self.free

    def look(self, *, all_wait: bool) -> ClusterIsHeld | ClusterGoesOn | None:
        self.now += 5
        return self.line.look(all_wait=all_wait)


def test_where_a_trial_has_a_core_nothing_is_said_and_ray_not_asked():
    """However long."""
    cluster = Cluster()
    assert [cluster.look(all_wait=False) for _ in range(1000)] == [None] * 1000
    assert cluster.asked == 0


def test_a_start_that_takes_its_time_is_no_line():
    """Under half a minute nothing is said, nor of its end; the next wait is a new one."""
    cluster = Cluster()
    for _ in range(100):
        told = [cluster.look(all_wait=True) for _ in range(6)] + [cluster.look(all_wait=False)]
        assert told == [None] * 7


def test_a_line_is_said_ever_more_rarely_and_never_ended():
    """A week of it is 16 lines: after 30, 60, 120 ... seconds."""
    cluster = Cluster()
    told = [one for _ in range(12 * 60 * 24 * 7) if (one := cluster.look(all_wait=True))]
    assert [one.seconds for one in told] == [30 * 2**i for i in range(15)]
    assert cluster.asked == 15
    cluster.now += 1
    assert cluster.look(all_wait=False) == ClusterGoesOn(12 * 60 * 24 * 7 * 5 + 1)
    assert cluster.look(all_wait=False) is None
    assert cluster.look(all_wait=True) is None


@pytest.mark.parametrize(
    ("gpus", "free", "said"),
    [
        (0, {}, {"CPU": (0.0, 8.0)}),
        (0, {"CPU": 0.5, "GPU": 2.0}, {"CPU": (0.5, 8.0)}),
        (1, {"CPU": 3.0}, {"CPU": (3.0, 8.0), "GPU": (0.0, 2.0)}),
        (0.5, {"CPU": 3.0, "GPU": 0.25}, {"CPU": (3.0, 8.0), "GPU": (0.25, 2.0)}),
    ],
)
def test_what_is_free_of_what_a_trial_needs_is_told(gpus, free, said):
    """Ray leaves out what has none; GPUs are no matter of a trial that asks for none."""
    cluster = Cluster(gpus, free)
    [told] = filter(None, [cluster.look(all_wait=True) for _ in range(8)])
    assert told == ClusterIsHeld(30, said)
