"""Features that never change in the train split: nothing can be learned from them."""

import numpy as np

from regtrack.words.lists import first_few


def constant_note(x: np.ndarray) -> str:
    """Counts and numbers the constant columns of x, (n, d) or any shape; "" if there is none."""
    flat = x.reshape(len(x), -1)
    constant = np.flatnonzero(flat.min(axis=0) == flat.max(axis=0))
    if not len(constant) or len(flat) < 2:
        return ""
    return f"constant in the train split, kept but idle ({len(constant)} of {flat.shape[1]} features): number {first_few(constant)}"
