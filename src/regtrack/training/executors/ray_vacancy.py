"""Vacancy: a Ray cluster that has lost its last machine with room for a trial. Ray would wait for ever, and say nothing."""

import time
from collections.abc import Callable

from regtrack.errors import TrainingError
from regtrack.training.events import ClusterGoesOn, ClusterWaits
from regtrack.training.executors.ray_room import needs
from regtrack.training.executors.ray_wait import Wait


class Vacancy:
    """Told now and then for how many trials there is room, it says when there is none for any.

    Args:
        gpus: of each trial, to say what is missing.
        minutes: how long a machine is waited for; 0 is for ever.
    """

    def __init__(self, gpus: float, minutes: float, clock: Callable[[], float] = time.monotonic):
        self.gpus, self.minutes = gpus, minutes
        self._wait = Wait(clock=clock)

    def look(self, room: int) -> ClusterWaits | ClusterGoesOn | None:
        """Args: room: trials that machines can hold, whether they do or not; see `trials_at_a_time`.

        Raises TrainingError once there was none for `minutes`: what has not run is not said to have failed.
        """
        if room:
            return self._wait.end()
        seconds = self._wait.lasted()
        if self.minutes and seconds >= 60 * self.minutes:
            raise TrainingError(
                f"no machine of the Ray cluster could run a trial ({needs(self.gpus)}) for {self.minutes:g} minutes; "
                "start one with `ray start --address=HEAD` and go on with resume=latest; where machines come later than that give a "
                "larger stall_minutes, or 0"
            )
        return ClusterWaits(seconds, self.gpus) if self._wait.is_news(seconds) else None
