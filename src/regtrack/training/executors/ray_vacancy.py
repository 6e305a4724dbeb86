"""Vacancy: a Ray cluster that has lost its last machine with room for a trial. Ray would wait for ever, and say nothing."""

import time
from collections.abc import Callable, Mapping, Sequence

from regtrack.errors import TrainingError
from regtrack.training.events import ClusterGoesOn, ClusterWaits
from regtrack.training.executors.ray_room import most_gpus


class Vacancy:
    """Told now and then which machines there are, it says when none of them can hold a trial: at once, then whenever it has lasted
    twice as long, so that a night of it is a page and not a book.

    Args:
        gpus: of each trial.
        minutes: how long a machine is waited for; 0 is for ever.
    """

    FIRST_AGAIN = 10.0
    """Seconds after which it is said a second time."""

    def __init__(self, gpus: float, minutes: float, clock: Callable[[], float] = time.monotonic):
        self.gpus, self.minutes, self.clock = gpus, minutes, clock
        self._since: float | None = None
        self._said_next = 0.0

    def __bool__(self) -> bool:
        return self._since is not None

    def look(self, nodes: Sequence[Mapping]) -> ClusterWaits | ClusterGoesOn | None:
        """Args: nodes: as `ray.nodes` gives them.

        Raises TrainingError once none could hold a trial for `minutes`: what has not run is not said to have failed.
        """
        now, most = self.clock(), most_gpus(nodes)
        if most is not None and most >= self.gpus:
            since, self._since, self._said_next = self._since, None, 0.0
            return None if since is None else ClusterGoesOn(now - since)
        if self._since is None:
            self._since = now
        seconds = now - self._since
        if self.minutes and seconds >= 60 * self.minutes:
            raise TrainingError(
                f"no machine of the Ray cluster could run a trial (needs 1 CPU, {self.gpus:g} GPU) for {self.minutes:g} minutes; "
                "start one with `ray start --address=HEAD` and go on with resume=latest; where machines come later than that give a "
                "larger stall_minutes, or 0"
            )
        if seconds < self._said_next:
            return None
        self._said_next = max(self.FIRST_AGAIN, 2 * seconds)
        return ClusterWaits(seconds, self.gpus)
