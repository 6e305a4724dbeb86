"""What fresh seeds say of the chosen variant: the verdict from them alone, and every case in which there is none."""

import numpy as np
import pytest

from regtrack.diagnosis.confirmed_choice import confirm_choice, fresh_networks_read
from regtrack.diagnosis.differences.comparison import VariantErrors
from regtrack.diagnosis.differences.confirmation import confirm_difference
from regtrack.diagnosis.differences.strata import TOO_FEW_OF_A_CLASS
from regtrack.diagnosis.held_out import TrialPredictions
from regtrack.diagnosis.primary import Primary
from regtrack.names import CONFIRMED, NO_VERDICT, NOT_CONFIRMED, NOTHING_TO_CONFIRM


def fresh(variant, error, seeds=12, n=4_000, seed=0):
    rng = np.random.default_rng([seed, len(variant)])
    return VariantErrors(variant, rng.random((seeds, n)) < error + 0.004 * rng.standard_normal((seeds, 1)))


BASELINE, BETTER, ALIKE = fresh("baseline", 0.14), fresh("l2", 0.10), fresh("l1", 0.14)


def test_it_is_the_comparison_of_the_fresh_networks_alone():
    """Verdict, difference and limits are confirm_difference's of these two, whatever else is there."""
    found = confirm_choice("l2", "baseline", [ALIKE, BETTER, BASELINE], asked=12, looks=1)
    expected = confirm_difference(BETTER.wrong, BASELINE.wrong)
    assert (found.verdict, found.confirmed) == (CONFIRMED, True)
    assert (found.difference, found.low, found.high) == (expected.difference, expected.low, expected.high)
    assert (found.seeds, found.baseline_seeds, found.alpha, found.level) == (12, 12, 0.025, pytest.approx(0.95))


def of_probabilities(primary, labels, variant, shift):
    """A dozen networks: the probability of the second class near 0.1, or 0.4 where it is the label, and `shift` above."""
    rng = np.random.default_rng([len(variant), 7])
    second = np.clip(0.1 + 0.3 * labels + shift + 0.25 * rng.standard_normal((12, len(labels))), 0, 1)
    return Primary(primary).errors(variant, [np.stack([1 - p, p], axis=1) for p in second], labels)


@pytest.mark.parametrize("primary", ["accuracy", "balanced_accuracy", "negative_log_likelihood"])
def test_fresh_networks_are_compared_by_what_chose_them(primary):
    """The difference is that of the rates by the primary measure, with limits around it."""
    labels = np.repeat([0, 1], [900, 100])
    ours, theirs = (of_probabilities(primary, labels, *own) for own in (("l2", 0.1), ("baseline", 0.0)))
    found = confirm_choice("l2", "baseline", [ours, theirs], asked=12, looks=1)
    assert found.difference == pytest.approx(theirs.rate - ours.rate)
    assert found.low < found.difference < found.high
    if primary != "negative_log_likelihood":  # more of the rare class are found: recall gains, and accuracy loses
        assert found.verdict == (CONFIRMED if primary == "balanced_accuracy" else NOT_CONFIRMED)


def test_a_class_of_few_examples_confirms_nothing():
    """Four of the rare class, where classes count alike: as in the comparison."""
    labels = np.repeat([0, 1], [996, 4])
    pair = [of_probabilities("balanced_accuracy", labels, *own) for own in (("l2", 0.1), ("baseline", 0.0))]
    found = confirm_choice("l2", "baseline", pair, asked=12, looks=1)
    assert (found.verdict, found.reason, found.low) == (NO_VERDICT, TOO_FEW_OF_A_CLASS, None)


def test_equals_are_not_confirmed():
    """The limits hold 0."""
    found = confirm_choice("l1", "baseline", [ALIKE, BASELINE], asked=12, looks=1)
    assert found.verdict == NOT_CONFIRMED
    assert found.low < 0 < found.high


def test_a_second_look_may_spend_less():
    """0.004 of 0.025, and the limits are wider."""
    first, second = (confirm_choice("l2", "baseline", [BETTER, BASELINE], asked=12, looks=n) for n in (1, 2))
    assert second.alpha == pytest.approx(0.004)
    assert second.high - second.low > first.high - first.low


def test_a_chosen_baseline_has_nothing_to_confirm():
    """Said where it was asked for, and not otherwise."""
    assert confirm_choice("baseline", "baseline", [], asked=8, looks=1).verdict == NOTHING_TO_CONFIRM
    assert confirm_choice("baseline", "baseline", [BASELINE], asked=0, looks=1) is None


def test_a_sweep_that_was_not_asked_to_confirm_says_nothing():
    """Also where fresh networks are those of a variant that was chosen earlier, and is no longer."""
    assert confirm_choice("l2", "baseline", [], asked=0, looks=1) is None
    assert confirm_choice("l1", "baseline", [BETTER, BASELINE], asked=0, looks=1) is None


@pytest.mark.parametrize(("seeds", "asked"), [(7, 8), (7, 0), (0, 8)])
def test_too_few_finished_give_no_verdict(seeds, asked):
    """No limits either: what an interrupted confirmation left decides nothing."""
    own = [fresh("l2", 0.05, seeds)] if seeds else []
    found = confirm_choice("l2", "baseline", [*own, BASELINE], asked=asked, looks=1)
    assert (found.verdict, found.reason) == (NO_VERDICT, "too few seeds")
    assert (found.seeds, found.difference, found.low) == (seeds, None, None)


def test_from_the_fourth_look_on_nothing_can_be_said():
    """Everything is spent."""
    found = confirm_choice("l2", "baseline", [BETTER, BASELINE], asked=12, looks=4)
    assert (found.verdict, found.reason, found.low) == (NO_VERDICT, "no look left", None)


def test_where_the_examples_dominate_only_more_examples_tell():
    """20 seeds that hardly differ, on 60 examples; and not where 8 seeds differ a lot on 4,000."""
    rng = np.random.default_rng(0)
    hard = rng.random((2, 60)) < 0.3
    few = [VariantErrors(v, np.tile(h, (20, 1)) ^ (rng.random((20, 60)) < 0.01)) for v, h in zip(("l2", "baseline"), hard, strict=True)]  # fmt: skip
    assert confirm_choice("l2", "baseline", few, asked=20, looks=1).only_more_examples_tell
    assert not confirm_choice("l2", "baseline", [BETTER, BASELINE], asked=12, looks=1).only_more_examples_tell


def test_networks_count_as_read_when_they_can_tell():
    """8 or more of two variants; an interrupted confirmation was no look."""

    def networks(**seeds):
        return [TrialPredictions(v, seed, np.ones((1, 1))) for v, n in seeds.items() for seed in range(n)]

    assert fresh_networks_read(networks(l2=12, baseline=12)) == 24
    assert fresh_networks_read(networks(l2=7, baseline=12)) == 0
    assert fresh_networks_read([]) == 0
