"""Crossed errors: the mean squares by loops, paired t-tests where they are the same, and variances that come true."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from regtrack.diagnosis.differences.crossed import Contrast, CrossedErrors, contrast_of, variances_over_seeds
from regtrack.diagnosis.simulation import Truth, simulate_wrong

EQUAL = [Truth(0.1, 0.2, seed_sd=0.02)] * 3
few = settings(max_examples=50, deadline=None)
tables = st.integers(2, 4).flatmap(lambda seeds: arrays(bool, (3, seeds, 12)))


def simulated(seeds=4, n=50, seed=0):
    return simulate_wrong(EQUAL, seeds=seeds, n=n, rng=np.random.default_rng(seed))


def mean_squares(table):
    """(MS_example, MS_interaction) of a seeds x examples table, cell by cell."""
    seeds, n = len(table), len(table[0])
    grand = sum(sum(row) for row in table) / (seeds * n)
    of_seed = [sum(row) / n for row in table]
    of_example = [sum(table[s][i] for s in range(seeds)) / seeds for i in range(n)]
    example = seeds * sum((m - grand) ** 2 for m in of_example) / (n - 1)
    rest = sum((table[s][i] - of_seed[s] - of_example[i] + grand) ** 2 for s in range(seeds) for i in range(n))
    return example, rest / ((seeds - 1) * (n - 1))


def paired_example_variance(a, b):
    """The architecture's (MS_example - MS_interaction) / (n S) of the differences' table, before the max with 0."""
    table = (a.astype(float) - b).tolist()
    example, interaction = mean_squares(table)
    return (example - interaction) / (len(table) * len(table[0]))


# ---- the parts, by loops --------------------------------------------------------------------------------------
@few
@given(arrays(bool, st.tuples(st.integers(2, 5), st.integers(2, 15))))
def test_the_interaction_is_the_mean_square_of_the_residuals(wrong):
    """The short cut for 0 and 1 is the sum over all cells without their seed and example means."""
    assert CrossedErrors([wrong]).interaction[0] == pytest.approx(mean_squares(wrong.tolist())[1], abs=1e-12)


def test_the_seeds_part_of_a_difference_is_the_closed_form():
    """(s_A² + s_B²) / S of the seed means, with S - 1 degrees each."""
    a, b = simulated()[:2]
    difference = CrossedErrors([a, b], moderate=False).difference(0, 1)
    variances = [w.mean(axis=1).var(ddof=1) for w in (a, b)]
    assert difference.mean == pytest.approx(a.mean() - b.mean())
    assert difference.seed_variance == pytest.approx(sum(variances) / 4)
    example = difference.example_variance
    freedom = (sum(variances) / 4 + example) ** 2 / (sum((v / 4) ** 2 / 3 for v in variances) + example**2 / 49)
    assert difference.freedom == pytest.approx(freedom)
    assert difference.standard_error == pytest.approx(np.sqrt(sum(variances) / 4 + example))


def test_over_all_pairings_of_seeds_the_examples_part_is_the_architectures():
    """Which seed of A meets which of B is no matter of ours: the mean over pairings of its mean squares is exact."""
    a, b = simulated(n=200)[:2]
    paired = np.mean([paired_example_variance(a, np.roll(b, shift, axis=0)) for shift in range(4)])
    assert paired > 0  # so that the max with 0 plays no part
    assert CrossedErrors([a, b]).difference(0, 1).example_variance == pytest.approx(paired)


def test_against_a_variant_whose_seeds_agree_the_architectures_formula_is_exact():
    """No interaction of its own, so no pairing to lose."""
    a, b, _ = simulated(n=200)
    b = np.repeat(b[:1], 4, axis=0)
    example = CrossedErrors([a, b]).difference(0, 1).example_variance
    assert example == pytest.approx(paired_example_variance(a, b))


def test_with_independent_seeds_it_is_the_architectures_on_average():
    """Over 300 simulated tables the two differ by nothing but chance."""
    rng, apart = np.random.default_rng(0), []
    for _ in range(300):
        a, b, _ = simulate_wrong(EQUAL, seeds=3, n=120, rng=rng)
        ours = CrossedErrors([a, b]).difference(0, 1).example_variance
        apart.append(ours - max(0.0, paired_example_variance(a, b)))
    scale = np.mean([abs(x) for x in apart])
    assert abs(np.mean(apart)) < 3 * np.std(apart) / np.sqrt(300)
    assert scale > 0  # table by table they are not the same


# ---- where another formula says the same ----------------------------------------------------------------------
def test_seeds_that_all_agree_leave_the_paired_t_test():
    """No spread over seeds: Student's paired test over examples, its limits and its p-value."""
    a, b = (np.repeat(w[:1], 5, axis=0) for w in simulated(n=80)[:2])
    difference = CrossedErrors([a, b]).difference(0, 1)
    peer = stats.ttest_rel(a[0].astype(float), b[0].astype(float))
    limits = peer.confidence_interval(0.9)
    assert difference.seed_variance == 0
    assert difference.freedom == 79
    assert difference.p_value == pytest.approx(peer.pvalue)
    assert difference.limits(0.9) == pytest.approx((limits.low, limits.high))


