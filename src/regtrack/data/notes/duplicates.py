"""Examples that stand in two splits: what was trained on must not be tested on."""

from hashlib import blake2b

import numpy as np


def duplicate_note(splits: dict) -> str:
    """How many validation and test examples stand in train too, and of how many the label differs; "" if none.

    Exact duplicates of the inputs, every number equal. Also those of test that stand in validation.
    """
    hashes = {name: _row_hashes(split.x) for name, split in splits.items()}
    parts = []
    for later, earlier in (("validation", "train"), ("test", "train"), ("test", "validation")):
        known = {}
        for key, label in zip(hashes[earlier], splits[earlier].true_label.tolist(), strict=True):
            known.setdefault(key, set()).add(label)
        labels = splits[later].true_label.tolist()
        same = [i for i, key in enumerate(hashes[later]) if key in known]
        if same:
            other = sum(labels[i] not in known[hashes[later][i]] for i in same)
            differing = f" ({other:,} with another label)" if other else ""
            parts.append(f"{len(same):,} of {len(labels):,} {later} examples also stand in {earlier}{differing}")
    return f"exact duplicates across splits: {'; '.join(parts)}" if parts else ""


def _row_hashes(x: np.ndarray) -> list[bytes]:
    """16 bytes for each example, equal where all its numbers are equal (-0.0 is 0.0)."""
    rows = np.ascontiguousarray(x.reshape(len(x), -1) + np.float32(0))
    return [blake2b(row.data, digest_size=16).digest() for row in rows]
