"""Curve and TrainingResult: plain values."""

import numpy as np
import pytest

from regtrack.training import Curve, Predictions, TrainingResult
from regtrack.variants import Settings, Variant


def curve_of(*cross_entropies):
    curve = Curve()
    for value in cross_entropies:
        curve.append({"val/cross_entropy": value, "seconds": 0.5})
    return curve


def test_the_selected_epoch_has_the_best_validation_cross_entropy():
    """Epochs count from 1, and of equals the first is selected."""
    assert curve_of(3.0, 1.0, 2.0, 1.0).selected_epoch == 2
    assert curve_of(1.0).selected_epoch == 1


def test_a_curve_is_read_by_measure():
    """A measure is an array over epochs; the time is their sum."""
    curve = curve_of(3.0, 1.0)
    assert np.array_equal(curve["val/cross_entropy"], [3.0, 1.0])
    assert (len(curve), curve.seconds) == (2, 1.0)


def test_predictions_are_found_by_split_and_epoch():
    """`of` gives the selected epoch unless the last is asked for."""
    selected, last = (Predictions("val", kind, np.ones((1, 1))) for kind in ("selected", "last"))
    result = TrainingResult(Variant(), 0, Settings(), Curve(), (selected, last), {}, b"", 1, "")
    assert result.of("val") is selected
    assert result.of("val", "last") is last
    with pytest.raises(StopIteration):
        result.of("train")
