"""What would settle a regime: numbers against brute force, sentences for each kind of open question."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from regtrack.diagnosis.regimes.regime import Clause, Regime
from regtrack.diagnosis.regimes.settle import (
    MOST_EXAMPLES,
    MOST_SEEDS,
    examples_needed,
    seeds_needed,
    seeds_range,
    what_would_settle,
)
from regtrack.diagnosis.regimes.shapes import Shape
from regtrack.names import UNDETERMINED

parts = st.floats(1e-6, 1e-2)
few = settings(max_examples=50, deadline=None)


def clause(name, estimate=None, answer=None, threshold=0.02, **more):
    """A clause with the seeds' part of one seed and the examples' part of one example, 4 degrees of freedom."""
    unit = "nats" if name == "rising" else "share"
    return Clause(name, "?", unit, threshold, estimate, answer=answer, **({"freedom": 4.0} | more))


def regime(*clauses, seeds=5, examples=1000, shapes=()):
    """An undetermined regime with these clauses; the others answered False."""
    given_ = {c.name: c for c in clauses}
    names = ("underfit", "gap", "rising", "better_with_smaller_gap", "far_from_reference")
    every = tuple(given_.get(name, clause(name, answer=False)) for name in names)
    return Regime("v", "last", UNDETERMINED, None, seeds, examples, 0.1, 0.1, 0.1, every, (), {}, None, shapes)


def in_words(regime, level):
    """What would settle it, each as its sentence."""
    return tuple(remedy.sentence for remedy in what_would_settle(regime, level))


# ---- numbers --------------------------------------------------------------------------------------------------
def test_seeds_for_a_distance_of_one_deviation():
    """t(0.975, S - 1) / sqrt(S) falls below 1 at seven seeds, and below 0.5 at eighteen: the textbook's numbers."""
    assert seeds_needed(1.0, 1.0, 0.0) == 7
    assert seeds_needed(0.5, 1.0, 0.0) == 18


@few
@given(st.floats(1e-3, 0.1), parts, st.floats(0, 1e-4), st.sampled_from([0.9, 0.95]))
def test_seeds_needed_is_the_first_number_that_does_it(distance, seed_part, example_variance, level):
    """Against a search from two seeds up: half width t times the standard error, Satterthwaite with exact examples."""

    def half(seeds):
        total = seed_part / seeds + example_variance
        freedom = total**2 / ((seed_part / seeds) ** 2 / (seeds - 1))
        return stats.t.ppf(0.5 + level / 2, freedom) * math.sqrt(total)

    expected = next((seeds for seeds in range(2, MOST_SEEDS + 1) if half(seeds) < distance), None)
    assert seeds_needed(distance, seed_part, example_variance, level) == expected


def test_no_number_of_seeds_where_the_examples_alone_are_too_many():
    """1.96 standard errors of the examples' part are the distance; nor for a distance of 0, nor above the most."""
    assert seeds_needed(0.0196, 1e-9, 0.01**2 * 1.01) is None
    assert seeds_needed(0.0, 1e-9, 0.0) is None
    assert seeds_needed(0.01, 1.0, 0.0) is None
    assert seeds_needed(0.0197, 1e-9, 0.01**2) == 2


@few
@given(st.floats(1e-3, 0.1), parts, st.floats(0, 1e-5), st.floats(0.5, 30))
def test_the_range_is_ordered(distance, seed_part, example_variance, freedom):
    """The lower limit of the variance needs no more seeds than the upper; where that needs too many, it is missing."""
    fewest, most = seeds_range(distance, seed_part, example_variance, freedom)
    assert (fewest is None) <= (most is None)
    assert most is None or fewest <= most


def test_the_range_stands_at_the_chi_square_limits():
    """Of 4 degrees of freedom: 4 / 11.143 and 4 / 0.4844 of the variance."""
    expected = tuple(seeds_needed(0.02, 1e-4 * 4 / q, 1e-6) for q in (11.143287, 0.484419))
    assert seeds_range(0.02, 1e-4, 1e-6, 4.0) == expected


