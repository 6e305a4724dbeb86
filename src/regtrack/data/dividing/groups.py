"""Groups: examples that belong together (a patient's, a scene's), so that no two splits may share one."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from regtrack.data.dividing.group_draw import draw_groups
from regtrack.errors import DataError
from regtrack.words.lists import counted, first_few


@dataclass(frozen=True, eq=False)
class Groups:
    """Args:
    name: what tells them apart: a column, a key, a pattern.
    of: (n,) int64, the group of each row, 0..G-1.
    labels: G texts, what each group is called, for messages.
    """

    name: str
    of: np.ndarray
    labels: tuple[str, ...]

    @classmethod
    def of_values(cls, name: str, values: np.ndarray) -> "Groups":
        """Equal values are one group. Values are text or numbers, (n,), none missing."""
        distinct, of = np.unique(values, return_inverse=True)
        return cls(name, of.astype(np.int64), tuple(map(str, distinct)))

    @property
    def rule(self) -> str:
        """As it stands in a spec and in the digest."""
        return f"group={self.name}"

    def take(
        self, rows: np.ndarray, labels: np.ndarray, class_names: Sequence[str], *, size: int, seed, others: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """About `size` of `rows`, whole groups of them, and the rest, of which `others` more splits are to be made.

        Args:
            rows: (m,) row numbers, ascending.
            labels: (n,) class of every row of the source.
            class_names: of the labels.
            size: of examples; as near to it as whole groups come.
            seed: of the draw.
            others: splits that the rest is for.

        Raises:
            DataError: there are fewer groups, or fewer groups with some class, than splits.
        """
        of = self.of[rows]
        self._check_enough(of, labels[rows], class_names, others)
        is_taken = draw_groups(of, labels[rows], size=size, seed=seed, others=others)
        if is_taken is None:
            raise DataError(
                f"Expected groups ({self.rule}) that can be divided with every class in every split, received groups that "
                f"hold the rare classes together; merge rare classes, or leave {self.rule} out."
            )
        return rows[is_taken], rows[~is_taken]

    def _check_enough(self, of: np.ndarray, labels: np.ndarray, class_names: Sequence[str], others: int) -> None:
        n_groups, n_splits = len(np.unique(of)), 1 + others
        if n_groups < n_splits:
            raise DataError(
                f"Expected at least {n_splits} groups to draw from ({self.rule}), one for each split, received {n_groups} "
                f"({first_few(sorted({self.labels[g] for g in of}))}); name what tells groups apart, or leave it out."
            )
        pairs = np.unique(np.stack([labels, of]), axis=1)
        classes, times = np.unique(pairs[0], return_counts=True)
        if (times < n_splits).any():
            few = [f"{class_names[c]!r} in {n}" for c, n in zip(classes, times, strict=True) if n < n_splits]
            raise DataError(
                f"Expected every class in at least {n_splits} groups to draw from ({self.rule}), one for each split, received "
                f"{first_few(few)}; add groups, merge the class with another, or leave it out of the data."
            )

    def check(self, rows: dict[str, np.ndarray], labels: np.ndarray, class_names: Sequence[str]) -> None:
        """DataError where two splits share a group: of those that the data bring themselves."""
        found = {split: np.unique(self.of[of_split]) for split, of_split in rows.items()}
        for one, other in (("train", "validation"), ("train", "test"), ("validation", "test")):
            if len(shared := np.intersect1d(found[one], found[other])):
                raise DataError(
                    f"Expected no group ({self.rule}) in two splits, received {counted(len(shared), 'group')} in {one} and in "
                    f"{other}, which the data bring themselves ({first_few([self.labels[g] for g in shared])}); draw them "
                    f"anew without splits of your own, or leave {self.rule} out."
                )

    def notes(self, rows: dict[str, np.ndarray], labels: np.ndarray) -> tuple[str, ...]:
        """How the groups fell, how near each class's share is to that of the whole, and what it means for intervals."""
        found = {split: len(np.unique(self.of[of_split])) for split, of_split in rows.items()}
        if len(self.labels) == len(self.of):
            return (f"{self.rule}: every example is a group of its own, so that it is as if there were none",)
        shares = _shares(labels, rows.values())
        off = np.abs(shares - _shares(labels, [np.concatenate(list(rows.values()))])).max()
        named = ", ".join(f"{n:,} in {split}" for split, n in found.items())
        said = (
            f"{self.rule}: no group stands in two splits ({named}); a class's share differs from that of all examples by up to "
            f"{off:.1%}"
        )
        if found["test"] == len(rows["test"]):
            return (said,)
        return (
            said,
            f"{self.rule}: intervals count the {len(rows['test']):,} examples of test one by one; where those of its "
            f"{counted(found['test'], 'group')} are alike, they are too narrow",
        )


def _shares(labels: np.ndarray, parts: Sequence[np.ndarray]) -> np.ndarray:
    """(len(parts), C): the share of each class in each part."""
    counts = np.stack([np.bincount(labels[part], minlength=labels.max() + 1) for part in parts])
    return counts / counts.sum(axis=1, keepdims=True)
