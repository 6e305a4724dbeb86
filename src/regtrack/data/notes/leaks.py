"""Leak suspects: a column that is the target under another name, or one that alone tells every class."""

import numpy as np

MAX_SUSPECTS = 3
FEWEST_EXAMPLES = 20  # below, one column tells the classes apart by chance too often
MANY_A_VALUE = 5  # a text column suspect of deciding the class has this many examples a value; ids have one


def leak_notes(splits: dict, *, feature_names: tuple[str, ...], columns: tuple[str, ...]) -> list[str]:
    """A note for each of the first suspects, and one that counts the rest. True labels and all splits are asked.

    Args:
        splits: split name -> `Split`.
        feature_names: of x's columns, or ().
        columns: a table's column names, or ().
    """
    labels = np.concatenate([split.true_label for split in splits.values()])
    if len(labels) < FEWEST_EXAMPLES or len(np.unique(labels)) < 2:
        return []
    found = {}
    for i, column in enumerate(columns):
        if reason := _decides(np.concatenate([split.rows[:, i] for split in splits.values()]), labels):
            found[column] = reason
    shape = splits["train"].x.shape[1:]
    for i, reason in _separating(splits).items():
        name = feature_names[i] if feature_names else _place(i, shape)
        if not any(name == column or name.startswith(f"{column}=") for column in found):
            found[name] = reason
    notes = [f"leak suspect: column {name} {reason}" for name, reason in found.items()]
    if len(notes) > MAX_SUSPECTS:
        notes[MAX_SUSPECTS:] = [f"leak suspects: {len(notes) - MAX_SUSPECTS} more columns alone separate the classes"]
    return notes


def _decides(cells: np.ndarray, labels: np.ndarray) -> str:
    """Why these cells are suspect: one value a class, or every value in one class only; "" if they are not."""
    values, code = np.unique(cells, return_inverse=True)
    n_classes, n_pairs = len(np.unique(labels)), len(np.unique(code * (labels.max() + 1) + labels))
    if n_pairs > len(values) or len(values) < 2:
        return ""  # some value stands in two classes
    if len(values) == n_classes:
        return "is the target under another name: one value for each class"
    return (
        "alone decides the class: each of its values stands in one class only"
        if (len(labels) >= MANY_A_VALUE * len(values))
        else ""
    )


def _separating(splits: dict) -> dict[int, str]:
    """Columns of the flattened x in which the classes fill disjoint intervals, with the reason."""
    n_classes = 1 + max(int(split.true_label.max()) for split in splits.values())
    low = np.full((n_classes, splits["train"].x[0].size), np.inf)
    high = -low
    for split in splits.values():
        flat = split.x.reshape(len(split), -1)
        for c in np.unique(split.true_label):
            of_class = flat[split.true_label == c]
            low[c] = np.minimum(low[c], of_class.min(axis=0))
            high[c] = np.maximum(high[c], of_class.max(axis=0))
    seen = np.isfinite(low).all(axis=1)
    low, high = low[seen], high[seen]  # (C, d)
    order = low.argsort(axis=0)
    low, high = np.take_along_axis(low, order, axis=0), np.take_along_axis(high, order, axis=0)
    apart = np.flatnonzero((high[:-1] < low[1:]).all(axis=0))
    constant = (low == high).all(axis=0)
    return {
        int(i): "is the target under another name: one value for each class"
        if constant[i]
        else "alone separates the classes without an error"
        for i in apart
    }


def _place(i: int, shape: tuple[int, ...]) -> str:
    if len(shape) < 2:
        return str(i)
    return str(tuple(int(one) for one in np.unravel_index(i, shape)))
