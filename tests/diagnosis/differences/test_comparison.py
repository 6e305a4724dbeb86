"""Comparisons of variants: small tables by hand, the rules of the verdicts, and error rates over simulated sweeps."""

import itertools
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from regtrack.diagnosis.differences.comparison import (
    VariantErrors,
    compare_variants,
    errors_of,
    leaders,
    not_shown_worse_than_best,
)
from regtrack.diagnosis.differences.crossed import CrossedErrors
from regtrack.diagnosis.differences.dunnett import rounded_down, two_sided_p_value, two_sided_quantile
from regtrack.diagnosis.differences.families import (
    AMONG_ALL,
    MOST_IN_PAIRS,
    NO_LOOK_LEFT,
    TO_BASELINE,
    TOO_FEW_SEEDS,
    WIDER_SEEDS,
)
from regtrack.diagnosis.differences.looks import SHARES
from regtrack.diagnosis.differences.multiplicity import holm
from regtrack.diagnosis.differences.power import power_of, seeds_for_power
from regtrack.diagnosis.simulation import Truth, simulate_wrong
from regtrack.errors import DataError
from regtrack.names import BETTER, COMPARISON_COLUMNS, EQUAL, NO_VERDICT, NOT_SHOWN, WORSE

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


def limits_scale(base, a):
    """The standard error of a paired t-test of one network each."""
    return stats.sem(base.wrong[0].astype(float) - a.wrong[0])


# ---- by hand --------------------------------------------------------------------------------------------------
def test_a_table_worked_by_hand():
    """30 wrong against 10: a fixes 25 and breaks 5 of 100; no seed spread, so limits alone and p are the paired t-test's,
    and of one comparison the first look's limits are those of 0.96 (degrees of freedom rounded down)."""
    base, a = steady("baseline", range(30)), steady("a", range(25, 35))
    found = row_of(compare_variants([base, a], split="test"), "a", "baseline")
    peer = stats.ttest_rel(base.wrong[0].astype(float), a.wrong[0].astype(float))
    assert (found["split"], found["seeds"], found["other_seeds"], found["examples"]) == ("test", 3, 3, 100)
    assert found["difference"] == pytest.approx(0.2)  # accuracy 0.9 - 0.7: above 0 is better
    assert (found["fixed"], found["broken"]) == (25, 5)
    limits = peer.confidence_interval(0.95)
    assert (found["low_alone"], found["high_alone"]) == pytest.approx((limits.low, limits.high))
    half = stats.t.isf(0.02, rounded_down(99)) * limits_scale(base, a)
    assert (found["low"], found["high"]) == pytest.approx((0.2 - half, 0.2 + half))
    assert found["p_value"] == pytest.approx(peer.pvalue)
    assert found["freedom"] == pytest.approx(99)
    assert found["p_adjusted"] == pytest.approx(found["p_value"], rel=0.2)
    assert found["difference_iqm"] == pytest.approx(0.2)
    assert (found["seeds_apart"], found["outlying_seeds"], found["reason"]) == (BETTER, "", "")
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


def test_adjustment_runs_within_each_family():
    """Dunnett's of the 3 against the baseline, Holm's of all 6."""
    table = compare_variants(swept(EQUALS[:4], rng=np.random.default_rng(0)), split="val")
    to_baseline, among = (table[table["family"] == family] for family in (TO_BASELINE, AMONG_ALL))
    t = to_baseline["difference"] / to_baseline["standard_error"]
    expected = two_sided_p_value(t.to_numpy(), to_baseline["freedom"].to_numpy(), 3)
    assert to_baseline["p_adjusted"].tolist() == pytest.approx(expected.tolist())
    assert len(among) == 6
    assert among["p_adjusted"].tolist() == pytest.approx(holm(among["p_value"].to_numpy()).tolist())
    both = table[(table["variant"] == "baseline") | (table["other"] == "baseline")]
    assert (both.groupby(both["variant"] + both["other"])["p_value"].nunique() == 1).all()


