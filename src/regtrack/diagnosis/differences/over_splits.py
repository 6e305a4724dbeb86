"""Two variants over several splits of the data: the split is one more thing that could have come out otherwise."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

FEWEST_SPLITS = 5
"""Fewer than 4 degrees of freedom tell nothing that could be used: t is 3.2 at 3 of them, 4.3 at 2."""
RECOMMENDED_SPLITS = 7
"""With grid.SEEDS_OF_A_SPLIT each: 15 trainings of a variant are best spent so: half-width 0.87 to 1.26 of the total deviation, 3 x 5 takes 1.5 to 2.5."""


@dataclass(frozen=True)
class OverSplits:
    """A difference over splits, with the parts of the variance of one training on one split.

    Args:
        mean: of the splits' differences.
        variance: of the mean, as an estimate of the difference on new data.
        freedom: degrees of freedom, splits - 1.
        split_variance: between splits, seeds left out: which examples trained, and which tested.
        seed_variance: between seeds on one split, of both variants together; NaN with one seed a split.
    """

    mean: float
    variance: float
    freedom: int
    split_variance: float
    seed_variance: float

    @property
    def standard_error(self) -> float:
        return float(np.sqrt(self.variance))


def difference_over_splits(
    first: Sequence[np.ndarray],
    second: Sequence[np.ndarray],
    *,
    test_per_train: float = 0.0,
    example_variance: float = 0.0,
) -> OverSplits:
    """second minus first, over splits and seeds.

    Where test is drawn anew with each split, the splits share most of their training examples, and the variance of
    their mean is larger than 1/J of theirs by n_test / n_train (Nadeau and Bengio 2003, Machine Learning 52). That is so of
    the splits' part alone, (1/J + n_test / n_train) s_split² + s_seed² / (J S): seeds are drawn anew and share nothing; the factor on
    everything covers 0.98 to 1.00 where seeds matter. Where all splits have one test set, the variance of the splits' means / J
    knows nothing of its examples: their part is added.

    Args:
        first, second: J arrays of what each split's networks have, (S,) one a seed.
        test_per_train: test examples a training example, where test is drawn with the split; 0 where it is fixed.
        example_variance: of the mean, by the examples of a fixed test set (CrossedErrors); 0 where test is drawn.
    Raises:
        ValueError: fewer than two splits, or not as many of both.
    """
    if len(first) != len(second) or len(first) < 2:
        raise ValueError(f"expected two splits or more of both, received {len(first)} and {len(second)}")
    splits = len(first)
    means = np.array([b.mean() - a.mean() for a, b in zip(first, second, strict=True)])
    between = float(means.var(ddof=1))
    parts = [_within(first), _within(second)]
    seed_variance = sum(variance for variance, _ in parts)
    of_seeds = (
        0.0 if np.isnan(seed_variance) else sum(variance * share for variance, share in parts)
    )  # of a split's mean
    split_variance = max(0.0, between - of_seeds)
    if test_per_train:
        variance = (1 / splits + test_per_train) * split_variance + of_seeds / splits
    else:
        variance = between / splits + example_variance
    return OverSplits(float(means.mean()), variance, splits - 1, split_variance, seed_variance)


def _within(values: Sequence[np.ndarray]) -> tuple[float, float]:
    """(variance of one seed on its split, pooled over splits; NaN where no split has two; mean over splits of 1 / S)."""
    freedom = sum(len(of_split) - 1 for of_split in values)
    squares = sum(float(np.square(of_split - of_split.mean()).sum()) for of_split in values)
    return squares / freedom if freedom else np.nan, float(np.mean([1 / len(of_split) for of_split in values]))
