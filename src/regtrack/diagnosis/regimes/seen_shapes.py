"""Seen shapes: what the curves and predictions of one variant look like, whatever the others do."""

import numpy as np

from regtrack.diagnosis.differences.crossed import Contrast, contrast_of
from regtrack.diagnosis.regimes import shapes
from regtrack.diagnosis.regimes.curve_shapes import WINDOW, last_fall, last_improvement, rise_after_minimum
from regtrack.diagnosis.regimes.fits import VariantFits
from regtrack.diagnosis.regimes.shapes import Shape

RISE = 0.01
"""Nats by which validation cross-entropy may stand above its minimum."""
STILL_IMPROVING = 0.005
"""Nats by which validation cross-entropy fell over the last three epochs."""
STILL_FALLING = 0.05
"""Nats likewise by which it falls steeply: as much again would be a point or two of error, and the verdict another."""
COLLAPSED = 0.9
"""Share of predictions of one class from which a network says nothing else."""
LOST = 0.8
"""Share of the other classes' examples that are given that class, at least: where classes are unequal, a perfect
network gives nearly all examples the common one too."""


def shapes_of_curves(fits: VariantFits, level: float, *, ended: bool, rises: bool) -> list[Shape]:
    """`ended`: judged at the last epoch; `rises`: validation cross-entropy was shown to."""
    found = _collapse(fits)
    if fits.epochs <= WINDOW:
        found.append(Shape(shapes.FEW_EPOCHS, {"epochs": fits.epochs}))
    fall = last_fall(fits.val_cross_entropy_curve)
    fall = fall[~np.isnan(fall)]
    if len(fall) and fall.mean() > STILL_FALLING:
        found.append(Shape(shapes.STILL_FALLING, {"nats": float(fall.mean())}))
    if ended:
        improvement = _over_seeds(last_improvement(fits.val_cross_entropy_curve))
        if improvement and improvement.limits(level)[0] > STILL_IMPROVING:
            found.append(Shape(shapes.STILL_IMPROVING, {"nats": float(improvement.mean)}))
        rise = _over_seeds(rise_after_minimum(fits.val_error_curve))
        if rises and rise and rise.limits(level)[1] < RISE:
            found.append(Shape(shapes.OVERCONFIDENT, {}))
    return found


def _collapse(fits: VariantFits) -> list[Shape]:
    """One class is given to nearly all, and to nearly all of the other classes."""
    share, frequency = fits.largest_class_share, fits.largest_class_frequency
    if share is None or share.mean() < COLLAPSED:
        return []
    if frequency is None:
        return [Shape(shapes.COLLAPSED, {"share": float(share.mean())})]
    share, frequency = float(share.mean()), float(frequency.mean())
    others = 1 - frequency
    lost = (share - frequency) / others if others > 0 else 0.0
    return [Shape(shapes.COLLAPSED_BEYOND, {"share": share, "frequency": frequency})] if lost >= LOST else []


def _over_seeds(values: np.ndarray) -> Contrast | None:
    values = values[~np.isnan(values)]
    if len(values) < 2:
        return None
    return contrast_of(values.mean(), [(values.var(ddof=1) / len(values), len(values) - 1)], 0.0, len(values))
