"""Comparisons of variants: small tables by hand, the rules of the verdicts, and error rates over simulated sweeps."""

import itertools
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from regtrack.diagnosis.differences.comparison import (
    AMONG_ALL,
    BETTER,
    EQUAL,
    NOT_SHOWN,
    TO_BASELINE,
    WORSE,
    VariantErrors,
    compare_variants,
    errors_of,
    not_shown_worse_than_best,
)
from regtrack.diagnosis.differences.crossed import CrossedErrors
from regtrack.diagnosis.differences.multiplicity import holm
from regtrack.diagnosis.differences.power import power_of, seeds_for_power
from regtrack.diagnosis.simulation import Truth, simulate_wrong
from regtrack.errors import DataError
from regtrack.names import COMPARISON_COLUMNS

EQUALS = [Truth(0.1, 0.12)] * 8


def steady(name, *wrong, seeds=3, n=100):
    """A variant whose seeds all get these examples wrong (ranges of indices)."""
    row = np.zeros(n, bool)
    row[[i for part in wrong for i in part]] = True
    return VariantErrors(name, np.tile(row, (seeds, 1)))


def swept(truths, *, seeds=5, n=500, rng, names=None):
    names = names or ["baseline", *(f"v{i}" for i in range(1, len(truths)))]
    return [VariantErrors(*pair) for pair in zip(names, simulate_wrong(truths, seeds=seeds, n=n, rng=rng), strict=True)]


def row_of(table, variant, other, family=TO_BASELINE):
    [found] = [r for _, r in table.iterrows() if (r["family"], r["variant"], r["other"]) == (family, variant, other)]
    return found


# ---- by hand --------------------------------------------------------------------------------------------------
def test_a_table_worked_by_hand():
    """30 wrong against 10: a fixes 25 and breaks 5 of 100; no seed spread, so limits and p are the paired t-test's."""
    base, a = steady("baseline", range(30)), steady("a", range(25, 35))
    found = row_of(compare_variants([base, a], split="test"), "a", "baseline")
    peer = stats.ttest_rel(base.wrong[0].astype(float), a.wrong[0].astype(float))
    assert (found["split"], found["seeds"], found["other_seeds"], found["examples"]) == ("test", 3, 3, 100)
    assert found["difference"] == pytest.approx(0.2)  # accuracy 0.9 - 0.7: above 0 is better
    assert (found["fixed"], found["broken"]) == (25, 5)
    limits = peer.confidence_interval(0.95)
    assert (found["low"], found["high"]) == pytest.approx((limits.low, limits.high))
    assert found["p_value"] == pytest.approx(peer.pvalue)
    assert found["freedom"] == 99
    assert found["p_holm"] == found["p_value"]
    assert found["verdict"] == BETTER


def test_families_and_their_order():
    """Each against the baseline, wherever that stands, then every pair in the order of the table."""
    sweep = [steady("a", range(5)), steady("baseline", range(6)), steady("b", range(7))]
    table = compare_variants(sweep, split="val")
    assert tuple(table.columns) == COMPARISON_COLUMNS
    assert table[["family", "variant", "other"]].to_numpy().tolist() == [
        [TO_BASELINE, "a", "baseline"], [TO_BASELINE, "b", "baseline"],
        [AMONG_ALL, "a", "baseline"], [AMONG_ALL, "a", "b"], [AMONG_ALL, "baseline", "b"]]  # fmt: skip
    assert table["difference"].tolist() == pytest.approx([0.01, -0.01, 0.01, 0.02, 0.01])


def test_without_a_baseline_there_is_one_family():
    """Every pair, and no comparison with what is not there; another name may be the baseline."""
    sweep = [steady("a", range(5)), steady("b", range(7))]
    assert compare_variants(sweep, split="val")["family"].tolist() == [AMONG_ALL]
    assert compare_variants(sweep, split="val", baseline="b")["other"].tolist() == ["b", "b"]


