"""Readings: how many networks each look at a sweep's test examples read, and so how many looks there were."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Readings:
    """`of_looks`: for each look, in order, the networks of the exploration and those of the confirmation that were read.

    Judging the same networks again is no new look; more of them are, for they were added by someone who had seen.
    """

    of_looks: tuple[tuple[int, int], ...] = ()

    def then(self, explored: int, confirming: int) -> "Readings":
        """After a judgement that reads so many: a new look where either is more than at the last."""
        before = self.of_looks[-1] if self.of_looks else (0, 0)
        now = (max(explored, before[0]), max(confirming, before[1]))
        return self if now == before else Readings((*self.of_looks, now))

    @property
    def exploration(self) -> int:
        """Looks at the exploration's networks, from 1: what is confirmed beside them is no look at them."""
        return max(len({explored for explored, _ in self.of_looks if explored}), 1)

    @property
    def confirmation(self) -> int:
        """Which look read the confirmation's networks last, from 1: every earlier look at test is counted."""
        counts = [confirming for _, confirming in self.of_looks]
        return counts.index(counts[-1]) + 1 if counts else 1

    def to_text(self) -> str:
        """`10+0, 10+16`: ten networks, then these and sixteen fresh ones."""
        return ", ".join(f"{explored}+{confirming}" for explored, confirming in self.of_looks)

    @classmethod
    def from_text(cls, text: str) -> "Readings":
        """Raises ValueError for text that `to_text` does not make."""
        pairs = [part.split("+") for part in text.split(", ")] if text else []
        return cls(tuple((int(explored), int(confirming)) for explored, confirming in pairs))
