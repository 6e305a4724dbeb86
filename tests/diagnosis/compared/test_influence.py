"""Influence values: their mean is the measure, and each is what leaving the example out changes."""

import numpy as np
import pytest

from regtrack.diagnosis.compared.influence import Ranked
from regtrack.names import AURC, ERROR_DETECTION_AUROC
from regtrack.uncertainty.selective import aurc, error_detection_auroc

MEASURES = {
    AURC: aurc,
    ERROR_DETECTION_AUROC: lambda confidence, correct: 1 - error_detection_auroc(-confidence, correct),
}


def network(n: int, decimals: int) -> tuple[np.ndarray, np.ndarray]:
    """Confidence with ties, and wrong or not, the less sure the more often."""
    rng = np.random.default_rng(n)
    confidence = np.round(rng.random(n), decimals)
    return confidence, rng.random(n) < (1 - confidence) / 2


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize(("n", "decimals"), [(3, 9), (60, 1), (3_000, 9), (3_000, 2)])
def test_their_mean_is_the_measure(measure, n, decimals):
    """To the last digit, ties included; of three examples and of thousands."""
    confidence, wrong = network(n, decimals)
    wrong[:2] = True, False
    assert Ranked.of(confidence, wrong).losses(measure).mean() == pytest.approx(
        MEASURES[measure](confidence, ~wrong), abs=1e-12
    )


@pytest.mark.parametrize("measure", MEASURES)
def test_each_is_what_leaving_its_example_out_changes(measure):
    """As the jackknife has it: n - 1 times the change, to a share of 1/n."""
    confidence, wrong = network(400, 9)
    losses, whole = Ranked.of(confidence, wrong).losses(measure), MEASURES[measure](confidence, ~wrong)
    without = [MEASURES[measure](np.delete(confidence, i), ~np.delete(wrong, i)) for i in range(400)]
    jackknifed = 399 * (whole - np.array(without))
    assert np.corrcoef(losses, jackknifed)[0, 1] > 0.999
    assert losses.std() == pytest.approx(jackknifed.std(), rel=0.01)


def test_one_confidence_for_all_says_nothing():
    """AURC is the error rate and the AUROC a half, and each example counts for what it is alone."""
    wrong = np.arange(10) < 3
    ranked = Ranked.of(np.ones(10), wrong)
    assert ranked.losses(AURC).mean() == pytest.approx(0.3)
    assert ranked.losses(ERROR_DETECTION_AUROC) == pytest.approx(np.full(10, 0.5))


def test_without_an_error_there_is_no_auroc_and_no_risk():
    """NaN, and an AURC of 0."""
    ranked = Ranked.of(np.linspace(0, 1, 5), np.zeros(5, bool))
    assert np.isnan(ranked.losses(ERROR_DETECTION_AUROC)).all()
    assert ranked.losses(AURC) == pytest.approx(np.zeros(5))
