"""Primary: which measure is judged, why, and what of the probabilities is compared by it."""

import numpy as np
import pytest

from regtrack.diagnosis.answer import answer_of
from regtrack.diagnosis.compared.influence import FEWEST_ERRORS, TOO_FEW_ERRORS
from regtrack.diagnosis.compared.losses import largest_loss, loss_of_label
from regtrack.diagnosis.confirmed_choice import confirm_choice
from regtrack.diagnosis.differences.comparison import (
    compare_variants,
    crossed_errors_of,
    not_shown_worse_than_best,
)
from regtrack.diagnosis.differences.crossed import CrossedErrors
from regtrack.diagnosis.differences.families import TO_BASELINE
from regtrack.diagnosis.differences.split_comparison import SplitErrors, compare_over_splits
from regtrack.diagnosis.differences.strata import FEWEST_OF_A_CLASS, TOO_FEW_OF_A_CLASS
from regtrack.diagnosis.primary import AUTO, Primary, default_primary, primary_of
from regtrack.diagnosis.simulated_sweeps import Design, simulate_sweep
from regtrack.names import (
    ACCURACY,
    AURC,
    BALANCED_ACCURACY,
    BRIER_SCORE,
    DEBIASED_CALIBRATION_ERROR,
    NEGATIVE_LOG_LIKELIHOOD,
    NO_VERDICT,
    WORSE,
)
from regtrack.uncertainty.per_class import balanced_accuracy

EVEN, UNEVEN = np.repeat([0, 1], [50, 50]), np.repeat([0, 1], [95, 5])


@pytest.mark.parametrize(("counts", "expected"), [
    ((75, 25), ACCURACY), ((76, 24), BALANCED_ACCURACY),  # of two classes above 0.75
    ((60, 20, 20), ACCURACY), ((61, 20, 20), BALANCED_ACCURACY), ((10,) * 10, ACCURACY), ((5,), ACCURACY),
    ((50, 50, 0), ACCURACY), ((31, 9, 11, 10), BALANCED_ACCURACY),
])  # fmt: skip
def test_the_default_is_balanced_where_the_largest_class_is_three_times_the_others_mean(counts, expected):
    """More than three times: at three it is accuracy still."""
    assert default_primary(np.repeat(np.arange(len(counts)), counts), len(counts)) == expected


def test_what_was_recorded_before_training_is_judged_and_another_says_that_it_is_not_that():
    """Asked for afterwards, with or without a record, a measure names itself chosen after training."""
    assert primary_of(AUTO, ACCURACY, UNEVEN, 2) == Primary(ACCURACY)
    assert primary_of(AUTO, "", EVEN, 2) == Primary(ACCURACY)
    assert (
        primary_of(AUTO, BALANCED_ACCURACY, UNEVEN, 2).why
        == "since the largest class holds 95% of the validation examples"
    )
    assert primary_of(BALANCED_ACCURACY, BALANCED_ACCURACY, EVEN, 2) == Primary(BALANCED_ACCURACY)
    other = primary_of(NEGATIVE_LOG_LIKELIHOOD, ACCURACY, EVEN, 2)
    assert (other.name, other.why) == (
        NEGATIVE_LOG_LIKELIHOOD,
        "chosen after training: accuracy was recorded before it",
    )
    assert primary_of(ACCURACY, "", UNEVEN, 2).why == "chosen after training: none was recorded before it"


def networks(rng, labels, seeds=3, right=0.8):
    """Probabilities (n, 2) of each of so many networks."""
    p = np.where(rng.random((seeds, len(labels))) < right, rng.uniform(0.5, 1, (seeds, len(labels))), 0.2)
    return [np.where(labels[:, None] == np.arange(2), q[:, None], 1 - q[:, None]).astype(np.float32) for q in p]


def test_what_is_compared_is_the_measure_itself():
    """The rate of a variant is 1 minus its accuracy, 1 minus its balanced accuracy, its mixed negative log-likelihood."""
    probs = networks(np.random.default_rng(0), UNEVEN)
    accuracy, balanced, likelihood = (
        Primary(name).errors("a", probs, UNEVEN) for name in (ACCURACY, BALANCED_ACCURACY, NEGATIVE_LOG_LIKELIHOOD)
    )
    assert 1 - accuracy.rate == pytest.approx(np.mean([(p.argmax(axis=1) == UNEVEN).mean() for p in probs]))
    assert 1 - balanced.rate == pytest.approx(np.mean([balanced_accuracy(p.argmax(axis=1), UNEVEN) for p in probs]))
    of_label = np.stack([p[np.arange(100), UNEVEN] for p in probs]).astype(float)
    assert likelihood.rate == pytest.approx(-np.log(0.999 * of_label + 0.001 / 2).mean())
    for found in (balanced, likelihood):
        np.testing.assert_array_equal(found.wrong, accuracy.wrong)
        assert found.rate == pytest.approx(crossed_errors_of([found, found]).rates[1])


