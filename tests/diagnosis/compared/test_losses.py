"""Losses: the mean of what is compared is the measure, as the store has it."""

import numpy as np
import pytest

from regtrack.diagnosis.compared.losses import brier_losses, compared_by
from regtrack.diagnosis.differences.comparison import VariantErrors
from regtrack.measures.primaries import COMPARED
from regtrack.names import MEASURES, NEGATIVE_LOG_LIKELIHOOD
from regtrack.uncertainty.headline import headline_measures


@pytest.mark.parametrize("measure", sorted({*COMPARED} & {*MEASURES} - {NEGATIVE_LOG_LIKELIHOOD}))
def test_the_rate_is_the_measure(measure):
    """Or 1 minus it, of what is better the higher it is; the mixed likelihood is not the store's."""
    rng = np.random.default_rng(0)
    labels = np.repeat([0, 1, 2], [60, 30, 10])
    probs = [rng.dirichlet(np.ones(3), 100).astype(np.float32) for _ in range(3)]
    errors = VariantErrors("a", np.stack([p.argmax(axis=1) != labels for p in probs]))
    stored = np.mean([headline_measures(p, labels, n_bins=15, threshold=0.9)[measure] for p in probs])
    expected = 1 - stored if measure in ("accuracy", "balanced_accuracy", "error_detection_auroc") else stored
    assert compared_by(measure, errors, probs, labels).rate == pytest.approx(expected, abs=1e-6)


def test_a_brier_loss_is_between_sure_and_right_and_sure_of_another_class():
    """0 and 2; a half and a half is a half."""
    probs = np.float32([[1, 0], [0, 1], [0.5, 0.5]])
    assert brier_losses(probs, np.zeros(3, int)) == pytest.approx([0, 2, 0.5])