def test_holm_runs_within_each_family():
    """The adjusted p-values are Holm's of the family's own: 3 against the baseline, 6 in all."""
    table = compare_variants(swept(EQUALS[:4], rng=np.random.default_rng(0)), split="val")
    for family, size in ((TO_BASELINE, 3), (AMONG_ALL, 6)):
        rows = table[table["family"] == family]
        assert len(rows) == size
        assert rows["p_holm"].tolist() == pytest.approx(holm(rows["p_value"].to_numpy()).tolist())
    both = table[(table["variant"] == "baseline") | (table["other"] == "baseline")]
    assert (both.groupby(both["variant"] + both["other"])["p_value"].nunique() == 1).all()


def test_the_verdicts():
    """Better and worse after Holm, practically equal within the margin, else not shown; a wider margin, another verdict."""
    sweep = [steady("baseline", range(1000), n=10_000), steady("better", range(900), n=10_000),
             steady("worse", range(1100), n=10_000), steady("same", range(2, 1003), n=10_000),
             steady("elsewhere", range(5000, 6050), n=10_000)]  # fmt: skip
    verdicts = compare_variants(sweep, split="val").query("family == 'baseline'").set_index("variant")["verdict"]
    assert verdicts.to_dict() == {"better": BETTER, "worse": WORSE, "same": EQUAL, "elsewhere": NOT_SHOWN}
    wider = compare_variants(sweep, split="val", margin=0.02).query("family == 'baseline'").set_index("variant")
    assert wider["verdict"].to_dict() == {"better": BETTER, "worse": WORSE, "same": EQUAL, "elsewhere": EQUAL}


@pytest.mark.parametrize(
    ("seeds", "n", "verdict"), [(2, 1000, NOT_SHOWN), (3, 299, NOT_SHOWN), (3, 300, EQUAL), (5, 1000, EQUAL)]
)
def test_equal_needs_seeds_and_examples_that_could_tell(seeds, n, verdict):
    """Networks that agree on every example are equal within a point from 3 seeds and 300 examples on: of fewer, three
    examples are more than the margin."""
    sweep = [steady("baseline", range(9), seeds=seeds, n=n), steady("a", range(9), seeds=seeds, n=n)]
    assert row_of(compare_variants(sweep, split="test"), "a", "baseline")["verdict"] == verdict


def test_significant_alone_is_not_significant_in_a_family():
    """A p-value of 0.03 is better than the baseline alone, and not shown among nine more that are equal."""
    base, one = steady("baseline", range(7)), steady("one", range(2))
    more = [steady(f"same {i}", range(7)) for i in range(9)]
    alone, among = (row_of(compare_variants(sweep, split="val"), "one", "baseline") for sweep in ([base, one], [base, one, *more]))  # fmt: skip
    assert 0.01 < alone["p_value"] < 0.05
    assert alone["p_value"] == pytest.approx(among["p_value"])
    assert (alone["verdict"], among["verdict"]) == (BETTER, NOT_SHOWN)
    assert among["low"] > 0  # the limits are those of this one comparison


def test_a_level_moves_limits_and_verdicts():
    """At 0.99 the p-value of 0.03 is not enough, and the interval holds 0."""
    sweep = [steady("baseline", range(7)), steady("one", range(2))]
    strict = row_of(compare_variants(sweep, split="val", level=0.99), "one", "baseline")
    assert strict["verdict"] == NOT_SHOWN
    assert strict["low"] < 0 < strict["high"]


def test_a_table_is_the_same_as_arrays():
    """Rows of (variant, seed, wrong) in any order; variants by first appearance, seeds sorted."""
    sweep = swept(EQUALS[:3], rng=np.random.default_rng(1))
    rows = [{"variant": v.variant, "seed": s, "wrong": w} for v in sweep for s, w in enumerate(v.wrong)]
    table = pd.DataFrame([rows[2], *rows[:2], *rows[3:]])
    for one, other in zip(errors_of(table), sweep, strict=True):
        assert one.variant == other.variant
        np.testing.assert_array_equal(one.wrong, other.wrong)
    pd.testing.assert_frame_equal(compare_variants(table, split="val"), compare_variants(sweep, split="val"))