def test_no_probability_loses_more_than_the_largest_loss():
    """Of a label that is ruled out to one that is sure; raw, it would be infinite."""
    losses = loss_of_label(np.array([0.0, 1.0]), 10)
    assert np.isfinite(losses).all()
    assert losses[0] - losses[1] == pytest.approx(largest_loss(10)) == pytest.approx(np.log((0.999 + 1e-4) / 1e-4))


def swept(name, labels, *, seeds=5, sure=0.9):
    """A baseline that is right everywhere but for a tenth, and a variant that never finds the second class."""
    rng = np.random.default_rng(1)
    base = networks(rng, labels, seeds, right=sure)
    constant = [np.tile(np.float32([0.9, 0.1]), (len(labels), 1)) for _ in range(seeds)]
    return [Primary(name).errors(v, probs, labels) for v, probs in (("baseline", base), ("constant", constant))]


def test_a_constant_network_is_no_worse_by_accuracy_and_worse_by_balanced_accuracy():
    """Where 95 of 100 are of one class: what the measure is for."""
    labels = np.repeat([0, 1], [950, 50])
    found = {}
    for name in (ACCURACY, BALANCED_ACCURACY):
        table = compare_variants(swept(name, labels), split="test", primary=name)
        found[name] = table[table["family"] == TO_BASELINE].iloc[0]
    assert found[ACCURACY]["difference"] > 0
    assert (found[BALANCED_ACCURACY]["verdict"], found[BALANCED_ACCURACY]["primary"]) == (WORSE, BALANCED_ACCURACY)
    assert found[BALANCED_ACCURACY]["difference"] == pytest.approx(-0.4, abs=0.05)


@pytest.mark.parametrize(("rare", "given"), [(FEWEST_OF_A_CLASS - 1, False), (FEWEST_OF_A_CLASS, True)])
def test_with_too_few_of_a_class_there_is_no_balanced_verdict(rare, given):
    """Said in words; by accuracy there is one all the same."""
    labels = np.repeat([0, 1], [200, rare])
    table = compare_variants(swept(BALANCED_ACCURACY, labels), split="test", primary=BALANCED_ACCURACY)
    assert (table["verdict"] != NO_VERDICT).all() == given
    assert (table["reason"] == ("" if given else TOO_FEW_OF_A_CLASS)).all()
    assert table["low_alone"].notna().all() == given
    assert (compare_variants(swept(ACCURACY, labels), split="test")["verdict"] != NO_VERDICT).all()


def test_a_higher_likelihood_is_a_difference_above_0():
    """Lower is better: the sign says better all the same, in nats."""
    rng, labels = np.random.default_rng(2), np.tile([0, 1], 200)
    sure, unsure = (
        [np.where(labels[:, None] == np.arange(2), p, 1 - p).astype(np.float32) for _ in range(5) for p in [rng.uniform(low, high, (400, 1))]]
        for low, high in ((0.8, 1.0), (0.5, 0.7))
    )  # fmt: skip
    sweep = [Primary(NEGATIVE_LOG_LIKELIHOOD).errors(v, p, labels) for v, p in (("baseline", unsure), ("sure", sure))]
    row = compare_variants(sweep, split="test", primary=NEGATIVE_LOG_LIKELIHOOD).iloc[0]
    assert (row["variant"], row["verdict"]) == ("sure", "better")
    assert row["difference"] == pytest.approx(sweep[0].rate - sweep[1].rate)
    assert (row["fixed"], row["broken"]) == (0, 0)


def test_limits_hold_the_true_difference_of_balanced_accuracy():
    """By a generator of its own: 0.95 within three standard errors over 300 tables of 190 and 10 examples, or more."""
    rng, held, classes = np.random.default_rng(3), 0, np.repeat([0, 1], [190, 10])
    parts = (Design(2, 4, 190, error=0.05, seed_sd=0.01), Design(2, 4, 10, error=0.4, seed_sd=0.03, gain=0.1))
    for _ in range(300):
        wrong = np.concatenate([simulate_sweep(part, rng)[0] for part in parts], axis=-1)
        low, high = CrossedErrors(list(wrong), classes=classes).difference(0, 1).limits()
        held += low <= 0.1 / 2 <= high  # a tenth of one of two classes
    assert held / 300 >= 0.95 - 3 * np.sqrt(0.95 * 0.05 / 300)


def test_the_margin_of_a_comparison_is_in_the_measures_unit():
    """Without one that is given, power is that of showing 0.03 nats, or a point."""
    rng, labels = np.random.default_rng(0), np.repeat([0, 1], [150, 150])
    for name, margin in ((ACCURACY, 0.01), (NEGATIVE_LOG_LIKELIHOOD, 0.03)):
        sweep = [Primary(name).errors(v, networks(rng, labels), labels) for v in ("baseline", "l2")]
        own, given = (
            compare_variants(sweep, split="test", primary=name, **more)["power"] for more in ({}, {"margin": margin})
        )
        np.testing.assert_array_equal(own, given)