def test_without_any_examples_part_it_is_welchs_test():
    """Each network wrong on its own examples at rates of its own: Welch's t of the seed means."""
    rng = np.random.default_rng(3)
    rates = [np.array([0.1, 0.3, 0.2, 0.5]), np.array([0.6, 0.2, 0.4])]
    a, b = (np.stack([rng.permutation(np.arange(100) < 100 * r) for r in of]) for of in rates)
    difference = CrossedErrors([a, b], moderate=False).difference(0, 1)
    without = contrast_of(difference.mean, [(r.var(ddof=1) / len(r), len(r) - 1) for r in rates], 0.0, 100)
    peer = stats.ttest_ind(*rates, equal_var=False)
    assert (without.p_value, without.freedom) == pytest.approx((peer.pvalue, peer.df))
    assert difference.seed_variance == pytest.approx(without.seed_variance)


def test_one_difference_many_and_the_contrast_are_the_same():
    """Index arrays give what pairs give one by one, and what weights of 1 and -1 give."""
    errors = CrossedErrors([*simulated(), simulated(seeds=2, seed=1)[0]])
    pairs = list(itertools.permutations(range(4), 2))
    many = errors.difference(*(np.array(column) for column in zip(*pairs, strict=True)))
    for i, (a, b) in enumerate(pairs):
        weights = np.zeros(4)
        weights[a], weights[b] = 1, -1
        one, contrast = errors.difference(a, b), errors.contrast(weights)
        for name in ("mean", "seed_variance", "example_variance", "freedom", "standard_error", "p_value"):
            assert getattr(many, name)[i] == pytest.approx(getattr(one, name))
            assert getattr(contrast, name) == pytest.approx(getattr(one, name))
        assert [limit[i] for limit in many.limits()] == pytest.approx(one.limits())


def test_weights_that_differ_by_example_may_be_constant():
    """The examples' part from per-example errors is that of the weights, where these are the same for all."""
    errors, weights = CrossedErrors(simulated()), np.array([0.5, 0.5, -1.0])
    given_ = errors.example_part(weights, weights @ errors.share_wrong)[0]
    assert given_ == pytest.approx(errors.example_part(weights)[0])


# ---- edges ----------------------------------------------------------------------------------------------------
def test_no_difference_at_all_is_bounded_by_the_rule_of_three():
    """The same networks twice: 0, p = 1, and what 300 examples without a change cannot rule out, (1 - 3/300)^300 = 5 %."""
    same = np.repeat([np.arange(300) == 0], 2, axis=0)
    difference = CrossedErrors([same, same]).difference(0, 1)
    low, high = difference.limits()
    assert (difference.mean, difference.p_value, low) == (0, 1, -high)
    assert (1 - high) ** 300 == pytest.approx(0.05, abs=1e-3)
    assert difference.limits(0.99)[1] == pytest.approx(np.log(100) / 300)


