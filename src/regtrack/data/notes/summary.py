"""A data set in words, on one screen: at most MAX_LINES lines of MAX_WIDTH characters, however much is in it."""

import numpy as np

from regtrack.words.note import as_note

MAX_LINES = 24
MAX_WIDTH = 100
MAX_NOTES = 5
MAX_CLASSES = 12
MAX_NAME = 40


def summary_of(dataset, *, with_notes: bool = True) -> str:
    """Sizes, inputs (columns, missing cells), balance, noise, seed, digest, notes, and the classes of each split.

    Args:
        dataset: a `Dataset`.
        with_notes: the first of its notes too, cut to the width.
    """
    splits = dataset.splits
    sizes = ", ".join(f"{len(split):,} {name}" for name, split in splits.items())
    changed = sum(int(np.sum(split.given_label != split.true_label)) for split in splits.values())
    total = sum(map(len, splits.values()))
    # (n_splits, C)
    counts = np.stack([np.bincount(s.true_label, minlength=dataset.n_classes) for s in splits.values()])
    lines = [
        f"{_cut(dataset.name, MAX_NAME)}: {sizes} examples",
        _inputs(dataset),
        *_cells(dataset),
        _balance(counts[0], dataset.class_names),
        f"label noise: {dataset.label_noise:g} ({changed:,} of {total:,} given labels changed)",
        f"split seed {dataset.split_seed}{', ' + dataset.divided_by if dataset.divided_by else ''}, train size {dataset.train_size or 'all'}, digest {dataset.digest[:16]}",
        *(_notes(dataset.notes) if with_notes else ()),
        "",
    ]
    room = MAX_LINES - len(lines) - 1  # the table's head
    shown = min(MAX_CLASSES, room) if dataset.n_classes > min(MAX_CLASSES, room) else dataset.n_classes
    if shown < dataset.n_classes:
        shown = min(shown, room - 1)  # and the line that counts the rest
    names = [_cut(name, MAX_NAME) for name in dataset.class_names[:shown]]
    width = max(len("class"), *map(len, names))
    lines += [
        f"{'class':<{width}} {'train':>8} {'validation':>11} {'test':>8}",
        *(f"{name:<{width}} {a:>8,} {b:>11,} {c:>8,}" for name, (a, b, c) in zip(names, counts.T, strict=False)),
    ]
    if dataset.n_classes > shown:
        lines.append(f"... and {dataset.n_classes - shown} more classes")
    return "\n".join(_cut(line, MAX_WIDTH) for line in lines)


def _inputs(dataset) -> str:
    shape = " × ".join(map(str, dataset.input_shape)) or "1"
    if dataset.feature_names:
        source = f"{len(dataset.columns)} columns as " if dataset.columns else ""
        how = "each scaled by the train split" if dataset.column_units else "as they are"
        return f"inputs: {source}{shape} numbers, {how}: {', '.join(dataset.feature_names)}"
    how = "as they are" if dataset.scale == 1 else f"scaled by 1/{dataset.scale:g}"
    return f"inputs: {'images' if dataset.is_image else 'numbers'} {shape}, {how}"


def _cells(dataset) -> list[str]:
    """How many of a table's cells are missing; nothing of other data."""
    if not dataset.columns:
        return []
    rows = [split.rows for split in dataset.splits.values()]
    missing, total = sum(int(np.sum(cells == "")) for cells in rows), sum(cells.size for cells in rows)
    return [f"missing: {missing:,} of {total:,} cells ({missing / total:.1%})"]


def _balance(train_counts: np.ndarray, class_names: tuple[str, ...]) -> str:
    """Of the train split: how many times the smallest class is contained in the largest."""
    largest, smallest = int(train_counts.argmax()), int(train_counts.argmin())
    text = f"classes: {len(train_counts)}, "
    if train_counts[smallest] == train_counts[largest]:
        return f"{text}all of one size in train"
    if train_counts[smallest] == 0:
        return f"{text}none of {_cut(class_names[smallest], MAX_NAME)} in train"
    times = train_counts[largest] / train_counts[smallest]
    names = [_cut(class_names[i], MAX_NAME // 2) for i in (largest, smallest)]
    return f"{text}imbalance {times:.1f} in train (largest {names[0]}, smallest {names[1]})"


def _notes(notes: tuple[str, ...]) -> list[str]:
    shown = list(map(as_note, notes[:MAX_NOTES]))
    return [*shown, f"... and {len(notes) - MAX_NOTES} more notes"] if len(notes) > MAX_NOTES else shown


def _cut(text: str, width: int) -> str:
    text = " ".join(text.split("\n"))
    return text if len(text) <= width else f"{text[: width - 1]}…"
