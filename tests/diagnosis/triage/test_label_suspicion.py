"""Label suspicion by hand, against cleanlab and scikit-learn, and on labels that were changed on purpose."""

import subprocess
import sys

import numpy as np
import pytest
from cleanlab.filter import find_label_issues
from cleanlab.rank import get_label_quality_scores
from scipy import special
from sklearn import metrics

from regtrack import names
from regtrack.data.label_noise import corrupt_labels
from regtrack.diagnosis.held_out import HeldOut, TrialPredictions
from regtrack.diagnosis.triage.label_suspicion import (
    suspect_labels,
    suspicion_quality,
    trusted_mean_probs,
    trusted_trials,
)
from regtrack.errors import DataError


def held_out(trials, given, true=None, split="val", first_id=0):
    """A split of these trials' probabilities: variants v0, v1, ... at seed 0."""
    given = np.asarray(given)
    return HeldOut(
        split,
        np.arange(first_id, first_id + len(given)),
        given,
        given if true is None else np.asarray(true),
        tuple(TrialPredictions(f"v{i}", 0, np.asarray(probs)) for i, probs in enumerate(trials)),
    )


def answers(labels, confidence, n_classes):
    """(n, n_classes): each label with this probability, the others sharing the rest."""
    labels = np.asarray(labels)
    probs = np.full((len(labels), n_classes), (1 - confidence) / (n_classes - 1))
    probs[np.arange(len(labels)), labels] = confidence
    return probs


def noisy_sweep(n=600, share=0.1, n_trials=4, n_classes=5, seed=0):
    """(given, true, trials): networks right on most true labels, unsure in their own ways, labels changed."""
    rng = np.random.default_rng(seed)
    true = rng.integers(n_classes, size=n)
    given = corrupt_labels(true, share=share, n_classes=n_classes, seed=seed)
    evidence = rng.normal(size=(n, n_classes))
    evidence[np.arange(n), true] += 3.5
    trials = [special.softmax(2 * evidence + rng.normal(size=evidence.shape), axis=1) for _ in range(n_trials)]
    return given, true, [trial.astype(np.float32) for trial in trials]


BY_HAND = [[0.9, 0.1], [0.8, 0.2], [0.1, 0.9], [0.2, 0.8], [0.95, 0.05], [0.4, 0.6]]


def test_a_table_worked_by_hand():
    """Of two examples the other class reaches its threshold, the mean self-confidence of those it was given to."""
    table = suspect_labels([held_out([BY_HAND], [0, 0, 1, 1, 1, 0], first_id=7)])
    assert tuple(table.columns) == names.LABEL_SUSPICION_COLUMNS
    assert list(table["example_id"]) == [7, 8, 9, 10, 11, 12]
    assert list(table["suspicion"]) == pytest.approx([0.1, 0.2, 0.1, 0.2, 0.95, 0.6])
    assert list(table["suggested_label"]) == [0, 0, 1, 1, 0, 1]
    # Thresholds: class 0 (0.9 + 0.8 + 0.4) / 3 = 0.7, reached by 0.95; class 1 (0.9 + 0.8 + 0.05) / 3 = 0.583, by 0.6
    assert list(table["suspected"]) == [False, False, False, False, True, True]


def test_the_columns_keep_their_types():
    """Whole numbers, shares and booleans, also when the labels come in small integers."""
    given, true, trials = noisy_sweep(n=50)
    table = suspect_labels([held_out(trials, given.astype(np.int8), true.astype(np.int8))])
    expected = ["str", "int64", "int64", "int64", "int64", "float64", "bool"]
    assert [str(dtype) for dtype in table.dtypes] == expected


def test_cleanlab_agrees():
    """The score is 1 - cleanlab's self-confidence, and suspected are cleanlab's issues, of both splits together."""
    given, true, (blunt,) = noisy_sweep(n_trials=1)
    trials = [blunt, blunt**2 / (blunt**2).sum(axis=1, keepdims=True)]  # the same answers, surer: both are trusted
    splits = [
        held_out([trial[:300] for trial in trials], given[:300], true[:300]),
        held_out([trial[300:] for trial in trials], given[300:], true[300:], "test"),
    ]
    table = suspect_labels(splits)
    mean = np.mean(np.asarray(trials, np.float64), axis=0)
    mean /= mean.sum(axis=1, keepdims=True)
    quality = get_label_quality_scores(given, mean, method="self_confidence")
    assert table["suspicion"].to_numpy() == pytest.approx(1 - quality)
    assert list(table["suspected"]) == list(find_label_issues(given, mean, filter_by="low_self_confidence", n_jobs=1))
    assert list(table["split"]) == ["val"] * 300 + ["test"] * 300