@pytest.mark.parametrize("name", [BRIER_SCORE, AURC, DEBIASED_CALIBRATION_ERROR])
def test_what_is_better_by_a_measure_of_confidence_is_chosen_and_better_by_it(name):
    """The same answers, surer where they are right: more of accuracy is not there to be had, and the variant is chosen by its confidence."""
    rng, labels = np.random.default_rng(4), np.tile([0, 1], 500)

    def confident(low, high):
        found = []
        for _ in range(5):
            said = np.where(rng.random(1000) < 0.85, labels, 1 - labels)
            sure = np.where(said == labels, rng.uniform(low, high, 1000), rng.uniform(0.5, 0.6, 1000))
            found.append(np.where(said[:, None] == np.arange(2), sure[:, None], 1 - sure[:, None]))
        return found

    sweep = [
        Primary(name).errors(v, confident(*of), labels) for v, of in (("baseline", (0.5, 0.6)), ("sure", (0.9, 1.0)))
    ]
    table = compare_variants(sweep, split="test", primary=name)
    found = answer_of(sweep, sweep, table, dict.fromkeys(("baseline", "sure"), "well fit"), primary=Primary(name))
    assert (found.best, found.verdict, found.primary) == ("sure", "wins", name)
    assert found.difference == pytest.approx(sweep[0].rate - sweep[1].rate)
    assert found.test_primary == pytest.approx(sweep[1].rate)  # lower is better, and it is the measure itself


def ranked(wrong, seeds=5, n=400):
    """By AURC, of each variant so many wrong answers of each network, unsure all of them."""
    labels, found = np.zeros(n, int), []
    for variant, errors in wrong.items():
        sure = np.linspace(0.6, 0.99, n)[None] + 1e-4 * np.random.default_rng(len(variant)).random((seeds, n))
        second = np.where(np.arange(n) < errors, sure, 1 - sure)
        found.append(Primary(AURC).errors(variant, [np.stack([1 - p, p], axis=1) for p in second], labels))
    return found


def test_with_too_few_errors_of_a_network_the_answer_is_no_verdict_with_its_reason():
    """The variant is chosen all the same, its difference stands without limits, and a sentence says why."""
    sweep = ranked({"baseline": 60, "l2": FEWEST_ERRORS - 1, "twin": 55})
    table = compare_variants(sweep, split="test", primary=AURC)
    refused = table[table["variant"].eq("l2") | table["other"].eq("l2")]
    assert (set(refused["verdict"]), set(refused["reason"])) == ({NO_VERDICT}, {TOO_FEW_ERRORS})
    assert (table["family"] == sorted(table["family"], reverse=True)).all()  # the baseline's family first
    assert len(table) == 5
    assert table[["fixed", "broken"]].notna().all(axis=None)  # what is known of two networks stands in every row
    judged = table[table["variant"].eq("twin") & table["other"].eq("baseline")].iloc[0]
    assert judged["verdict"] != NO_VERDICT
    found = answer_of(sweep, sweep, table, dict.fromkeys(("baseline", "l2", "twin"), "well fit"), primary=Primary(AURC))
    assert (found.best, found.verdict, found.low) == ("l2", NO_VERDICT, None)
    assert TOO_FEW_ERRORS in found.sentence
    assert found.difference == pytest.approx(sweep[0].rate - sweep[1].rate)
    assert "l2" in not_shown_worse_than_best(sweep)


@pytest.mark.parametrize("wrong", [{"baseline": 3, "l2": 60}, {"baseline": 0, "l2": 0}])
def test_where_the_baseline_has_too_few_errors_nobody_gets_a_verdict(wrong):
    """Not one variant can be held against it; networks that never err have an AURC, which is 0."""
    table = compare_variants(ranked(wrong), split="test", primary=AURC)
    assert (set(table["verdict"]), set(table["reason"])) == ({NO_VERDICT}, {TOO_FEW_ERRORS})
    assert table["difference"].notna().all()


def test_too_few_errors_confirm_nothing_and_show_nothing_over_splits():
    """With the same reason; enough of them do."""
    few, enough = ranked({"baseline": 60, "l2": 5}, seeds=8), ranked({"baseline": 90, "l2": 30}, seeds=8)
    found = confirm_choice("l2", "baseline", few, asked=8, looks=1)
    assert (found.verdict, found.reason, found.low) == (NO_VERDICT, TOO_FEW_ERRORS, None)
    assert confirm_choice("l2", "baseline", enough, asked=8, looks=1).verdict != NO_VERDICT
    for sweep, reason in ((few, TOO_FEW_ERRORS), (enough, "")):
        splits = [
            SplitErrors(sweep, np.arange(400) + 400 * i, dict.fromkeys(("baseline", "l2"), 900)) for i in range(5)
        ]
        table = compare_over_splits(splits, primary=AURC)
        assert (table["reason"].tolist(), (table["verdict"] == NO_VERDICT).tolist()) == ([reason], [bool(reason)])