def test_the_verdicts():
    """Better and worse after Dunnett, practically equal within the margin, else not shown; a wider margin, another verdict."""
    sweep = [steady("baseline", range(1000), n=10_000), steady("better", range(900), n=10_000),
             steady("worse", range(1100), n=10_000), steady("same", range(2, 1003), n=10_000),
             steady("elsewhere", range(5000, 6050), n=10_000)]  # fmt: skip
    verdicts = compare_variants(sweep, split="val").query("family == 'baseline'").set_index("variant")["verdict"]
    assert verdicts.to_dict() == {"better": BETTER, "worse": WORSE, "same": EQUAL, "elsewhere": NOT_SHOWN}
    wider = compare_variants(sweep, split="val", margin=0.02).query("family == 'baseline'").set_index("variant")
    assert wider["verdict"].to_dict() == {"better": BETTER, "worse": WORSE, "same": EQUAL, "elsewhere": EQUAL}


@pytest.mark.parametrize(
    ("seeds", "n", "verdict"), [(2, 1000, NO_VERDICT), (3, 321, NOT_SHOWN), (3, 322, EQUAL), (5, 1000, EQUAL)]
)
def test_equal_needs_seeds_and_examples_that_could_tell(seeds, n, verdict):
    """Networks that agree on every example are equal within a point from 3 seeds and 322 examples on, ln(1 / 0.04) over
    the margin: of fewer, what cannot be ruled out is more than the margin."""
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
    assert among["low"] < 0 < among["low_alone"]  # the interval agrees with the verdict; that of it alone is beside it


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
    missing = ["low", "high", "standard_error", "p_value", "p_adjusted", "p_equal", "low_alone", "high_alone", "power",
               "seeds_needed_low", "seeds_needed_high", "seeds_needed_seen"]  # fmt: skip
    assert found[missing].isna().all()
    assert (found["verdict"], found["reason"]) == (NO_VERDICT, TOO_FEW_SEEDS)


def test_a_noisy_variants_limits_are_cautious_alone_too():
    """Of two variants one scatters over its seeds more than the other: the limits of this one comparison have the cautious
    degrees of freedom, fewer than Satterthwaite's, as its p-value has."""
    rng = np.random.default_rng(4)
    rates = {"baseline": (0.08, 0.1, 0.12, 0.09, 0.11), "noisy": (0.05, 0.16, 0.1, 0.18, 0.08)}
    sweep = [VariantErrors(name, np.stack([rng.random(2000) < r for r in own])) for name, own in rates.items()]
    found = row_of(compare_variants(sweep, split="test"), "noisy", "baseline")
    contrast = CrossedErrors([v.wrong for v in sweep]).difference(0, 1)
    cautious = replace(contrast, freedom=contrast.cautious_freedom)
    assert contrast.cautious_freedom < 0.99 * contrast.freedom
    assert (found["low_alone"], found["high_alone"]) == pytest.approx(cautious.limits())
    assert found["p_value"] == pytest.approx(cautious.p_value)


# ---- power and seeds ------------------------------------------------------------------------------------------
def test_power_and_seeds_are_those_of_the_strictest_level():
    """Of a difference of the margin, by this row's own standard error, at Dunnett's quantile or at 0.04 over the 6."""
    sweep = swept(EQUALS[:4], n=3000, rng=np.random.default_rng(2))
    table = compare_variants(sweep, split="val", margin=0.015)
    errors = CrossedErrors([v.wrong for v in sweep])
    for family, pair in ((TO_BASELINE, (2, 0)), (AMONG_ALL, (0, 2))):
        names = [sweep[i].variant for i in pair]
        found, contrast = row_of(table, *names, family), errors.difference(*pair)
        contrast = replace(contrast, freedom=errors.family_freedom(contrast))
        quantile = two_sided_quantile(contrast.freedom, 3, 0.96)
        alpha = 2 * stats.t.sf(quantile, rounded_down(contrast.freedom)) if family == TO_BASELINE else 0.04 / 6
        assert found["power"] == pytest.approx(power_of(contrast, 0.015, alpha=alpha))
        one_seed = errors.seed_variances[0][list(pair)].sum()
        seeds = seeds_for_power(contrast, 0.015, of_one_seed=one_seed, seeds=5, alpha=float(alpha))
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
    contrast = replace(contrast, freedom=errors.family_freedom(contrast))
    one_seed = errors.seed_variances[0].sum()
    expected = seeds_for_power(contrast, 0.01, of_one_seed=one_seed, seeds=2, alpha=0.04)
    assert (found["seeds_needed_low"], found["seeds_needed_high"]) == expected
    assert one_seed > 1.2 * 2 * contrast.seed_variance  # which min(seeds) x the mean's variance would be


