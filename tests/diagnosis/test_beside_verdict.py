"""What stands beside the verdicts: on tables of known seeds."""

import numpy as np
import pytest

from regtrack.diagnosis.beside_verdict import beside_verdicts, seeds_by_name
from regtrack.diagnosis.differences.comparison import VariantErrors, compare_variants
from regtrack.names import COMPARISON_COLUMNS, WORSE


def networks(variant, *rates, seeds=(), n=1_000, seed=0):
    """Each wrong on so many examples, drawn anew: their examples differ by chance."""
    rng = np.random.default_rng([seed, len(variant)])
    wrong = np.zeros((len(rates), n), bool)
    for row, rate in zip(wrong, rates, strict=True):
        row[rng.permutation(n)[: round(rate * n)]] = True
    return VariantErrors(variant, wrong, seeds or tuple(range(len(rates))))


def test_seeds_that_lie_apart_are_told_where_nothing_is_shown():
    """Two seeds each of 9 and 12 to 13 % of 1,000 examples, beside ten others: no verdict says so, the seeds do."""
    sweep = [networks("baseline", 0.09, 0.091), networks("l2=1", 0.12, 0.13), networks("l1=1", 0.085, 0.1)]
    table = compare_variants(sweep, split="test")
    assert set(table["verdict"]) != {WORSE}
    [said] = beside_verdicts(table)
    assert said.startswith("both seeds of l2=1 are worse than each of baseline's, and still ")
    assert beside_verdicts(compare_variants(sweep, split="val")) == []


def test_a_single_seed_does_not_lie_apart():
    """It is better or worse than any other single one."""
    sweep = [networks("baseline", 0.09), networks("l2=1", 0.13)]
    assert beside_verdicts(compare_variants(sweep, split="test")) == []


def test_a_verdict_says_what_its_seeds_say():
    """Twenty points worse: nothing is beside it."""
    sweep = [networks("baseline", *[0.09] * 5), networks("l2=1", *[0.3] * 5)]
    assert beside_verdicts(compare_variants(sweep, split="test")) == []


def test_a_seed_far_from_its_own_is_named_with_what_the_others_say():
    """Seed 13 of five is stuck at 60 %, the other four are a point better than the baseline's."""
    stuck = networks("l2=1", 0.08, 0.081, 0.6, 0.079, 0.08, seeds=(11, 12, 13, 14, 15))
    base = networks("baseline", 0.09, 0.091, 0.089, 0.09, 0.092)
    [said] = beside_verdicts(compare_variants([base, stuck], split="test"))
    assert said == (
        "seed 13 of l2=1 is far worse than its others, stuck or failed, and counted all the same: it differs from baseline "
        "by −9.4 points in the mean, +1.0 in the interquartile mean"
    )


def test_a_seed_of_the_baseline_is_named_too():
    """It stands in every row's other; once is enough."""
    base = networks("baseline", 0.09, 0.091, 0.6, 0.09, 0.092)
    sweep = [base, networks("l2=1", *[0.09] * 5), networks("l1=1", *[0.09] * 5)]
    assert beside_verdicts(compare_variants(sweep, split="test")) == [
        "seed 2 of baseline is far worse than its others, stuck or failed, and counted all the same"
    ]


@pytest.mark.parametrize("stuck", ["dropout=1", "baseline"])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_stuck_seed_is_told_wherever_its_variant_stands(stuck, place):
    """First, in the middle or last: of a sweep without a baseline, and of the baseline itself."""
    sweep = [networks("l2=1", *[0.09] * 5), networks("l1=1", *[0.09] * 5)]
    sweep.insert(place, networks(stuck, 0.09, 0.091, 0.6, 0.09, 0.092))
    assert beside_verdicts(compare_variants(sweep, split="test")) == [
        f"seed 2 of {stuck} is far worse than its others, stuck or failed, and counted all the same"
    ]


def test_tables_of_an_earlier_version_say_nothing():
    """What they lack is missing."""
    table = compare_variants([networks("baseline", 0.09, 0.09), networks("l2=1", 0.13, 0.13)], split="test")
    older = table.drop(columns=["seeds_apart", "outlying_seeds", "seeds_needed_seen", "primary"])
    assert beside_verdicts(older.reindex(columns=list(COMPARISON_COLUMNS))) == []


def test_seeds_are_named_as_they_are_stored():
    """One and several."""
    assert (seeds_by_name("3"), seeds_by_name("3, 4")) == ("seed 3", "seeds 3, 4")
