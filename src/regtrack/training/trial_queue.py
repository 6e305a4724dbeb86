"""TrialQueue: which worker gets which trial next."""

from collections import deque
from collections.abc import Sequence

from regtrack.variants.variant import Variant

Trial = tuple[Variant, int]
NOT_WORTH_SECONDS = 0.5
"""By less than this a variant's first trial takes longer by chance, too."""


class TrialQueue:
    """Hands out trials so that a worker stays with its variant: its compiled graph serves the next seed."""

    def __init__(self, trials: Sequence[Trial]):
        self.pending: dict[Variant, deque[int]] = {}
        for variant, seed in trials:
            self.pending.setdefault(variant, deque()).append(seed)
        self.begun: set[Variant] = set()
        self.put_back: set[Trial] = set()
        self.seconds: dict[Variant, list[float]] = {}
        """Of the trials that ended; the first of a variant traced its graphs."""

    def __bool__(self) -> bool:
        return bool(self.pending)

    def take(self, current: Variant | None) -> Trial | None:
        """The next seed of `current`, else a variant nobody has begun, else one of the variant with most left; None where nothing
        is left, or what is left is sooner done without another worker."""
        if not self.pending:
            return None
        if current not in self.pending:
            fresh = [variant for variant in self.pending if variant not in self.begun]
            current = fresh[0] if fresh else max(self.pending, key=lambda variant: len(self.pending[variant]))
            if not fresh and self._is_soon_done(current):
                return None
        self.begun.add(current)
        seed = self.pending[current].popleft()
        if not self.pending[current]:
            del self.pending[current]
        return current, seed

    def ended(self, variant: Variant, seconds: float) -> None:
        self.seconds.setdefault(variant, []).append(seconds)

    def _is_soon_done(self, variant: Variant) -> bool:
        """Whether who has its graphs is through with it before another had traced them."""
        known = self.seconds.get(variant, [0.0])
        return len(self.pending[variant]) * min(known) + NOT_WORTH_SECONDS < known[0]

    def again(self, trial: Trial) -> bool:
        """Whether a trial that was lost is to be tried once more: the next of its variant, unless it was before."""
        if trial in self.put_back:
            return False
        self.put_back.add(trial)
        self.pending.setdefault(trial[0], deque()).appendleft(trial[1])
        return True
