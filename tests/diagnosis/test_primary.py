"""Primary: which measure is judged, why, and what of the probabilities is compared by it."""

import numpy as np
import pytest

from regtrack.diagnosis.compared.losses import largest_loss, loss_of_label
from regtrack.diagnosis.differences.comparison import compare_variants, crossed_errors_of
from regtrack.diagnosis.differences.crossed import CrossedErrors
from regtrack.diagnosis.differences.families import FEWEST_OF_A_CLASS, TO_BASELINE, TOO_FEW_OF_A_CLASS
from regtrack.diagnosis.primary import AUTO, Primary, default_primary, primary_of
from regtrack.diagnosis.simulated_sweeps import Design, simulate_sweep
from regtrack.names import ACCURACY, BALANCED_ACCURACY, NEGATIVE_LOG_LIKELIHOOD, NO_VERDICT, WORSE
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
