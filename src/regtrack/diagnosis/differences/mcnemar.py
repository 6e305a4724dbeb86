"""McNemar's exact test: do two networks differ on the same examples? It says nothing of the variants they belong to."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import binomtest


class McNemar(NamedTuple):
    """`fixed`: examples that only the other network gets wrong; `broken`: that only this one does. Counts."""

    fixed: int
    broken: int
    p_value: float


def mcnemar_test(wrong: ArrayLike, other_wrong: ArrayLike) -> McNemar:
    """Two-sided and exact: where the two disagree, either is right with probability 1/2 if neither is better.

    The networks are held fixed and only the examples are a sample: another pair of seeds may answer otherwise, so use
    `compare_variants` to choose a variant.

    Args:
        wrong, other_wrong: (n_examples,) bool, the same examples.
    Returns:
        p_value: (0, 1]; 1 where they never disagree.
    Raises:
        ValueError: not the same examples.

    Reference: McNemar (1947), with the exact binomial distribution.
    """
    wrong, other_wrong = np.asarray(wrong, bool), np.asarray(other_wrong, bool)
    if wrong.shape != other_wrong.shape or wrong.ndim != 1:
        raise ValueError(f"expected two arrays of shape (n_examples,), received {wrong.shape} and {other_wrong.shape}")
    fixed, broken = int((other_wrong & ~wrong).sum()), int((wrong & ~other_wrong).sum())
    p_value = float(binomtest(fixed, fixed + broken, 0.5).pvalue) if fixed + broken else 1.0
    return McNemar(fixed, broken, p_value)
