"""What splits share by learning from the same examples, by hand and where the law is known."""

import numpy as np
import pytest
from scipy import stats

from regtrack.diagnosis.differences.over_splits import difference_over_splits
from regtrack.diagnosis.differences.shared_training import BetweenSplits, Overlap


def between(values: list[float], *, of_seeds=0.0, of_examples=0.0, splits=7, overlap=(0.6, 0.2)) -> BetweenSplits:
    m = len(values)
    others = (splits, of_seeds, 7, of_examples, *overlap)
    count, seeds, freedom, examples, trained, tested = (np.full(m, value, float) for value in others)
    return BetweenSplits(count, np.array(values), seeds, freedom, examples, trained, tested)


def test_the_overlap_of_splits_is_that_of_their_counts():
    """Of 300 trained on, 100 validated and 100 tested: 0.6 and 0.2. Of five folds 3/4 of the 3/4 that is not validated on."""
    assert Overlap.of_splits(300, 100, 100) == Overlap(0.6, 0.2)
    assert Overlap.of_folds(5, 300, 100) == Overlap(0.75 * 0.75, 0.0)


def test_the_variance_is_that_of_the_formula():
    """One comparison by hand: 4 between splits, 1 of the seeds, 1 of the examples of which 0.8 differ; what is seen of the training
    examples is 2.2, and a standard error more; it counts 1/7 + 1.5, the examples 0.8/7 + 0.2, the seeds 1/7."""
    found = between([4.0], of_seeds=1.0, of_examples=1.0).variance_with_training()
    of_training = 4 - 1 - 0.8 + np.sqrt(2 * 16 / 6 + 2 / 7)
    assert found == pytest.approx(of_training * (1 / 7 + 1.5) + 0.8 / 7 + 0.2 + 1 / 7)


def test_where_nothing_is_seen_of_training_examples_nothing_is_added():
    """Splits that agree better than their seeds and test examples: no sign of it."""
    assert (between([1.0, 1.0, 1.0], of_seeds=2.0, of_examples=2.0).variance_with_training() == 0).all()


def test_a_comparison_that_shows_nothing_takes_what_all_show_at_its_own_scale():
    """Of four comparisons with one baseline three scatter between splits: the fourth does not by luck alone, or so it has to be taken; but a
    variant that hardly differs at all stays so."""
    *_, alone = between([0.5, 0.5, 0.5, 0.5], of_seeds=1.5).variance_with_training()
    *_, among = between([9.0, 9.0, 9.0, 0.5], of_seeds=1.5).variance_with_training()
    assert (alone, among > 1) == (0, True)
    tiny = BetweenSplits(
        **between([9.0, 9.0, 9.0, 1e-6], of_seeds=1.5).__dict__ | {"of_seeds": np.array([1.5] * 3 + [1e-6])}
    )
    assert tiny.variance_with_training()[3] < 1e-5
    assert between([9.0, 0.0]).variance_with_training()[1] == 0


@pytest.mark.parametrize(("trained", "lowest"), [(0.0, 0.95), (0.5, 0.92)])
def test_it_covers_new_data_where_training_examples_decide_and_where_they_do_not(trained, lowest):
    """Luck by training examples that correlates as these overlap, 400 data sets of 7 x 2 and three comparisons: 95 % intervals cover,
    and of half the variance by training examples those without their part do in less than 0.87."""
    rng, covered, without = np.random.default_rng(0), [], []
    quantile = stats.t.ppf(0.975, 6)
    for _ in range(400):
        common, own = rng.normal(size=(4, 1, 1)), rng.normal(size=(4, 7, 1))
        luck = np.sqrt(trained) * (np.sqrt(0.6) * common + np.sqrt(0.4) * own)
        networks = luck + np.sqrt(1 - trained) * rng.normal(size=(4, 7, 2))
        rows = [difference_over_splits(list(one - networks[0]), test_per_train=1 / 3) for one in networks[1:]]
        parts = between([row.between for row in rows]).__dict__ | {"of_seeds": np.array([row.of_seeds for row in rows])}
        variances = BetweenSplits(**parts).variance_with_training()
        for row, variance in zip(rows, variances, strict=True):
            covered.append(abs(row.mean) <= quantile * np.sqrt(max(variance, row.variance)))
            without.append(abs(row.mean) <= quantile * row.standard_error)
    assert np.mean(covered) >= lowest
    assert trained == 0 or np.mean(without) < 0.87