def test_everything_right_is_not_certain():
    """Of one variant alone: an error rate of 0 over 100 examples, bounded by 3 / 100."""
    alone = CrossedErrors([np.zeros((5, 100), bool)]).contrast([1.0])
    assert alone.limits() == pytest.approx((-0.03, 0.03), abs=1e-4)


def test_a_difference_without_any_spread_is_bounded_too():
    """Always wrong against always right: 1, p = 0, and 3 / 9 beside it."""
    difference = CrossedErrors([np.ones((3, 9), bool), np.zeros((3, 9), bool)]).difference(0, 1)
    assert (difference.mean, difference.p_value) == (1, 0)
    assert difference.limits()[0] == pytest.approx(1 - np.log(20) / 9)


def test_ties_are_luck():
    """Five seeds with two errors each, elsewhere every time, against one each: rates never vary, networks do. The seeds'
    variance is what the examples add, w / n, worked by hand, and the difference is not shown."""
    two, one = np.zeros((5, 400), bool), np.zeros((5, 400), bool)
    for seed in range(5):
        two[seed, 2 * seed : 2 * seed + 2] = True
        one[seed, 10 + seed] = True
    errors = CrossedErrors([two, one])
    assert np.ptp(errors.seed_rates[0]) == 0
    # Sum of squares: of all 10 (1 - 10/2000) less that of examples, 5 (10/25 - 10²/400/25), over 4 x 399.
    by_hand = (10 * (1 - 10 / 2000) - 5 * (10 / 25 - 100 / 400 / 25)) / (4 * 399)
    assert errors.seed_variances[0][0] == pytest.approx(by_hand / 400)
    difference = errors.difference(0, 1)
    assert difference.standard_error > 0
    assert difference.limits()[0] < 0 < difference.limits()[1]


def test_the_cautious_degrees_of_freedom_are_the_weighted_harmonic_mean():
    """Parts of 3, 1 and 2 with 2, 4 and 99 degrees: 6 over 3/2 + 1/4 + 2/99, never more than Satterthwaite's."""
    found = contrast_of(0.0, [(3.0, 2.0), (1.0, 4.0)], 2.0, 100)
    assert found.cautious_freedom == pytest.approx(6 / (3 / 2 + 1 / 4 + 2 / 99))
    assert found.cautious_freedom < found.freedom == pytest.approx(36 / (9 / 2 + 1 / 4 + 4 / 99))


def test_a_family_is_cautious_where_variances_are_unequal():
    """Four variants whose seeds scatter alike keep Satterthwaite's degrees; one of a thousand times the variance, not."""
    rng = np.random.default_rng(0)
    for sd, unequal in (([0.02] * 8, False), ([0.0, 0.1] * 4, True)):
        truths = [Truth(0.1, 0.3, seed_sd=one) for one in sd]
        errors = CrossedErrors(simulate_wrong(truths, seeds=10, n=2000, rng=rng))
        difference = errors.difference(0, 1)
        assert errors.unequal == unequal
        expected = difference.cautious_freedom if unequal else difference.freedom
        assert errors.family_freedom(difference) == expected


def test_who_scatters_more_widely():
    """One of four whose seeds scatter by a tenth and the others' hardly: it does beside them, they do not beside it, nor
    does any of four that scatter alike beside another."""
    rng = np.random.default_rng(0)
    for sd, wider in (([0.1, 0.0, 0.0, 0.0], [True, True, True]), ([0.02] * 4, [False, False, False])):
        truths = [Truth(0.3, 0.3, seed_sd=one) for one in sd]
        errors = CrossedErrors(simulate_wrong(truths, seeds=10, n=2000, rng=rng))
        first, others = np.zeros(3, int), np.arange(1, 4)
        assert errors.scatters_wider(first, others).tolist() == wider
        assert not errors.scatters_wider(others, first).any() or not any(wider)


