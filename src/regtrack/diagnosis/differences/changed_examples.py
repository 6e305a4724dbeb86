"""Changed examples: which ones does one variant get right and another wrong, and of which classes are they?"""

import numpy as np
import pandas as pd

from regtrack.diagnosis.differences.agreement import fixed_and_broken

COLUMNS = ("example_id", "given_label", "share_wrong", "other_share_wrong", "gain")
CLASS_COLUMNS = ("given_label", "examples", "fixed", "broken")


def find_changed_examples(wrong: np.ndarray, other_wrong: np.ndarray, example_id: np.ndarray, given_label: np.ndarray) -> pd.DataFrame:  # fmt: skip
    """A row an example on which the two differ, by falling `gain`: COLUMNS.

    Args:
        wrong, other_wrong: (n_seeds, n_examples) bool of either variant, the same examples; the seeds may differ in
            number.
        example_id, given_label: (n_examples,).
    Returns:
        share_wrong, other_share_wrong: of each variant's seeds. gain: other_share_wrong - share_wrong, [-1, 1]; 1 is
        wrong in every seed of the other and right in every one of this.
    """
    ours, theirs = wrong.mean(axis=0), other_wrong.mean(axis=0)
    table = pd.DataFrame(dict(zip(COLUMNS, (example_id, given_label, ours, theirs, theirs - ours), strict=True)))
    return table[table["gain"] != 0].sort_values("gain", ascending=False, kind="stable", ignore_index=True)


def changes_of_classes(wrong: np.ndarray, other_wrong: np.ndarray, given_label: np.ndarray) -> pd.DataFrame:
    """A row a given label: CLASS_COLUMNS.

    Returns:
        examples: of the class. fixed, broken: examples a network, the mean over all pairs of their networks, as in
        `agreement`: wrong in the other and right in this, and the reverse. Their sums over classes are the pair's.
    """
    shares, rows = np.stack([wrong.mean(axis=0), other_wrong.mean(axis=0)]), []
    for label in np.unique(given_label):
        of_class = given_label == label
        fixed = fixed_and_broken(shares[:, of_class])
        rows.append((label, of_class.sum(), fixed[0, 1], fixed[1, 0]))
    return pd.DataFrame(rows, columns=list(CLASS_COLUMNS))
