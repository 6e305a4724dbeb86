"""Vacancy: a Ray cluster that has lost its last machine with room for a trial. Ray would wait for ever, and say nothing."""

import time
from collections.abc import Callable

from regtrack.errors import TrainingError
from regtrack.training.events import ClusterGoesOn, ClusterWaits


class Vacancy:
    """Told now and then for how many trials there is room, it says when there is none for any: at once, then whenever that has lasted
    twice as long, so that a night of it is a page and not a book.

    Args:
        gpus: of each trial, to say what is missing.
        minutes: how long a machine is waited for; 0 is for ever.
    """

    FIRST_AGAIN = 10.0
    """Seconds after which it is said a second time."""

    def __init__(self, gpus: float, minutes: float, clock: Callable[[], float] = time.monotonic):
        self.gpus, self.minutes, self.clock = gpus, minutes, clock
        self._since: float | None = None
        self._said_next = 0.0

    def look(self, room: int) -> ClusterWaits | ClusterGoesOn | None:
        """Args: room: trials that machines can hold, whether they do or not; see `trials_at_a_time`.

        Raises TrainingError once there was none for `minutes`: what has not run is not said to have failed.
        """
        now = self.clock()
        if room:
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
