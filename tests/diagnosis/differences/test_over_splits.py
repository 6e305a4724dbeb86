"""Two variants over splits: the parts of the variance are those of hand-made numbers, and the interval covers new data."""

import numpy as np
import pytest
from scipy import stats

from regtrack.diagnosis.differences.over_splits import difference_over_splits, examples_per_train


def arrays(*values: tuple[float, ...]) -> list[np.ndarray]:
    return [np.array(of_split) for of_split in values]


def test_the_variance_of_drawn_splits_is_that_of_the_formula():
    """Three splits of two seeds by hand: means 1, 2, 6, variance 7; seeds 2, half of it within a split's mean."""
    found = difference_over_splits(arrays((0.0, 2.0), (1.0, 3.0), (5.0, 7.0)), test_per_train=0.5)
    assert found.mean == 3
    assert found.freedom == 2
    assert found.seed_variance == pytest.approx(2)
    assert found.split_variance == pytest.approx(7 - 1)
    assert found.variance == pytest.approx((1 / 3 + 0.5) * 6 + 2 / (3 * 2))


def test_a_fixed_test_set_adds_its_examples():
    """Where test is the same in every split the variance is that of the splits' means over J, and the examples' part."""
    found = difference_over_splits(arrays((1.0,), (3.0,)), example_variance=0.25)
    assert found.variance == pytest.approx(2 / 2 + 0.25)


def test_splits_that_differ_by_their_seeds_alone_are_not_inflated():
    """Means closer than seeds explain leave no variance to the split: what is left is the seeds', over all of them."""
    found = difference_over_splits(arrays((4.0, 6.0), (5.0, 5.0)), test_per_train=10)
    assert found.split_variance == 0
    assert found.variance == pytest.approx((2 + 0) / 2 / (2 * 2))


def test_one_seed_a_split_leaves_everything_to_the_split():
    """Seeds cannot be told from splits: the factor then acts on all of it, which is the cautious side."""
    found = difference_over_splits(arrays((1.0,), (3.0,)), test_per_train=1.0)
    assert np.isnan(found.seed_variance)
    assert found.variance == pytest.approx((1 / 2 + 1.0) * 2)


def test_the_interval_covers_what_new_data_would_show():
    """300 data sets whose splits share examples as real ones do, a tenth of the variance from those trained on: 95 % intervals of
    7 x 2 cover 0.93 or more, and without the factor for what splits share clearly less."""
    rng = np.random.default_rng(0)
    n, n_train, n_test, splits = 200, 120, 40, 7
    quantile, covered, naive = stats.t.ppf(0.975, splits - 1), [], []
    for _ in range(300):
        of_train, of_test = rng.normal(size=n) * np.sqrt(0.1 * n_train), rng.normal(size=n) * np.sqrt(0.9 * n_test)
        orders = rng.permuted(np.tile(np.arange(n), (splits, 1)), axis=1)
        shared = of_train[orders[:, -n_train:]].mean(axis=1) + of_test[orders[:, :n_test]].mean(axis=1)
        differences = shared[:, None] + rng.normal(0, 0.4, (splits, 2))
        found = difference_over_splits(list(differences), test_per_train=n_test / n_train)
        covered.append(abs(found.mean) <= quantile * found.standard_error)
        means = differences.mean(axis=1)
        naive.append(abs(found.mean) <= quantile * means.std(ddof=1) / np.sqrt(splits))
    assert np.mean(covered) >= 0.93
    assert np.mean(naive) < 0.88


@pytest.mark.parametrize("differences", [[], arrays((1.0, 2.0))])
def test_one_split_is_no_comparison(differences):
    """Fewer than two splits is a mistake of the caller."""
    with pytest.raises(ValueError, match="two splits or more"):
        difference_over_splits(differences)


def test_the_ratio_of_folds_is_that_of_their_number():
    """Of five folds 1/4, whatever else is held out; of drawn splits that of the counts."""
    assert examples_per_train(100, 300) == pytest.approx(1 / 3)
    assert examples_per_train(100, 300, folds=5) == 1 / 4
