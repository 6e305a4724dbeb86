"""Notes on the data that every source gets: a sentence each, for a person to read before training."""

import numpy as np

from regtrack.data.notes.constants import constant_note
from regtrack.data.notes.duplicates import duplicate_note
from regtrack.data.notes.leaks import leak_notes
from regtrack.data.notes.spreads import spread_note
from regtrack.data.raw import RawData

MAX_CLASSES_NAMED = 5
COMMON = 0.8
"""Share of test from which one class makes plain accuracy say little."""


def find_notes(splits: dict, raw: RawData, *, feature_names: tuple[str, ...]) -> tuple[str, ...]:
    """Leak suspects first, then duplicates, absent classes, one that is nearly all, constant features and unlike spreads.

    Args:
        splits: split name -> `Split`, in the order train, validation, test.
        raw: the source they were drawn from.
        feature_names: of x's columns, or ().
    """
    notes = leak_notes(splits, feature_names=feature_names, columns=raw.columns)
    notes += [duplicate_note(splits), absent_note(splits, raw.class_names), common_note(splits, raw.class_names)]
    if raw.encode is None and not raw.is_image:
        notes += [constant_note(splits["train"].x), spread_note(splits["train"].x)]
    return tuple(filter(None, notes))


def common_note(splits: dict, class_names: tuple[str, ...]) -> str:
    """Says what always answering the most frequent class would score, where that is COMMON or more of test."""
    counts = np.bincount(splits["test"].true_label, minlength=len(class_names))
    share, rarest = counts.max() / counts.sum(), int(np.argmin(np.where(counts > 0, counts, counts.max() + 1)))
    if share < COMMON:
        return ""
    return (
        f"always answering {class_names[int(counts.argmax())]} would be right on {share:.1%} of test, and test has "
        f"{counts[rarest]:,} of {class_names[rarest]}: read balanced accuracy, and each class by itself"
    )


def absent_note(splits: dict, class_names: tuple[str, ...]) -> str:
    """Names the classes of which validation or test has no example (their own, or they would have been refused)."""
    parts = []
    for name, split in splits.items():
        absent = np.flatnonzero(np.bincount(split.true_label, minlength=len(class_names)) == 0)
        if len(absent):
            named = ", ".join(class_names[c] for c in absent[:MAX_CLASSES_NAMED])
            more = f" and {len(absent) - MAX_CLASSES_NAMED} more" if len(absent) > MAX_CLASSES_NAMED else ""
            parts.append(f"{name} has no example of {named}{more}")
    return "; ".join(parts)