# ---- what agrees with what -----------------------------------------------------------------------------------
def test_no_interval_contradicts_its_verdict():
    """40 sweeps in which a third differs: limits hold 0 exactly where no difference is shown, in both families."""
    rng = np.random.default_rng(6)
    truths = [*EQUALS[:4], Truth(0.1, 0.09), Truth(0.1, 0.17)]
    for _ in range(40):
        table = compare_variants(swept(truths, rng=rng, n=1000), split="test")
        shown = table["verdict"].isin([BETTER, WORSE])
        pd.testing.assert_series_equal((table["low"] > 0) | (table["high"] < 0), shown, check_names=False)
        assert ((table["difference"] > 0) == (table["verdict"] == BETTER))[shown].all()


def test_exactly_the_margin_is_not_called_equal():
    """200 sweeps of four variants all exactly a margin from the baseline: any is called equal in at most 5 %, the
    binomial limit of that."""
    rng, called = np.random.default_rng(7), 0
    truths = [Truth(0.1, 0.09, seed_sd=0.002), *[Truth(0.1, 0.12, seed_sd=0.002)] * 4]
    for _ in range(200):
        table = compare_variants(swept(truths, rng=rng, n=2000), split="test", margin=0.03, every_pair=False).query(
            "family == 'baseline'"
        )
        called += (table["verdict"] == EQUAL).any()
    assert called <= stats.binom.ppf(0.99, 200, 0.05)


def test_a_look_spends_its_share_and_the_fourth_has_none():
    """The limits of the second look are those of 0.16 of 0.05, wider; after the third no verdict and no interval."""
    sweep = swept(EQUALS[:4], rng=np.random.default_rng(8))
    first, second, fourth = (compare_variants(sweep, split="test", looks=looks).iloc[0] for looks in (1, 2, 4))
    for row, share in ((first, SHARES[0]), (second, SHARES[1])):
        quantile = two_sided_quantile(row["freedom"], 3, 1 - share * 0.05)
        assert (row["high"] - row["low"]) / 2 == pytest.approx(quantile * row["standard_error"])
    assert (fourth["verdict"], fourth["reason"]) == (NO_VERDICT, NO_LOOK_LEFT)
    assert np.isnan([fourth["low"], fourth["p_adjusted"]]).all()
    assert fourth["low_alone"] == first["low_alone"]


@pytest.mark.parametrize("looks", [1, 2])
def test_a_better_variant_of_wider_seeds_wins_at_a_third_of_the_error(looks):
    """Ever farther ahead of a baseline whose seeds hardly differ: not shown, better and no win, and no more to be said,
    by the adjusted p-value alone; nothing is held against one whose seeds are the calmer, nor in the family of all pairs."""
    rng, alpha, said = np.random.default_rng(11), 0.05 * SHARES[looks - 1], set()
    wide, narrow = np.linspace(-60, 60, 5), np.linspace(-4, 4, 5)
    for ahead in range(0, 400, 10):
        pair = [
            VariantErrors(name, np.stack([rng.permutation(1000) < rate for rate in (400 - gain + spread)]))
            for name, gain, spread in (("baseline", 0, narrow), ("a", ahead, wide))
        ]
        table = compare_variants(pair, split="test", looks=looks)
        found = row_of(table, "a", "baseline")
        no_win = found["verdict"] == BETTER and found["p_adjusted"] >= alpha / 3
        assert found["reason"] == (WIDER_SEEDS if no_win else "")
        assert (found["low"] > 0) == (found["verdict"] == BETTER)
        said.add((found["verdict"], found["reason"]))
        assert row_of(table, "baseline", "a", AMONG_ALL)["reason"] == ""
        pair = [replace(pair[1], variant="baseline"), replace(pair[0], variant="a")]
        assert row_of(compare_variants(pair, split="test", looks=looks), "a", "baseline")["reason"] == ""
    assert {(BETTER, ""), (BETTER, WIDER_SEEDS)} < said