@pytest.mark.parametrize(("variants", "seeds", "wider"), [(2, 5, True), (2, 6, True), (2, 7, False), (3, 5, False)])
def test_few_seeds_of_two_are_wider_by_less(variants, seeds, wider):
    """Twice the baseline's variance is plainly so by no test of 5 seeds: of two variants of 5 or 6 it counts as wider, of 7
    or beside a third variant not."""
    rng, spread = np.random.default_rng(0), np.linspace(-0.03, 0.03, seeds)
    spreads = [spread, np.sqrt(2) * spread, 1.2 * spread][:variants]
    wrong = [np.stack([rng.permutation(4000) < 4000 * rate for rate in 0.2 + own]) for own in spreads]
    assert bool(CrossedErrors(wrong).scatters_wider(1, 0)) == wider
    assert not CrossedErrors(wrong).scatters_wider(0, 1)


def test_one_seed_with_nothing_to_borrow_is_missing():
    """The mean is known, its standard error, limits and p-value are not."""
    a, b = (w[:1] for w in simulated()[:2])
    difference = CrossedErrors([a, b]).difference(0, 1)
    assert difference.mean == pytest.approx(a.mean() - b.mean())
    assert np.isnan([difference.standard_error, difference.p_value, *difference.limits()]).all()
    assert np.isnan(CrossedErrors([a, b]).interaction).all()


def test_one_seed_borrows_the_variance_of_the_others():
    """Beside four variants of four seeds the single one has a standard error; its interaction is left in the examples."""
    a, b, *others = [*simulated(n=300), *simulated(n=300, seed=1)[:2]]
    errors = CrossedErrors([a[:1], b, *others])
    difference = errors.difference(0, 1)
    variances, _ = errors.seed_variances
    assert difference.seed_variance == pytest.approx(variances[0] / 1 + variances[1] / 4)
    total = (a[0] - b.mean(axis=0)).var(ddof=1)
    assert difference.example_variance == pytest.approx((total - errors.interaction[1] / 4) / 300)


def test_variances_over_seeds_as_they_are():
    """Sample variances with S - 1 degrees, missing for one seed; moderated only where asked, and of four or more."""
    values = [np.array([1.0, 3.0]), np.array([2.0]), np.array([0.0, 0.0, 3.0])]
    variances, freedoms = variances_over_seeds(values, moderate=False)
    np.testing.assert_array_equal(variances, [2.0, np.nan, 3.0])
    assert freedoms.tolist() == [1, 0, 2]
    np.testing.assert_array_equal(variances_over_seeds(values)[0], variances)
    four = [np.array([1.0, 1 + 2 * v]) for v in (1.0, 1.02, 1.04, 1.06)]  # alike: lent half of all 4 degrees
    own = np.array([np.var(v, ddof=1) for v in four])
    assert variances_over_seeds(four)[0] == pytest.approx((2 * own.mean() + own) / 3)


def test_seeds_that_agree_never_varied():
    """The same rate for every seed has a variance of exactly 0, whatever rounding makes of its mean."""
    assert variances_over_seeds([np.full(3, 9 / 360)], moderate=False)[0].tolist() == [0.0]


def test_limits_are_students():
    """Mean plus or minus the t quantile times the root of both parts."""
    contrast = Contrast(0.3, 0.03, 0.01, 7.0)
    assert contrast.limits(0.8) == pytest.approx(stats.t.interval(0.8, 7, loc=0.3, scale=0.2))
    assert contrast.p_value == pytest.approx(2 * stats.t.sf(1.5, 7))
    assert replace(contrast, mean=-0.3).p_value == contrast.p_value


# ---- what must not matter -------------------------------------------------------------------------------------
@few
@given(tables, st.randoms(use_true_random=False))
def test_neither_examples_nor_seeds_nor_variants_have_an_order(wrong, random):
    """Shuffled examples and seeds change nothing; shuffled variants are found under their new index."""
    examples = random.sample(range(12), 12)
    order = random.sample(range(3), 3)
    moved = [wrong[v][random.sample(range(wrong.shape[1]), wrong.shape[1])][:, examples] for v in order]
    before = CrossedErrors(list(wrong), moderate=False).difference(order[0], order[1])
    after = CrossedErrors(moved, moderate=False).difference(0, 1)
    for name in ("mean", "seed_variance", "example_variance"):
        assert getattr(after, name) == pytest.approx(getattr(before, name), abs=1e-12)


