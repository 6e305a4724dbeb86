"""Whole groups, drawn at random until a part has about its size, and each class about its share."""

from collections import defaultdict

import numpy as np

MOST_DRAWS = 32
"""Of which the best stratified is kept: few large groups can fall badly, many small ones hardly."""
WORK = 200_000
"""Pairs of a group and a class looked at over all draws, about a tenth of a second; one draw is always made."""


def draw_groups(of: np.ndarray, labels: np.ndarray, *, size: int, seed, others: int) -> np.ndarray | None:
    """Which of n examples are taken: whole groups, about `size` examples, each class about its share.

    In each draw the groups come in random order, and not the largest first, which would put the same ones into every draw:
    first one group for each class that is not taken yet, then whatever brings the part nearer to its shares.

    Args:
        of: (n,) integers, the group of each example.
        labels: (n,) integers >= 0.
        size: 0..n.
        seed: of the draw.
        others: splits to be made of the rest: a class stays in at least as many groups there.

    Returns:
        (n,) booleans; None where no draw takes and leaves enough groups of every class.
    """
    rng = np.random.default_rng(seed)
    groups, of = np.unique(of, return_inverse=True)
    pairs, counts = np.unique(np.stack([of, labels]), axis=1, return_counts=True)
    parts: list[list[tuple[int, int]]] = [[] for _ in groups]
    for group, label, n in zip(*pairs.tolist(), counts.tolist(), strict=True):
        parts[group].append((label, n))
    draws = min(max(WORK // pairs.shape[1], 1), MOST_DRAWS)
    share = size / len(of)
    found = [_Draw(parts, share, others).drawn(rng.permutation(len(groups)).tolist()) for _ in range(draws)]
    best = min(found, key=lambda draw: (len(draw.absent), draw.distance))
    return None if best.absent else np.isin(of, list(best.taken))


class _Draw:
    """One draw: what is taken, and how much of each class is still wanted."""

    def __init__(self, parts: list[list[tuple[int, int]]], share: float, others: int):
        self.parts, self.others = parts, others
        self.total, self.left, self.taken = defaultdict(int), defaultdict(int), set()
        for part in parts:
            for label, n in part:
                self.total[label] += n
                self.left[label] += 1  # groups
        self.wanted = {label: share * n for label, n in self.total.items()}
        self.absent = set(self.total)

    def drawn(self, order: list[int]) -> "_Draw":
        having = defaultdict(list)
        for group in order:
            for label, _ in self.parts[group]:
                having[label].append(group)
        for label in sorted(having, key=lambda label: len(having[label])):  # who is in few groups has little choice
            if label in self.absent and (may := [group for group in having[label] if self._may(group)]):
                near = next((group for group in may if self._adds(group) < 0), None)
                self._take(min(may, key=self._adds) if near is None else near)
        for group in order:
            if group not in self.taken and self._adds(group) < 0 and self._may(group):
                self._take(group)
        return self

    @property
    def distance(self) -> float:
        """From the exact shares: sum over classes of (count - share)² / examples of the class."""
        return sum(wanted**2 / self.total[label] for label, wanted in self.wanted.items())

    def _adds(self, group: int) -> float:
        """To the distance, if the group were taken."""
        return sum(n * (n - 2 * self.wanted[label]) / self.total[label] for label, n in self.parts[group])

    def _may(self, group: int) -> bool:
        """Enough groups of its classes would be left."""
        return all(self.left[label] > self.others for label, _ in self.parts[group])

    def _take(self, group: int) -> None:
        self.taken.add(group)
        for label, n in self.parts[group]:
            self.wanted[label] -= n
            self.left[label] -= 1
            self.absent.discard(label)
