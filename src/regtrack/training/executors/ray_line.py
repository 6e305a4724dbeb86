"""Line: trials that stand in line, since the cores or GPUs of a Ray cluster are somebody else's for now. Ray would not say so."""

import time
from collections.abc import Callable, Mapping

from regtrack.training.events import ClusterGoesOn, ClusterIsHeld
from regtrack.training.executors.ray_room import CORES, GPUS
from regtrack.training.executors.ray_wait import Wait


class Line:
    """Told now and then whether all of a sweep's trials wait, it says so.

    It never ends a sweep, however long: a cluster that others use is a queue, and who waits in one would lose the place. What
    nobody gives back, a forgotten notebook's cores, is in the words, and Ctrl-C is the person's.

    Args:
        gpus: of each trial.
        has: resources by name that the cluster has; as `ray.cluster_resources` gives them.
        free: of these what nobody holds; as `ray.available_resources`, which leaves out what has none.
    """

    AFTER = 30.0
    """Seconds until it is said: Ray gives a trial its core before its process has begun, which takes as long on a busy machine."""

    def __init__(
        self,
        gpus: float,
        has: Callable[[], Mapping[str, float]],
        free: Callable[[], Mapping[str, float]],
        clock: Callable[[], float] = time.monotonic,
    ):
        self.kinds = (CORES, GPUS) if gpus else (CORES,)
        self.has, self.free = has, free
        self._wait = Wait(self.AFTER, clock)

    def look(self, *, all_wait: bool) -> ClusterIsHeld | ClusterGoesOn | None:
        """Args: all_wait: whether trials were handed over and none of them has a core."""
        if not all_wait:
            return self._wait.end()
        seconds = self._wait.lasted()
        if not self._wait.is_news(seconds):
            return None
        free, has = self.free(), self.has()
        return ClusterIsHeld(seconds, {kind: (free.get(kind, 0.0), has.get(kind, 0.0)) for kind in self.kinds})