@few
@given(tables)
def test_right_for_wrong_only_turns_the_sign(wrong):
    """Accuracies instead of errors: the same parts, the difference negated."""
    errors, accuracies = (CrossedErrors(list(w), moderate=False).difference(0, 2) for w in (wrong, ~wrong))
    assert accuracies.mean == pytest.approx(-errors.mean, abs=1e-12)
    assert accuracies.seed_variance == pytest.approx(errors.seed_variance, abs=1e-12)
    assert accuracies.example_variance == pytest.approx(errors.example_variance, abs=1e-12)


# ---- do the variances come true? ------------------------------------------------------------------------------
def test_the_variance_is_that_of_repeated_sweeps():
    """Over 1,200 sweeps the mean variance is the spread of the differences; seeds alone or examples alone fall short."""
    rng, differences = np.random.default_rng(0), []
    truths = [Truth(0.1, 0.2, seed_sd=0.01)] * 2
    for _ in range(1200):
        wrong = simulate_wrong(truths, seeds=3, n=300, rng=rng)
        differences.append(CrossedErrors(wrong, moderate=False).difference(0, 1))
    actual = np.var([d.mean for d in differences], ddof=1)
    seeds, examples = (np.mean([getattr(d, f"{part}_variance") for d in differences]) for part in ("seed", "example"))
    assert (seeds + examples) / actual == pytest.approx(1, abs=0.15)
    assert seeds / actual < 0.85
    assert examples / actual < 0.5


# ---- classes that count alike, and losses ------------------------------------------------------------------------
def test_of_classes_the_variance_is_that_of_each_added_up():
    """Two classes judged each alone: a quarter of the sum of their parts; the seeds' part is of their mean."""
    rng, classes = np.random.default_rng(5), np.repeat([0, 1], [300, 40])
    wrong = [rng.random((4, 340)) < rng.uniform(0, 0.6, 340) for _ in range(2)]
    found = CrossedErrors(wrong, classes=classes).difference(1, 0)
    alone = [CrossedErrors([w[:, classes == c] for w in wrong]).difference(1, 0) for c in (0, 1)]
    assert found.mean == pytest.approx(np.mean([part.mean for part in alone]))
    assert found.example_variance == pytest.approx(sum(part.example_variance for part in alone) / 4)
    rates = [np.mean([w[:, classes == c].mean(axis=1) for c in (0, 1)], axis=0) for w in wrong]
    assert found.seed_variance >= sum(np.var(r, ddof=1) for r in rates) / 4 - 1e-12


def test_equal_classes_say_what_a_plain_mean_says():
    """As many of each class, wrong alike: rates are the same, and the examples' part within classes is no larger."""
    rng, classes = np.random.default_rng(6), np.tile([0, 1], 200)
    wrong = [rng.random((5, 400)) < 0.2 for _ in range(3)]
    plain, balanced = CrossedErrors(wrong), CrossedErrors(wrong, classes=classes)
    np.testing.assert_allclose(plain.rates, balanced.rates)
    np.testing.assert_allclose(plain.interaction, balanced.interaction, rtol=0.02)


def test_losses_of_0_and_1_are_errors():
    """The fast way for booleans and the plain one for numbers agree, and a scale scales."""
    rng = np.random.default_rng(7)
    wrong = [rng.random((4, 150)) < rng.uniform(0, 0.5, 150) for _ in range(5)]
    as_bool, as_numbers = CrossedErrors(wrong), CrossedErrors([2.0 * w for w in wrong], largest=2.0)
    one, two = as_bool.difference(2, 0), as_numbers.difference(2, 0)
    assert 2 * one.mean == pytest.approx(two.mean)
    assert 2 * one.standard_error == pytest.approx(two.standard_error)
    assert one.freedom == pytest.approx(two.freedom)
    assert two.examples == pytest.approx(one.examples / 2)
