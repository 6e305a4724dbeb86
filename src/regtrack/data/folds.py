"""Folds: K parts of the examples, each of which is tested on once, or validated on where the data bring their own test examples."""

import re
from dataclasses import dataclass, replace

import numpy as np

from regtrack.data.dividing.times import Times
from regtrack.data.raw import RawData
from regtrack.data.splitting import take_stratified
from regtrack.data.streams import stream
from regtrack.errors import DataError


@dataclass(frozen=True)
class Fold:
    """The fold of this `number`, from 1, of so many. Raises DataError where there is none."""

    number: int
    of: int

    def __post_init__(self):
        if not 1 <= self.number <= self.of or self.of < 2:
            raise DataError(
                f"Expected a fold such as 2/5, the second of five, received {self}; give one that there is."
            )

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"

    @classmethod
    def of_text(cls, text: str) -> "Fold | None":
        """Of `2/5`; None of the empty text. Raises DataError."""
        if not text:
            return None
        if not re.fullmatch(r"\d{1,4}/\d{1,4}", text):
            raise DataError(
                f"Expected a fold such as 2/5, the second of five, received {text!r}; give one that there is."
            )
        return cls(*map(int, text.split("/")))


def with_fold(raw: RawData, fold: Fold, *, split_seed: int) -> RawData:
    """`raw` as if it brought this fold as a split of its own: as test, or as validation where it brings test already.

    Every class keeps its share in each fold, and with groups none stands in two folds. The folds of one split_seed are the same
    whichever is asked for.

    Raises:
        DataError: there are fewer examples or groups than folds, the past trains (`time=`), or both splits are the data's own.
    """
    own = raw.own_rows()
    if isinstance(raw.division, Times):
        raise DataError(
            f"Expected data whose examples may stand in any fold, received {raw.name} with {raw.division.rule}, where the past trains "
            "and the future tests; leave cv out, or time."
        )
    role = next((split for split in ("test", "validation") if split not in own), None)
    if role is None:
        raise DataError(
            f"Expected data to draw folds from, received {raw.name}, which brings validation and test of its own; leave cv out."
        )
    rows = own["train"]
    if len(rows) < fold.of:
        raise DataError(
            f"Expected at least {fold.of} examples in {raw.name}, one a fold, received {len(rows)}; give fewer folds."
        )
    own[role], own["train"] = _drawn(raw, rows, fold, split_seed)
    parts = np.empty(len(raw.labels), "U10")
    for split, of_split in own.items():
        parts[of_split] = split
    why = "tests" if role == "test" else "validates, as the data bring their own test examples"
    note = f"fold {fold.number} of {fold.of} {why}; folds keep the shares of the classes, and are drawn by split_seed"
    return replace(
        raw,
        parts=parts,
        notes=(note, *raw.notes),
        **{f"has_official_{role}": True, f"{role}_size": len(own[role])},
    )


def _drawn(raw: RawData, rows: np.ndarray, fold: Fold, split_seed: int) -> tuple[np.ndarray, np.ndarray]:
    """(rows of the fold, the others), both ascending: the folds before it are drawn first, so that they are the same for all."""
    left, seeds = rows, stream("fold", split_seed=split_seed).spawn(fold.of)
    for number, seed in enumerate(seeds[: fold.number], start=1):
        more = fold.of - number  # folds that are still to be drawn
        if not more:
            taken = left
        elif raw.division:
            size = round(len(left) / (more + 1))
            taken, left = raw.division.take(left, raw.labels, raw.class_names, size=size, seed=seed, others=more)
        else:
            of_left, kept = take_stratified(raw.labels[left], size=round(len(left) / (more + 1)), seed=seed)
            taken, left = left[of_left], left[kept]
    return taken, np.setdiff1d(rows, taken)