def test_changed_labels_are_found():
    """10 % of the labels changed: AUPRC and precision are far above the base rate, and most changes are suspected."""
    given, true, trials = noisy_sweep()
    quality = suspicion_quality(suspect_labels([held_out(trials, given, true)]))
    assert quality.base_rate == pytest.approx(0.1, abs=0.005)
    assert quality.n == 600
    assert quality.auprc > 0.9
    assert quality.precision > 0.9
    assert quality.recall > 0.6


def test_collapsed_and_ignorant_trials_change_nothing():
    """However many trials answer one class or nothing at all, the suspicion is that of the one that learned."""
    given, true, trials = noisy_sweep(n_trials=1)
    collapsed = [answers(np.full(600, c % 5), 0.99, 5) for c in range(20)]
    ignorant = [np.full((600, 5), 0.2)] * 20
    alone = suspect_labels([held_out(trials, given, true)])
    drowned = suspect_labels([held_out(collapsed + trials + ignorant, given, true)])
    assert drowned.equals(alone)
    assert alone["suspected"].any()


def test_trust_is_read_on_the_first_split():
    """The trial that is better on validation is trusted on test, though the other is better there."""
    given = np.array([0, 1, 0, 1])
    right, wrong = answers(given, 0.9, 2), answers(1 - given, 0.8, 2)
    validation, test = held_out([right, wrong], given), held_out([wrong, right], given, split="test")
    trusted = trusted_trials([validation, test])
    assert list(trusted) == [0]
    assert trusted_mean_probs(validation, trusted) == pytest.approx(right)
    assert trusted_mean_probs(test, trusted) == pytest.approx(wrong)


def test_trials_within_the_margin_weigh_the_same():
    """Of errors 0, 0.02 and 0.04 the first two are trusted: their plain mean, the third left out."""
    given = np.arange(100) % 2
    trials = [answers(np.where(np.arange(100) < wrong, 1 - given, given), 0.9, 2) for wrong in (0, 2, 4)]
    split = held_out(trials, given)
    assert list(trusted_trials([split])) == [0, 1]
    mean = trusted_mean_probs(split, trusted_trials([split]))
    assert mean[[0, 1], given[:2]] == pytest.approx([0.5, 0.5])
    assert mean[2:][np.arange(98), given[2:]] == pytest.approx(np.full(98, 0.9))


def test_the_same_answer_twice():
    """No randomness: two calls give the same table."""
    given, true, trials = noisy_sweep()
    splits = [held_out(trials, given, true)]
    assert suspect_labels(splits).equals(suspect_labels(splits))


def test_a_class_missing_from_the_labels():
    """Class 4 was given to nobody: the changed label among the others is still the only one suspected."""
    given = np.array([0, 1, 2, 3] * 10)
    true = given.copy()
    true[0] = 1
    table = suspect_labels([held_out([answers(true, 0.9, 5)], given, true)])
    assert list(table.loc[table["suspected"], "example_id"]) == [0]


@pytest.mark.parametrize("given", [[2], [2, 2, 2]], ids=["one example", "one class"])
def test_one_given_class_suspects_nobody(given):
    """Confident learning compares classes; of one class the score is still told, and nothing is suspected."""
    table = suspect_labels([held_out([answers(np.zeros(len(given), int), 0.7, 3)], given)])
    assert not table["suspected"].any()
    assert list(table["suspicion"]) == pytest.approx([0.85] * len(given))


def test_a_sweep_that_learned_nothing_suspects_nobody():
    """Every trial answers class 0: cleanlab would suspect all other labels, the table suspects none."""
    given = np.array([0, 1, 2, 0, 1, 2])
    probs = answers(np.zeros(6, int), 1.0, 3)
    assert find_label_issues(given, probs, filter_by="low_self_confidence", n_jobs=1).sum() == 4
    assert not suspect_labels([held_out([probs], given)])["suspected"].any()


def test_a_suspicion_suggests_another_label():
    """Whatever the predictions, no example is suspected whose given label is the most probable."""
    for seed in range(30):
        rng = np.random.default_rng(seed)
        probs = rng.dirichlet(np.ones(4), 40)
        given = np.where(rng.random(40) < 0.5, probs.argmax(axis=1), rng.integers(4, size=40))
        table = suspect_labels([held_out([probs], given)])
        assert (table.loc[table["suspected"], "suggested_label"] != table.loc[table["suspected"], "given_label"]).all()