@pytest.mark.parametrize(
    ("sweep", "says"),
    [([steady("a", range(3))], r"two variants or more .*, received 1 on \[100\] examples"),
     ([steady("a", range(3)), steady("b", range(3), n=50)], r"received 2 on \[50, 100\] examples"),
     (pd.DataFrame(columns=["variant", "seed", "wrong"]), r"received 0 on \[\] examples")],
    ids=["one", "other examples", "none"],
)  # fmt: skip
def test_what_cannot_be_compared(sweep, says):
    """DataError with what was received."""
    with pytest.raises(DataError, match=says):
        compare_variants(sweep, split="val")


def test_seeds_on_other_examples_cannot_be_compared():
    """A variant whose seeds were read on different examples: DataError too."""
    ragged = pd.DataFrame(
        {"variant": ["a", "a", "b"], "seed": [0, 1, 0], "wrong": [np.zeros(3), np.zeros(4), np.zeros(3)]}
    )
    with pytest.raises(DataError):
        compare_variants(ragged, split="val")


def test_single_seeds_leave_the_differences_and_what_is_missing():
    """Difference and counts are known; standard error, limits, p, power and seeds are missing; nothing is shown."""
    sweep = [steady("baseline", range(30), seeds=1), steady("a", range(10), seeds=1)]
    found = row_of(compare_variants(sweep, split="val"), "a", "baseline")
    assert (found["difference"], found["fixed"], found["broken"]) == pytest.approx((0.2, 20, 0))
    missing = ["low", "high", "standard_error", "p_value", "p_holm", "power", "seeds_needed_low", "seeds_needed_high"]
    assert found[missing].isna().all()
    assert found["verdict"] == NOT_SHOWN


# ---- power and seeds ------------------------------------------------------------------------------------------
def test_power_and_seeds_are_those_of_the_strictest_level():
    """Of a difference of the margin, at 0.05 over the family's size, by this row's own standard error."""
    sweep = swept(EQUALS[:4], n=3000, rng=np.random.default_rng(2))
    table = compare_variants(sweep, split="val", margin=0.015)
    errors = CrossedErrors([v.wrong for v in sweep])
    for family, size, pair in ((TO_BASELINE, 3, (2, 0)), (AMONG_ALL, 6, (0, 2))):
        names = [sweep[i].variant for i in pair]
        found, contrast = row_of(table, *names, family), errors.difference(*pair)
        assert found["power"] == pytest.approx(power_of(contrast, 0.015, alpha=0.05 / size))
        one_seed = errors.seed_variances[0][list(pair)].sum()
        seeds = seeds_for_power(contrast, 0.015, of_one_seed=one_seed, seeds=5, alpha=0.05 / size)
        assert (found["seeds_needed_low"], found["seeds_needed_high"]) == seeds


def test_where_the_examples_are_too_few_no_number_of_seeds_is_named():
    """100 examples and a margin of one point: the examples' part alone is larger than the margin."""
    table = compare_variants(swept(EQUALS[:3], n=100, rng=np.random.default_rng(3)), split="val")
    errors = table["standard_error"]
    assert (errors > 0.01).all()
    assert table["seeds_needed_low"].isna().all()
    assert str(table["seeds_needed_low"].dtype) == "Int64"


def test_seeds_needed_with_unequal_seeds():
    """Beside 12 seeds of the other variant 2 of one are as noisy as they are: seeds of each, from s_A² + s_B²."""
    rng = np.random.default_rng(4)
    truths = [Truth(0.1, 0.12, seed_sd=0.004)] * 2
    a, b = simulate_wrong(truths, seeds=12, n=5000, rng=rng)
    errors = CrossedErrors([a, b[:2]])
    [found] = [
        r for _, r in compare_variants([VariantErrors("a", a), VariantErrors("b", b[:2])], split="val").iterrows()
    ]
    contrast = errors.difference(1, 0)
    one_seed = errors.seed_variances[0].sum()
    expected = seeds_for_power(contrast, 0.01, of_one_seed=one_seed, seeds=2, alpha=0.05)
    assert (found["seeds_needed_low"], found["seeds_needed_high"]) == expected
    assert one_seed > 1.2 * 2 * contrast.seed_variance  # which min(seeds) x the mean's variance would be


