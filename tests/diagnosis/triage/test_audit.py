"""The audit: its draw, its limits against a table and by simulation, and what is said of it."""

import numpy as np
import pytest

from regtrack.diagnosis.triage.audit import FEWEST_MARKED, SIZE, audit_words, audited, clopper_pearson, draw_sample


def test_the_draw_is_the_seeds():
    """The same seed draws the same thirty whatever the order they come in, another seed others; none twice."""
    first = draw_sample(range(500), seed=0)
    assert first == draw_sample(reversed(range(500)), seed=0)
    assert len({*first}) == SIZE
    assert {*draw_sample(range(500), seed=1)} != {*first}


def test_fewer_than_the_sample_are_all_drawn():
    """Of twelve suspected all twelve, of none none."""
    assert sorted(draw_sample(range(100, 112), seed=0)) == [*range(100, 112)]
    assert draw_sample([], seed=0) == []


def test_who_stays_suspected_keeps_its_place():
    """When a tenth of the suspected is no longer, what is left of the sample is drawn again, in its order."""
    first = draw_sample(range(500), seed=3)
    again = draw_sample([one for one in range(500) if one % 10], seed=3)
    kept = [one for one in first if one % 10]
    assert again[: len(kept)] == kept


def test_every_example_is_drawn_as_often():
    """Over 2,000 seeds each of 60 examples is in the sample half of the time, within four standard errors."""
    counts = np.zeros(60)
    for seed in range(2000):
        counts[draw_sample(range(60), seed=seed)] += 1
    assert np.abs(counts / 2000 - 0.5).max() < 4 * np.sqrt(0.25 / 2000)


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [(7, 30, 0.0993, 0.4228), (0, 30, 0.0, 0.1157), (30, 30, 0.8843, 1.0), (5, 10, 0.1871, 0.8129)],
)
def test_the_limits_are_those_of_the_tables(k, n, low, high):
    """Clopper and Pearson's, to four digits."""
    assert clopper_pearson(k, n) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize("share", [0.0, 0.05, 0.2, 0.5, 0.9])
def test_the_limits_hold_the_precision(share):
    """400 suspected of which a share is wrong: the limits of the sample hold that share in at least 95 % of seeds."""
    wrong = range(round(400 * share))
    held = []
    for seed in range(400):
        sample = draw_sample(range(400), seed=seed)
        audit = audited(400, sample, marked=sample, errors=wrong)
        held.append(audit.low <= share <= audit.high)
    assert np.mean(held) >= 0.95 - 3 * np.sqrt(0.05 * 0.95 / 400)


def test_thirty_marks_in_words():
    """Seven of thirty, the limits, and of how many."""
    sample = [*range(30)]
    audit = audited(412, sample, marked=sample, errors=sample[:7])
    assert audit_words(audit) == "Of 30 drawn at random 7 marked label error: 23% (10% to 42%) of the 412 suspected."


def test_a_few_marks_give_no_figure():
    """Nine of thirty: how far it is, and no share; marks of others do not count."""
    sample = [*range(30)]
    audit = audited(412, sample, marked=[*range(FEWEST_MARKED - 1), 100, 101], errors=[0, 1, 100])
    assert (audit.marked, audit.errors, audit.precision) == (9, 2, None)
    assert "9 of 30 drawn at random marked so far" in audit_words(audit)
    assert "%" not in audit_words(audit)


def test_a_sample_in_part_says_so():
    """Twelve of thirty: a share of twelve, and what is wrong with those marked first."""
    sample = [*range(30)]
    words = audit_words(audited(412, sample, marked=sample[:12], errors=sample[:3]))
    low, high = clopper_pearson(3, 12)
    assert words.startswith(
        f"Of 12 marked out of 30 drawn at random 3 are label errors: 25% ({low:.0%} to {high:.0%}) of the 412"
    )
    assert "mark the rest" in words


def test_all_that_are_suspected_leave_nothing_to_chance():
    """Eight suspected, all marked: the share itself, without limits, though they are fewer than ten."""
    audit = audited(8, [*range(8)], marked=range(8), errors=[2, 3])
    assert (audit.precision, audit.low, audit.high) == (0.25, 0.25, 0.25)
    assert audit_words(audit) == "Of all 8 suspected labels 2 marked label error: 25%."


def test_nothing_suspected_has_nothing_to_audit():
    """No label is suspected: no share of nothing."""
    audit = audited(0, [], marked=[], errors=[])
    assert audit.precision is None
    assert audit_words(audit) == "Nothing to audit: the sweep disagrees with no label."
