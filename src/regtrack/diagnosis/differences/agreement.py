"""Agreement of variants: which examples one fixes and another breaks."""

from collections.abc import Sequence

import numpy as np
import pandas as pd


def fixed_and_broken(share_wrong: np.ndarray) -> np.ndarray:
    """(V, V) mean number of examples that a network of variant a gets right and one of variant b wrong.

    The mean is over all pairs of their networks. Args: share_wrong (V, n), the share of a variant's seeds that get an
    example wrong.
    """
    return (1 - share_wrong) @ share_wrong.T


def agreement_table(names: Sequence[str], wrong: Sequence[np.ndarray]) -> pd.DataFrame:
    """A row a (variant, other): `fixed` and `broken`, examples a network.

    On the diagonal two seeds of one variant, which is what chance alone changes; missing with one seed.

    Args:
        wrong: for each variant (n_seeds, n_examples) bool.
    """
    share_wrong = np.stack([w.mean(axis=0) for w in wrong])
    fixed = fixed_and_broken(share_wrong)
    for v, w in enumerate(wrong):
        seeds = len(w)  # a network does not differ from itself: leave those pairs out
        fixed[v, v] = fixed[v, v] * seeds / (seeds - 1) if seeds > 1 else np.nan
    rows = [(a, b, fixed[i, j], fixed[j, i]) for i, a in enumerate(names) for j, b in enumerate(names)]
    return pd.DataFrame(rows, columns=["variant", "other", "fixed", "broken"])
