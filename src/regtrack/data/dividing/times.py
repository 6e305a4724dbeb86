"""Times: the past trains, what comes later validates, what comes last tests."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from regtrack.errors import DataError


@dataclass(frozen=True, eq=False)
class Times:
    """Args:
    name: the column.
    at: (n,) float64, finite; later is larger.
    shown: n texts, as the source writes them.
    """

    name: str
    at: np.ndarray
    shown: Sequence[str]

    @property
    def rule(self) -> str:
        """As it stands in a spec and in the digest."""
        return f"time={self.name}"

    def take(
        self, rows: np.ndarray, labels: np.ndarray, class_names: Sequence[str], *, size: int, seed, others: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """The latest of `rows`, about `size` of them, and the rest, of which `others` more splits are to be made.

        Rows of one time stay together: the border lies before or behind all of them, whichever is nearer to `size`. Nothing is
        drawn by chance.

        Args:
            rows: (m,) row numbers, ascending.
            labels, class_names, seed: not asked.
            size: of examples.
            others: splits that the rest is for: as many different times at least stay there.

        Raises:
            DataError: there are fewer different times than splits.
        """
        at = self.at[rows]
        times, first = np.unique(np.sort(at), return_index=True)  # first row of each time, in order
        if len(times) <= others:
            raise DataError(
                f"Expected at least {1 + others} different times to divide by ({self.rule}), one for each split, received "
                f"{len(times)} ({self.shown[rows[0]]}); name a column of finer times, or leave it out."
            )
        borders = first[others:]
        border = borders[np.argmin(np.abs(borders - (len(rows) - size)))]
        is_taken = at >= np.sort(at)[border]
        return rows[is_taken], rows[~is_taken]

    def check(self, rows: dict[str, np.ndarray], labels: np.ndarray, class_names: Sequence[str]) -> None:
        """DataError where a later split is not later (one that the data bring themselves), or the past lacks a class."""
        last_trained = self._at(rows["train"], np.argmax)
        for one, other in (("train", "validation"), ("train", "test"), ("validation", "test")):
            last, first = self._at(rows[one], np.argmax), self._at(rows[other], np.argmin)
            if self.at[last] >= self.at[first]:
                raise DataError(
                    f"Expected {other} later than {one} ({self.rule}), received {self.shown[last]} in {one} and "
                    f"{self.shown[first]} in {other}, which the data bring themselves; draw them anew without splits of your "
                    f"own, or leave {self.rule} out."
                )

        there = set(labels[rows["train"]].tolist())
        late = [i for i in np.argsort(self.at, kind="stable") if labels[i] not in there]
        if late:
            raise DataError(
                f"Expected every class among the past that trains ({self.rule}, up to {self.shown[last_trained]}), received "
                f"{class_names[labels[late[0]]]} first at {self.shown[late[0]]}; give smaller validation_share and test_share, "
                "or leave the class out of the data."
            )

    def notes(self, rows: dict[str, np.ndarray], labels: np.ndarray) -> tuple[str, ...]:
        """Where the borders lie, and which rows of one time were kept together there."""
        spans = [
            f"{split} {self.shown[self._at(of_split, np.argmin)]} to {self.shown[self._at(of_split, np.argmax)]}"
            for split, of_split in rows.items()
        ]
        together = []
        for split in ("validation", "test"):
            first = self._at(rows[split], np.argmin)
            if (n := int((self.at[rows[split]] == self.at[first]).sum())) > 1:
                together.append(f"the {n:,} rows of {self.shown[first]} stand together in {split}")
        ties = f"; {', '.join(together)}" if together else ""
        return (
            f"{self.rule}: the past trains and the future tests, whatever split_seed is ({', '.join(spans)}{ties}); classes keep the "
            "shares that they have in each span",
        )

    def _at(self, rows: np.ndarray, of) -> int:
        return int(rows[of(self.at[rows])])
