"""Enough examples of every class, so that each split has one."""

import math

import numpy as np

from regtrack.data.raw import RawData
from regtrack.errors import DataError

MAX_CLASSES_NAMED = 5


def check_class_counts(raw: RawData) -> None:
    """DataError naming the classes of which a drawn split would have no example for certain.

    A draw of `size` out of n gives a class of k examples at least floor(k * size / n) of them: the classes counted
    here are those for which that is 0, or which would leave none to train on. What the source itself put into a
    split is not counted: it stays there whatever is drawn.
    """
    if raw.division:
        return  # whole groups and spans of time are counted where they are drawn
    labels = raw.labels[raw.own_rows()["train"]]
    counts = np.bincount(labels, minlength=len(raw.class_names))
    needed = examples_needed(raw)
    few = np.flatnonzero(counts < needed)
    if not len(few):
        return
    named = ", ".join(f"{counts[c]} of {raw.class_names[c]!r}" for c in few[:MAX_CLASSES_NAMED])
    more = f" and {len(few) - MAX_CLASSES_NAMED} more classes" if len(few) > MAX_CLASSES_NAMED else ""
    drawn = [s for s, own in (("test", raw.has_official_test), ("validation", raw.has_official_validation)) if not own]
    parts = f"one each for {', '.join(['train', *drawn])}" if drawn else "to train on"
    raise DataError(
        f"Expected at least {needed} examples of every class in {raw.name} to draw from ({parts}), received {named}"
        f"{more}; add examples, merge the class with another, or leave it out of the data."
    )


def examples_needed(raw: RawData) -> int:
    """The fewest examples of a class that put one into every split for certain; 1 where no split is drawn."""
    test = 0 if raw.has_official_test else raw.test_size
    validation = 0 if raw.has_official_validation else raw.validation_size
    official = (raw.test_size - test) + (raw.validation_size - validation)
    n = len(raw.labels) - official
    needed = 1
    while needed < n and not _reaches_every_split(needed, n, test, validation):
        needed += 1
    return needed


def _reaches_every_split(k: int, n: int, test: int, validation: int) -> bool:
    """Of a class of k among n, at least one example comes into each drawn split, and one is left."""
    if test and k * test // n < 1:
        return False
    rest = k - math.ceil(k * test / n)
    if validation and rest * validation // (n - test) < 1:
        return False
    return rest - math.ceil(rest * validation / (n - test)) >= 1
