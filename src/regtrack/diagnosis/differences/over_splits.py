"""Two variants over several splits of the data: the split is one more thing that could have come out otherwise."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

FEWEST_SPLITS = 5
"""Fewer than 4 degrees of freedom tell nothing that could be used: t is 3.2 at 3 of them, 4.3 at 2."""
RECOMMENDED_SPLITS = 7
"""With grid.SEEDS_OF_A_SPLIT each: 15 trainings of a variant are best spent so (docs/comparison.md)."""


@dataclass(frozen=True)
class OverSplits:
    """A difference over splits, with the parts of the variance of one pair of trainings on one split.

    Args:
        mean: of the splits' differences.
        variance: of the mean, as an estimate of the difference on new data.
        freedom: degrees of freedom, splits - 1.
        between: variance between the splits' means, of which `of_seeds` is of their seeds.
        split_variance: between splits, seeds left out: which examples trained, and which tested.
        seed_variance: between seeds on one split; NaN where no split has two.
    """

    mean: float
    variance: float
    freedom: int
    between: float
    of_seeds: float
    split_variance: float
    seed_variance: float

    @property
    def standard_error(self) -> float:
        return float(np.sqrt(self.variance))


def difference_over_splits(
    differences: Sequence[np.ndarray], *, test_per_train: float = 0.0, example_variance: float = 0.0
) -> OverSplits:
    """The mean of J splits' differences between two variants, each of S seeds, and its variance.

    Where test is drawn anew with each split, the splits share most of their training examples, and the variance of
    their mean is larger than 1/J of theirs by n_test / n_train (Nadeau and Bengio 2003, Machine Learning 52). That is so of
    the splits' part alone, (1/J + n_test / n_train) s_split² + s_seed² / (J S): seeds are drawn anew and share nothing; the factor on
    everything covers 0.98 to 1.00 where seeds matter. Where all splits have one test set, the variance of the splits' means / J
    knows nothing of its examples: their part is added.

    Args:
        differences: J arrays (S,), of the two variants' networks of one split and one seed, which start from the same weights.
        test_per_train: test examples a training example, where test is drawn with the split; 0 where it is fixed.
        example_variance: of the mean, by the examples of a fixed test set (CrossedErrors); 0 where test is drawn.
    Raises:
        ValueError: fewer than two splits.
    """
    splits = len(differences)
    if splits < 2:
        raise ValueError(f"expected two splits or more, received {splits}")
    means = np.array([of_split.mean() for of_split in differences])
    between = float(means.var(ddof=1))
    freedom = sum(len(of_split) - 1 for of_split in differences)
    squares = sum(float(np.square(of_split - of_split.mean()).sum()) for of_split in differences)
    seed_variance = squares / freedom if freedom else np.nan
    of_seeds = (
        seed_variance * np.mean([1 / len(of_split) for of_split in differences]) if freedom else 0.0
    )  # of a split's mean
    split_variance = max(0.0, between - of_seeds)
    if test_per_train:
        variance = (1 / splits + test_per_train) * split_variance + of_seeds / splits
    else:
        variance = between / splits + example_variance
    return OverSplits(
        float(means.mean()),
        float(variance),
        splits - 1,
        between,
        float(of_seeds),
        float(split_variance),
        float(seed_variance),
    )


def examples_per_train(held_out: int, trained: int, folds: int = 0) -> float:
    """Nadeau and Bengio's ratio: of held out examples to those that were learned on. Of folds 1 / (folds - 1), as if what validates
    beside them had been learned on too: no two share a held out example, and it covers (docs/comparison.md)."""
    return 1 / (folds - 1) if folds else held_out / trained
