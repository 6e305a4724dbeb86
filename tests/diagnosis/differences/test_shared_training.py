"""What splits share by learning from the same examples, by hand and where the law is known."""

from collections.abc import Iterator

import numpy as np
import pytest
from scipy import stats

from regtrack.diagnosis.differences.dunnett import two_sided_quantile
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
    examples is 2.2, and 0.8 of a standard error more; it counts 1/7 + 1.5, the examples 0.8/7 + 0.2, the seeds 1/7. Where it is
    larger without, that stands."""
    parts = between([4.0], of_seeds=1.0, of_examples=1.0)
    of_training = 4 - 1 - 0.8 + 0.8 * np.sqrt(2 * 16 / 6 + 2 / 7)
    assert parts.with_training(np.zeros(1))[0] == pytest.approx(of_training * (1 / 7 + 1.5) + 0.8 / 7 + 0.2 + 1 / 7)
    assert parts.with_training(np.array([9.0]))[0] == 9


def test_freedom_is_that_of_a_difference_of_variances():
    """Satterthwaite's of 23/14 times 4 between seven splits less 3/2 times 3 of seeds of 7 degrees; splits - 1 at most, 4 at least, and splits - 1
    where nothing varies."""
    parts, spread = between([4.0], of_seeds=3.0), (23 / 14 * 4) ** 2 / 6 + (3 / 2 * 3) ** 2 / 7
    freedoms = [parts.with_training(np.array([variance]))[1] for variance in (0.0, 7.2, 20.0)]
    assert freedoms == [4, pytest.approx(7.2**2 / spread), 6]  # 0: 5.5 with the part, and 3 degrees
    assert between([1.0, 1.0], of_seeds=3.0).with_training(np.full(2, 0.01))[1].tolist() == [4, 4]
    assert between([0.0]).with_training(np.zeros(1))[1] == 6


def test_where_nothing_is_seen_of_training_examples_nothing_is_added():
    """Splits that agree better than their seeds and test examples: no sign of it."""
    variance, _ = between([1.0, 1.0, 1.0], of_seeds=2.0, of_examples=2.0).with_training(np.full(3, 0.1))
    assert (variance == 0.1).all()


def test_a_comparison_that_shows_nothing_takes_what_all_show_at_its_own_scale():
    """Of four comparisons with one baseline three scatter between splits: the fourth does not by luck alone, or so it has to be taken; but a
    variant that hardly differs at all stays so."""

    def last(values: list[float], **known) -> float:
        return between(values, of_seeds=1.5, **known).with_training(np.zeros(len(values)))[0][-1]

    assert last([0.5, 0.5, 0.5, 0.5]) == 0
    assert last([9.0, 9.0, 9.0, 0.5]) > 1
    tiny = between([9.0, 9.0, 9.0, 1e-6]).__dict__ | {"of_seeds": np.array([1.5] * 3 + [1e-6])}
    assert BetweenSplits(**tiny).with_training(np.zeros(4))[0][3] < 1e-5
    assert between([9.0, 0.0]).with_training(np.zeros(2))[0][1] == 0


def differences(
    data_sets: int, shares: tuple[float, float, float], splits: int, rng
) -> Iterator[tuple[np.ndarray, BetweenSplits, np.ndarray]]:
    """Of four equal variants with two seeds a split whose luck is, by `shares`, of training examples that overlap by 0.6, of test
    examples that do by 0.2, and of the seed: mean differences, their parts, and the variances without that of training."""
    trained, tested, seed = shares

    def luck(share: float, common: float) -> np.ndarray:
        both = (rng.normal(size=(data_sets, 4, count, 1)) for count in (1, splits))
        return np.sqrt(share) * sum(np.sqrt(part) * one for part, one in zip((common, 1 - common), both, strict=True))

    made = luck(trained, 0.6) + luck(tested, 0.2) + np.sqrt(seed) * rng.normal(size=(data_sets, 4, splits, 2))
    for networks in made:
        rows = [difference_over_splits(list(one - networks[0]), test_per_train=1 / 3) for one in networks[1:]]
        found = between([row.between for row in rows], of_examples=2 * tested, splits=splits).__dict__
        found |= {"of_seeds": np.array([row.of_seeds for row in rows]), "seed_freedom": np.full(3, float(splits))}
        yield np.array([row.mean for row in rows]), BetweenSplits(**found), np.array([row.variance for row in rows])


@pytest.mark.parametrize(("trained", "lowest"), [(0.0, 0.95), (0.5, 0.92)])
def test_it_covers_new_data_where_training_examples_decide_and_where_they_do_not(trained, lowest):
    """Luck by training examples that correlates as these overlap, 400 data sets of 7 x 2 and three comparisons: 95 % intervals cover,
    and of half the variance by training examples those without their part do in less than 0.87."""
    covered, alone, rng = [], [], np.random.default_rng(0)
    for mean, parts, without in differences(400, (trained, 0, 1 - trained), 7, rng):
        variance, freedom = parts.with_training(without)
        covered.append(np.abs(mean) <= stats.t.ppf(0.975, freedom) * np.sqrt(variance))
        alone.append(np.abs(mean) <= stats.t.ppf(0.975, 6) * np.sqrt(without))
    assert np.mean(covered) >= lowest
    assert trained == 0 or np.mean(alone) < 0.87


def test_more_splits_tell_equals_apart_no_more_often_than_fewer():
    """Ten splits of two seeds, a quarter of the variance by training examples and a quarter by test examples: of 1,500 data sets the
    family's limits miss in 0.06 or less, with splits - 1 degrees of freedom in more than 0.06."""
    missed, with_all = [], []
    for mean, parts, without in differences(1500, (0.25, 0.25, 0.5), 10, np.random.default_rng(0)):
        variance, freedom = parts.with_training(without)
        for found, degrees in ((missed, freedom), (with_all, np.full(3, 9.0))):
            found.append((np.abs(mean) > two_sided_quantile(degrees, 3, 0.96) * np.sqrt(variance)).any())
    assert np.mean(missed) <= 0.06
    assert np.mean(with_all) > 0.06
