"""Stratified splits: every class keeps its share, within one example, in every part.

Drawn here and not with scikit-learn's `train_test_split`: that refuses a part smaller than the number of classes on
either side (train_size = all but three) and a class of one example, and its draw may change with a release, which
would change every digest. The class counts agree with scikit-learn's (a test holds them together).
"""

from dataclasses import dataclass

import numpy as np

from regtrack.data.raw import RawData
from regtrack.data.streams import stream
from regtrack.errors import DataError


@dataclass(frozen=True, eq=False)
class SplitRows:
    """Row numbers of a source (int64, ascending, disjoint) for each split."""

    train: np.ndarray
    validation: np.ndarray
    test: np.ndarray


def split_rows(raw: RawData, *, split_seed: int, train_size: int = 0) -> SplitRows:
    """Which rows of `raw` form train, validation and test.

    The test split is drawn first (or is the official one), then validation out of the rest (or is the official one),
    then the train subset: train_size moves neither validation nor test. Where the source has a division, whole groups are
    drawn, or the latest rows are taken, and sizes are as near as that allows.

    Args:
        raw: the source.
        split_seed: non-negative integer; the same seed gives the same rows.
        train_size: examples of the train split, stratified; 0 means all that validation and test leave.

    Raises:
        DataError: the source is too small for its split sizes, cannot be divided as asked, or train_size is out of range, or
            so small that a class would have no train example.
    """
    if len(raw.labels) <= raw.test_size + raw.validation_size:
        raise DataError(
            f"Expected {raw.name} to hold more than {raw.test_size} test + {raw.validation_size} validation examples, "
            f"received {len(raw.labels)}; use a larger data set."
        )
    own = raw.own_rows()
    rest, test, validation = own["train"], own.get("test"), own.get("validation")

    def draw(size: int, purpose: str, others: int) -> tuple[np.ndarray, np.ndarray]:
        seed = stream(purpose, split_seed=split_seed)
        if raw.division:
            return raw.division.take(rest, raw.labels, raw.class_names, size=size, seed=seed, others=others)
        taken, kept = take_stratified(raw.labels[rest], size=size, seed=seed)
        return rest[taken], rest[kept]

    if test is None:
        test, rest = draw(raw.test_size, "test", others=2 if validation is None else 1)
    if validation is None:
        validation, rest = draw(raw.validation_size, "validation", others=1)
    if raw.division:
        raw.division.check({"train": rest, "validation": validation, "test": test}, raw.labels, raw.class_names)
    train = rest
    if train_size != 0:  # not falsy: None and "" are mistakes, not a wish for all
        _check_train_size(train_size, raw.labels[train], len(raw.class_names))
        labels = raw.labels[train]
        taken, _ = take_stratified(labels, size=train_size, seed=stream("subset", split_seed=split_seed))
        train = train[taken]
    _check_every_class(raw.labels[train], raw.class_names)
    return SplitRows(train, validation, test)


def take_stratified(
    labels: np.ndarray, *, size: int, seed: int | np.random.SeedSequence
) -> tuple[np.ndarray, np.ndarray]:
    """Draw `size` of n examples without replacement, each class within one of its share.

    What one seed draws is nested: a larger size takes all that a smaller one takes and more, wherever each class's
    share grows by an example or more (about as many examples as there are classes). For closer sizes a class may give
    one example back, as the largest remainders go (the Alabama paradox); never where all classes are of equal size.

    Args:
        labels: (n,) integers >= 0.
        size: 0..n.
        seed: of the draw.

    Returns:
        taken (size,) and rest (n - size,): positions in `labels`, int64, ascending.
    """
    rng = np.random.default_rng(seed)
    counts = np.bincount(labels)
    # One permutation a class, drawn before anything depends on `size`: a larger size extends a smaller one's picks
    # (up to the rounding of a class's share).
    members = [rng.permutation(np.flatnonzero(labels == c)) for c in range(len(counts))]
    quota = _shares(counts, size, rng)
    picked = np.concatenate([rows[:k] for rows, k in zip(members, quota, strict=True)])
    is_taken = np.zeros(len(labels), dtype=bool)
    is_taken[picked] = True
    return np.flatnonzero(is_taken), np.flatnonzero(~is_taken)


def _shares(counts: np.ndarray, size: int, rng: np.random.Generator) -> np.ndarray:
    """How many of each class make `size` in all: floor of the exact share, the rest to the largest remainders."""
    # Integers, because a float share of 10/3 times 3 need not come back as 10.
    quota, remainder = np.divmod(counts * size, counts.sum())
    # Ties at random, or the first classes would win in every split.
    order = np.lexsort((rng.random(len(counts)), -remainder))
    quota[order[: size - quota.sum()]] += 1
    return quota


def _check_train_size(train_size: int, labels: np.ndarray, n_classes: int) -> None:
    whole = isinstance(train_size, (int, np.integer)) and not isinstance(train_size, bool)
    if not whole or not n_classes <= train_size <= len(labels):
        raise DataError(
            f"Expected train_size to be 0 (all) or an integer from {n_classes} (one example a class) to {len(labels)} "
            f"(what validation and test leave), received {train_size!r}; choose a size in that range."
        )


def _check_every_class(labels: np.ndarray, class_names: tuple[str, ...]) -> None:
    missing = np.flatnonzero(np.bincount(labels, minlength=len(class_names)) == 0)
    if len(missing):
        names = ", ".join(class_names[c] for c in missing)
        raise DataError(
            f"Expected every class in the train split, received {len(labels)} examples without {names}; "
            "raise train_size, or leave the class out of the data."
        )
