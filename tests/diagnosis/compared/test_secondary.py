"""Secondary verdicts: by every measure but the primary one, at an error of their own."""

import numpy as np
import pytest

from regtrack.diagnosis.compared.influence import FEWEST_ERRORS, TOO_FEW_ERRORS
from regtrack.diagnosis.compared.secondary import (
    SecondaryVerdict,
    compare_secondary,
    secondary_measures,
    secondary_verdicts,
)
from regtrack.diagnosis.differences.families import TO_BASELINE, TOO_FEW_SEEDS
from regtrack.diagnosis.held_out import HeldOut, TrialPredictions
from regtrack.diagnosis.network_errors import errors_of_networks
from regtrack.measures.primaries import COMPARED
from regtrack.names import (
    ACCURACY,
    AURC,
    BALANCED_ACCURACY,
    BASELINE,
    BETTER,
    BRIER_SCORE,
    COMPARISON_COLUMNS,
    DEBIASED_CALIBRATION_ERROR,
    ERROR_DETECTION_AUROC,
    NEGATIVE_LOG_LIKELIHOOD,
    NO_VERDICT,
    NOT_SHOWN,
)


def sweep(*, seeds: int = 5, n: int = 2_000, variants=(BASELINE, "overbold", "twin"), errors: float = 0.2) -> HeldOut:
    """Networks that are wrong on the same share of random examples. The baseline's and the twin's probabilities are 0.8 of what they say
    whether or not it is right; the overbold one's 0.999."""
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 3, n)
    trials = []
    for variant in variants:
        for seed in range(seeds):
            said = np.where(rng.random(n) < errors, (labels + 1) % 3, labels)
            confidence = (0.999 if variant == "overbold" else 0.8) - 1e-4 * rng.random(n)
            probs = np.repeat((1 - confidence)[:, None] / 2, 3, axis=1)
            probs[np.arange(n), said] = confidence
            trials.append(TrialPredictions(variant, seed, probs))
    return HeldOut("test", np.arange(n), labels, labels, tuple(trials))


def compared(test: HeldOut, measures=None, **given):
    errors = errors_of_networks(test.trials, test.given_label)
    return compare_secondary(errors, test, measures or secondary_measures(ACCURACY, unequal_classes=False), **given)


def test_every_measure_but_the_primary_one_is_secondary_and_balanced_accuracy_where_classes_are_unequal():
    """Accuracy itself where another is primary; what says the same as accuracy takes no share of the error."""
    assert secondary_measures(ACCURACY, unequal_classes=False) == (
        NEGATIVE_LOG_LIKELIHOOD,
        BRIER_SCORE,
        DEBIASED_CALIBRATION_ERROR,
        AURC,
        ERROR_DETECTION_AUROC,
    )
    assert ACCURACY in secondary_measures(NEGATIVE_LOG_LIKELIHOOD, unequal_classes=False)
    assert set(secondary_measures(BALANCED_ACCURACY, unequal_classes=True)) == {*COMPARED} - {BALANCED_ACCURACY}
    assert BALANCED_ACCURACY in secondary_measures(ACCURACY, unequal_classes=True)


def test_a_variant_that_is_as_often_right_and_too_sure_is_worse_by_its_probabilities_alone():
    """Shown by likelihood and Brier score; how errors are ranked is as before, and its twin is as the baseline by all."""
    table = compared(sweep())
    assert tuple(table.columns) == COMPARISON_COLUMNS
    assert set(table["family"]) == {TO_BASELINE}
    verdicts = table.set_index(["primary", "variant"])["verdict"]
    assert (verdicts[NEGATIVE_LOG_LIKELIHOOD, "overbold"], verdicts[BRIER_SCORE, "overbold"]) == ("worse", "worse")
    assert BETTER not in set(verdicts)
    assert verdicts[ERROR_DETECTION_AUROC, "overbold"] == NOT_SHOWN
    shown = {measure: of.verdict for measure, of in ((v.measure, v) for v in secondary_verdicts(table, "overbold"))}
    assert shown == verdicts.xs("overbold", level="variant").to_dict()


def test_the_measures_share_the_error_in_equal_parts():
    """The limits of each are those of a fifth of what it alone may spend: the same networks, wider limits; a second look wider still."""
    test = sweep(variants=(BASELINE, "twin"))
    widths = [
        (found["high"] - found["low"]).iloc[0]
        for found in (compared(test, (BRIER_SCORE,)), compared(test), compared(test, looks=2))
        for found in [found[found["primary"] == BRIER_SCORE]]
    ]
    assert widths == sorted(widths)
    assert len(set(widths)) == 3


def test_with_too_few_errors_there_is_no_verdict_on_how_they_are_found_and_all_others_stand():
    """Of a variant, a network of which is nearly always right, and of all where the baseline is that one."""
    right, wrong = sweep(errors=0.0), sweep()
    of_one = [one if one.variant != "twin" else other for one, other in zip(wrong.trials, right.trials, strict=True)]
    table = compared(HeldOut("test", wrong.example_id, wrong.given_label, wrong.given_label, tuple(of_one)))
    refused = table[table["reason"] == TOO_FEW_ERRORS]
    assert set(zip(refused["primary"], refused["variant"], strict=True)) == {
        (AURC, "twin"),
        (ERROR_DETECTION_AUROC, "twin"),
    }
    assert set(refused["verdict"]) == {NO_VERDICT}
    assert len(table) == 10
    of_base = [one if one.variant != BASELINE else other for one, other in zip(wrong.trials, right.trials, strict=True)]
    table = compared(HeldOut("test", wrong.example_id, wrong.given_label, wrong.given_label, tuple(of_base)))
    assert (table["reason"] == TOO_FEW_ERRORS).sum() == 4
    assert str(FEWEST_ERRORS) in TOO_FEW_ERRORS


@pytest.mark.parametrize("variants", [(BASELINE,), ("a", "b")])
def test_without_a_second_variant_or_a_baseline_there_is_none(variants):
    """An empty table of the same columns."""
    table = compared(sweep(seeds=1, variants=variants))
    assert table.empty
    assert tuple(table.columns) == COMPARISON_COLUMNS
    assert secondary_verdicts(table, variants[0]) == ()


def test_single_seeds_get_no_verdict_by_any_measure():
    """Their differences stand without limits."""
    found = secondary_verdicts(compared(sweep(seeds=1)), "twin")
    assert {one.verdict for one in found} == {NO_VERDICT}
    assert {one.reason for one in found} == {TOO_FEW_SEEDS}
    assert all(one.low is None for one in found)
    assert isinstance(found[0], SecondaryVerdict)