def test_rows_of_float32_may_exceed_one():
    """Rows that add up to a little over 1, as float32 does, are no reason to fail: the suspicion stays in [0, 1]."""
    given = np.array([0, 1, 0, 1, 1])
    probs = answers([0, 1, 0, 1, 0], 1.0, 2).astype(np.float32) * np.float32(1.000001)
    table = suspect_labels([held_out([probs], given)])
    assert table["suspicion"].between(0, 1).all()
    assert list(table["suspected"]) == [False, False, False, False, True]


def test_quality_by_hand():
    """Changed: examples 1 and 3; suspected 0 and 1; ranked 1, 0, 3, 2: precision 1/2, recall 1/2, AUPRC 5/6."""
    given, true = [0, 0, 1, 1], [0, 1, 1, 0]
    table = suspect_labels([held_out([answers(given, 0.9, 2)], given, true)])
    table["suspicion"], table["suspected"] = [0.8, 0.9, 0.1, 0.5], [True, True, False, False]
    quality = suspicion_quality(table)
    assert (quality.precision, quality.recall, quality.base_rate, quality.n) == (0.5, 0.5, 0.5, 4)
    assert quality.auprc == pytest.approx((1 + 2 / 3) / 2)


def test_scikit_learn_agrees_on_the_quality():
    """Precision, recall and average precision are scikit-learn's."""
    given, true, trials = noisy_sweep(share=0.3)
    table = suspect_labels([held_out(trials, given, true)])
    quality, changed = suspicion_quality(table), given != true
    assert quality.precision == pytest.approx(metrics.precision_score(changed, table["suspected"]))
    assert quality.recall == pytest.approx(metrics.recall_score(changed, table["suspected"]))
    assert quality.auprc == pytest.approx(metrics.average_precision_score(changed, table["suspicion"]))


def test_no_changed_label_has_no_quality():
    """Labels as they came: there is nothing to find, and None says so."""
    given, _, trials = noisy_sweep()
    assert suspicion_quality(suspect_labels([held_out(trials, given)])) is None


def test_precision_of_no_suspicion_is_missing():
    """Nothing suspected: recall is 0 and precision is NaN, not 0."""
    table = suspect_labels([held_out([answers([0, 0, 0, 0], 0.9, 2)], [0, 1, 1, 1], [0, 0, 1, 1])])
    quality = suspicion_quality(table)
    assert not table["suspected"].any()
    assert np.isnan(quality.precision)
    assert quality.recall == 0.0


P2 = np.full((2, 3), 1 / 3)


@pytest.mark.parametrize(
    ("trials", "given", "true", "message"),
    [
        ([], [0, 1], None, "received 2 examples, 0 trials"),
        ([P2[:0]], [], None, "received 0 examples"),
        ([P2], [0, 1], [0], "2 given and 1 true labels"),
        ([P2, P2[:1]], [0, 1], None, r"shape \(1, 3\) from v1, seed 0"),
        ([P2 * np.nan], [0, 1], None, "expected finite probabilities"),
        ([P2], [0, 3], None, "expected given labels 0..2, received 0 to 3"),
        ([P2], [-1, 0], None, "received -1 to 0"),
    ],
)
def test_what_does_not_fit_is_refused(trials, given, true, message):
    """Predictions and labels that do not belong together are told apart before anything is computed."""
    with pytest.raises(DataError, match=message):
        held_out(trials, given, true)


def test_an_example_twice_is_refused():
    """An example_id names one example."""
    with pytest.raises(DataError, match="every example_id once"):
        HeldOut("val", np.array([5, 5]), np.array([0, 1]), np.array([0, 1]), (TrialPredictions("v0", 0, P2),))


def test_splits_of_different_trials_are_refused():
    """A trial that predicted validation and not test would be averaged in one and not in the other."""
    with pytest.raises(DataError, match="same trials in the same order"):
        suspect_labels([held_out([P2, P2], [0, 1]), held_out([P2], [0, 1], split="test")])
    with pytest.raises(DataError, match="received none"):
        suspect_labels([])


def test_importing_costs_no_cleanlab():
    """Who only reads the tables does not wait for cleanlab and scikit-learn."""
    code = (
        "import sys, regtrack.diagnosis.triage.high_confidence_errors; "
        "print(sorted({'cleanlab', 'sklearn', 'tensorflow'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"
