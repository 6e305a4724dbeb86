"""Wait: something that a Ray cluster is waited for, without a word of Ray's own: how long, and when that is to be said."""

import time
from collections.abc import Callable

from regtrack.training.events import ClusterGoesOn


class Wait:
    """It is said after a while, then whenever it has lasted twice as long, so that a night of it is a page and not a book.

    Args:
        after: seconds until it is said for the first time; 0 is at once.
    """

    AGAIN = 10.0
    """Seconds that lie between the first time and the second at least."""

    def __init__(self, after: float = 0.0, clock: Callable[[], float] = time.monotonic):
        self.after, self.clock = after, clock
        self._since: float | None = None
        self._next = after

    def lasted(self) -> float:
        """Seconds since it was first asked, or first again after its end."""
        now = self.clock()
        self._since = now if self._since is None else self._since
        return now - self._since

    def is_news(self, seconds: float) -> bool:
        """Whether that it has lasted so long is to be said now."""
        if seconds < self._next:
            return False
        self._next = max(self.AGAIN, 2 * seconds)
        return True

    def end(self) -> ClusterGoesOn | None:
        """What is to be said of its end; nothing of one that nobody heard of."""
        heard = self._next > self.after
        seconds = self.lasted() if heard else 0.0
        self._since, self._next = None, self.after
        return ClusterGoesOn(seconds) if heard else None