# ---- the best -------------------------------------------------------------------------------------------------
def test_an_obviously_worse_variant_is_not_among_the_best():
    """30 % against 5 %; the set comes by ascending error."""
    sweep = [steady("b", range(6)), steady("far", range(30)), steady("a", range(5))]
    assert not_shown_worse_than_best(sweep) == ["a", "b"]


def test_two_variants_are_compared_one_sided():
    """k = 1: out of the set where Student's one-sided p is below 0.05, though two-sided it is not."""
    base, better = steady("baseline", range(4)), steady("better", range(1))
    p = stats.ttest_rel(base.wrong[0].astype(float), better.wrong[0].astype(float)).pvalue
    assert 0.05 < p < 0.1
    assert not_shown_worse_than_best([base, better]) == ["better"]
    assert not_shown_worse_than_best([base, better], level=0.99) == ["better", "baseline"]


def test_single_seeds_are_all_candidates():
    """No standard error, no exclusion; by ascending error."""
    sweep = [steady("far", range(60), seeds=1), steady("a", range(5), seeds=1), steady("b", range(9), seeds=1)]
    assert not_shown_worse_than_best(sweep) == ["a", "b", "far"]


# ---- error rates ----------------------------------------------------------------------------------------------
def test_family_wise_error_and_coverage():
    """300 sweeps of 8 equals: any pair is shown in at most 8 %, limits cover 0 in 95 ± 2 %, a best one is kept in 90 of
    100; with the seeds' part alone, or the examples' alone, a quarter of the sweeps shows a difference."""
    rng, tables = np.random.default_rng(0), 300
    pairs = tuple(np.array(column) for column in zip(*itertools.combinations(range(8), 2), strict=True))
    shown, covered, kept = {"both parts": 0, "seeds alone": 0, "examples alone": 0}, [], 0
    for table in range(tables):
        sweep = swept(EQUALS, rng=rng)
        difference = CrossedErrors([v.wrong for v in sweep]).difference(*pairs)
        low, high = difference.limits()
        covered.append(np.mean((low <= 0) & (high >= 0)))
        none = np.zeros(len(pairs[0]))
        for name, contrast in {"both parts": difference, "seeds alone": replace(difference, example_variance=none),
                               "examples alone": replace(difference, seed_variance=none)}.items():  # fmt: skip
            shown[name] += (holm(contrast.p_value) < 0.05).any() / tables
        kept += table < 100 and "baseline" in not_shown_worse_than_best(sweep)
    assert shown["both parts"] <= 0.08
    assert shown["seeds alone"] >= 0.25
    assert shown["examples alone"] >= 0.25
    assert 0.93 <= np.mean(covered) <= 0.98
    assert kept >= 90


def test_the_table_shows_no_more_than_it_may():
    """60 sweeps of 8 equals: a verdict other than equal or not shown in at most 7, the binomial limit of 5 %."""
    rng, shown = np.random.default_rng(2), 0
    for _ in range(60):
        verdicts = compare_variants(swept(EQUALS, rng=rng), split="val").query("family == 'all'")["verdict"]
        shown += verdicts.isin([BETTER, WORSE]).any()
    assert shown <= stats.binom.ppf(0.99, 60, 0.05)


def test_a_real_difference_is_shown_as_often_as_its_power_says():
    """100 sweeps with one variant 2.5 points better: the share shown is within 15 points of the mean stated power."""
    rng, shown, powers = np.random.default_rng(1), 0, []
    truths = [Truth(0.1, 0.12), Truth(0.1, 0.095), Truth(0.1, 0.12), Truth(0.1, 0.12)]
    for _ in range(100):
        table = compare_variants(swept(truths, n=1500, rng=rng), split="val", margin=0.025)
        rows = table[table["family"] == TO_BASELINE].set_index("variant")
        shown += rows.loc["v1", "verdict"] == BETTER
        powers.append(rows.loc["v1", "power"])
    assert 0.4 < np.mean(powers) < 0.99
    assert shown / 100 >= np.mean(powers) - 0.1  # Holm's later steps are less strict than the first
    assert shown / 100 <= np.mean(powers) + 0.2