def test_examples_for_a_share():
    """1.96² x 0.12 x 0.88 / 0.01² = 4,056.6; the seeds' variance takes its room; none where it leaves none."""
    assert examples_needed(0.01, 0.0, 0.12 * 0.88) == 4057
    assert examples_needed(0.01, 0.5 * (0.01 / stats.norm.ppf(0.975)) ** 2, 0.12 * 0.88) == 8114
    assert examples_needed(0.01, 0.01**2, 0.1) is None
    assert examples_needed(1e-4, 0.0, 0.1) is None
    assert examples_needed(0.01, 0.0, 0.1, 0.5) < 4057 < MOST_EXAMPLES


# ---- words ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("seeds", [1, 2])
def test_fewer_than_three_seeds_need_three(seeds):
    """Before anything else: the number it has, and no clause."""
    told = in_words(regime(clause("gap", 0.03, seed_part=1e-4), seeds=seeds), 0.95)
    assert told == (f"seeds: 3 at least (it has {seeds}), 5 for the usual effects",)


def test_seeds_as_a_range_with_the_distance():
    """The gap 0.01 from its tolerance; never fewer than one more than there are."""
    gap = clause("gap", 0.03, seed_part=1e-4, example_part=1e-3)
    fewest, most = seeds_range(0.01, 1e-4, 1e-6, 4.0)
    [told] = in_words(regime(gap), 0.95)
    assert told == f"seeds: {max(6, fewest)} to {most} in all (it has 5); gap stands 0.0100 from its threshold of 0.02"
    [told] = in_words(regime(clause("gap", 0.05, seed_part=1e-6)), 0.95)
    assert told.startswith("seeds: 6 in all (it has 5);")
    [told] = in_words(regime(clause("gap", 0.03, seed_part=2e-3)), 0.95)
    assert " or many more in all" in told


def test_examples_where_no_number_of_seeds_does_it():
    """The examples' part alone is wider than the distance: their number, and more than there are."""
    [told] = in_words(regime(clause("gap", 0.03, seed_part=1e-9, example_part=0.12 * 0.88)), 0.95)
    assert told == ("validation examples: about 4,057 (it has 1,000), no number of seeds alone; "
                    "gap stands 0.0100 from its threshold of 0.02")  # fmt: skip


def test_on_the_threshold_nothing_helps():
    """A distance of 0.0000x is settled by no number of either."""
    [told] = in_words(regime(clause("gap", 0.020001, seed_part=1e-4, example_part=0.1)), 0.95)
    assert told.startswith("neither seeds (up to 200) nor examples alone: gap stands 0.0000 from its threshold of 0.02")


def test_underfit_is_asked_first_then_the_gap_then_the_rest():
    """Only the clause that keeps the verdict open is worth paying for."""
    open_ = {name: clause(name, 0.05, seed_part=1e-5) for name in ("underfit", "gap", "far_from_reference")}
    rising = clause("rising", 0.05, threshold=0.01, seed_part=1e-5)
    assert [t.split("; ")[1].split(" stands")[0] for t in in_words(regime(*open_.values(), rising), 0.95)] == [
        "underfit"
    ]
    open_.pop("underfit")
    assert "; gap stands" in in_words(regime(*open_.values(), rising), 0.95)[0]
    gap = clause("gap", 0.1, answer=True)
    told = in_words(regime(gap, rising, open_["far_from_reference"]), 0.95)
    assert [t.split("; ")[1] for t in told] == [
        "rising stands 0.0400 nats from its threshold of 0.01",
        "far from reference stands 0.0300 from its threshold of 0.02",
    ]


def test_what_has_no_estimate_is_named():
    """No reference: another variant or a target; no curve: epochs; still improving: epochs, at the end."""
    assert in_words(regime(clause("underfit")), 0.95) == (
        "a second variant or target_error: what is reachable is not known",
    )
    gap = clause("gap", 0.1, answer=True)
    [told] = in_words(regime(gap, clause("rising")), 0.95)
    assert told == "epochs: at least 4, and 3 seeds, so that a rise of validation cross-entropy can be told"
    told = in_words(regime(clause("underfit"), shapes=(Shape("still_improving", {"nats": 0.03}),)), 0.95)
    assert told[-1] == "epochs: half as many again; validation cross-entropy has not ended falling"


def test_a_known_reference_is_not_asked_for():
    """Gap above, not rising, far from a known reference, and no other variant has a smaller gap: no target is missing."""
    told = in_words(regime(clause("gap", 0.05, answer=True), clause("far_from_reference", 0.05, answer=True)), 0.95)
    assert not any("what is reachable is not known" in t for t in told)
