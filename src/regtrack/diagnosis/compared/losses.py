"""Losses: what of each example is compared by each measure whose mean over examples it is."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from regtrack.diagnosis.compared.calibration import LARGEST, calibration_losses
from regtrack.diagnosis.compared.influence import SELECTIVE, TOO_FEW_ERRORS, Ranked, too_few_errors
from regtrack.diagnosis.differences.comparison import VariantErrors
from regtrack.names import BALANCED_ACCURACY, BRIER_SCORE, DEBIASED_CALIBRATION_ERROR, NEGATIVE_LOG_LIKELIHOOD

MIXED = 1e-3
"""Share of the uniform law that a label's probability is mixed with before a negative log-likelihood is judged: raw
ones have tails that no interval holds."""
MIXED_WORDS = f"{1 - MIXED:g} p + {MIXED:g} / C"
LARGEST_BRIER = 2.0
"""Of one example: sure of another class."""


def compared_by(
    measure: str,
    errors: VariantErrors,
    probs: Sequence[np.ndarray],
    labels: np.ndarray,
    ranked: Sequence[Ranked] | None = None,
) -> VariantErrors:
    """The same networks, compared by this measure; by accuracy `errors` as they are.

    Args:
        errors: which examples each network gets wrong; nothing else is read of it.
        probs: of each network (n, n_classes); labels (n,).
        ranked: as `ranked_by_confidence` gives it, where that is known already.
    """
    if measure == BALANCED_ACCURACY:
        return replace(errors, classes=labels)
    if measure == NEGATIVE_LOG_LIKELIHOOD:
        n_classes, own = np.shape(probs[0])[1], np.arange(len(labels))
        losses = np.stack([loss_of_label(p[own, labels].astype(np.float64), n_classes) for p in probs])
        return replace(errors, losses=losses, largest=largest_loss(n_classes))
    if measure == BRIER_SCORE:
        return replace(errors, losses=np.stack([brier_losses(p, labels) for p in probs]), largest=LARGEST_BRIER)
    if measure == DEBIASED_CALIBRATION_ERROR:
        pairs = zip(probs, errors.wrong, strict=True)
        losses = np.stack([calibration_losses(p.max(axis=1), wrong) for p, wrong in pairs])
        return replace(errors, losses=losses, largest=LARGEST)
    if measure in SELECTIVE:
        ranked = ranked_by_confidence(errors, probs) if ranked is None else ranked
        losses = np.stack([one.losses(measure) for one in ranked])
        refused = TOO_FEW_ERRORS if too_few_errors(errors.wrong) else ""
        return replace(errors, losses=losses, largest=float(np.ptp(losses)) or 1.0, refused=refused)
    return errors


def ranked_by_confidence(errors: VariantErrors, probs: Sequence[np.ndarray]) -> list[Ranked]:
    """Of each network, to be made once for every measure that needs it."""
    return [Ranked.of(p.max(axis=1), wrong) for wrong, p in zip(errors.wrong, probs, strict=True)]


def loss_of_label(probability: np.ndarray, n_classes: int) -> np.ndarray:
    """Nats: minus the logarithm of the label's probability, mixed with MIXED of the uniform law."""
    return -np.log((1 - MIXED) * probability + MIXED / n_classes)


def largest_loss(n_classes: int) -> float:
    """Between a label that is sure and one that is ruled out, nats."""
    return float(loss_of_label(np.float64(0), n_classes) - loss_of_label(np.float64(1), n_classes))


def brier_losses(probs: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """(n,) squared distances of probs (n, n_classes) from the labels (n,), summed over the classes, [0, 2]."""
    distances = np.array(probs, np.float64)
    distances[np.arange(len(labels)), labels] -= 1
    return np.einsum("ij,ij->i", distances, distances)