def test_each_seed_worse_than_each_of_the_other():
    """30 points worse with a wild spread: whatever the verdict, that no seed reaches the worst of the baseline is said,
    and how many seeds would show the difference that was seen."""
    rng = np.random.default_rng(9)
    rates = {"baseline": [0.1] * 5, "wild": [0.15, 0.7, 0.2, 0.6, 0.3], "mixed": [0.05, 0.7, 0.2, 0.6, 0.3]}
    sweep = [VariantErrors(name, rng.random((5, 2000)) < np.array(r)[:, None]) for name, r in rates.items()]
    table = compare_variants(sweep, split="test").query("family == 'baseline'").set_index("variant")
    assert table["seeds_apart"].to_dict() == {"wild": WORSE, "mixed": ""}
    assert 5 < table.loc["wild", "seeds_needed_seen"] < 40


def test_a_stuck_seed_is_named_and_not_dropped():
    """By its own name, in the row of its variant; the difference still counts it, that of interquartile means does not."""
    rng = np.random.default_rng(10)
    rates = np.array([0.1, 0.1, 0.9, 0.1, 0.1])
    base, stuck = rng.random((5, 2000)) < 0.1, rng.random((5, 2000)) < rates[:, None]
    sweep = [VariantErrors("baseline", base, (1, 2, 3, 4, 5)), VariantErrors("a", stuck, (11, 12, 13, 14, 15))]
    found = row_of(compare_variants(sweep, split="test"), "a", "baseline")
    assert found["outlying_seeds"] == "13"
    assert found["difference"] == pytest.approx(-0.16, abs=0.02)
    assert found["difference_iqm"] == pytest.approx(0, abs=0.02)


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


# ---- a sweep of very many -------------------------------------------------------------------------------------
def test_every_pair_is_of_all_variants_up_to_a_number_and_of_the_leaders_beyond():
    """300 are all; of 1,000 it is the 300 that do best, and where the baseline is none of them it takes the last one's place."""
    ladder = [steady(f"v{i}", range(i % 97), seeds=1) for i in range(MOST_IN_PAIRS - 1)]
    assert leaders([*ladder, steady("baseline", range(99), seeds=1)]) is None
    ladder += [steady(f"w{i}", range(98), seeds=1) for i in range(700)]
    found = leaders([steady("baseline", range(99), seeds=1), *ladder])
    assert len(set(found)) == MOST_IN_PAIRS
    assert found[:4] == ["v0", "v97", "v194", "v291"]
    assert found[-1] == "baseline"
    assert "w0" not in found
    assert "baseline" not in leaders(ladder)
    assert leaders([steady("baseline", (), seeds=1), *ladder])[0] == "baseline"


def test_of_the_leaders_alone_every_pair_is_compared_and_of_all_variants_the_baseline():
    """What is no leader stands in no pair, and the family is that of the pairs that there are."""
    base, *others = (steady(name, range(k, k + 10)) for name, k in (("baseline", 0), ("a", 3), ("b", 5), ("c", 9)))
    table = compare_variants([base, *others], split="test", paired=["b", "baseline", "a"])
    pairs = table[table["family"] == AMONG_ALL]
    assert set(zip(pairs["variant"], pairs["other"], strict=True)) == {("baseline", "a"), ("baseline", "b"), ("a", "b")}
    assert table[table["family"] == TO_BASELINE]["variant"].tolist() == ["a", "b", "c"]
    of_three = compare_variants([base, *others[:2]], split="test")
    pd.testing.assert_frame_equal(
        pairs[["difference", "fixed", "broken"]].reset_index(drop=True),
        of_three[of_three["family"] == AMONG_ALL][["difference", "fixed", "broken"]].reset_index(drop=True),
    )
