"""The folk rules, word for word, on both sides of their thresholds."""

import numpy as np
import pytest

from regtrack.diagnosis.regimes.fits import VariantFits
from regtrack.diagnosis.regimes.folk_rules import article_rule, fixed_ratio_rule
from regtrack.names import OVERFIT, UNDERFIT, WELL_FIT


def fits(train_error, val_error, train_cross_entropy=1.0, val_cross_entropy=1.0, judged=2):
    """Two seeds of 100 examples whose curves read the given values at the judged epoch, and nonsense at the other."""
    wrong = np.tile(np.arange(100) < round(100 * val_error), (2, 1))
    curves = {}
    for name, value in {"train_error": train_error, "val_error": val_error,
                        "train_cross_entropy": train_cross_entropy, "val_cross_entropy": val_cross_entropy}.items():  # fmt: skip
        curves[f"{name}_curve"] = np.full((2, 2), 99.0)
        curves[f"{name}_curve"][:, judged - 1] = value
    return VariantFits("v", (0, 1), **curves, judged_epoch=np.array([judged] * 2), wrong=wrong)


@pytest.mark.parametrize(
    ("train", "val", "reference", "says"),
    [(0.10, 0.11, 0.0, OVERFIT), (0.11, 0.11, 0.10, UNDERFIT), (0.12, 0.11, 0.12, WELL_FIT),
     (0.12, 0.11, None, UNDERFIT), (0.09, 0.09, None, WELL_FIT)],
)  # fmt: skip
def test_the_articles_rule(train, val, reference, says):
    """Any gap is overfitting; without one, train error above the reference (or 0.1 where there is none) underfitting."""
    assert article_rule(fits(train, val), reference) == says


@pytest.mark.parametrize(
    ("train", "val", "says"),
    [(0.50, 0.56, OVERFIT), (0.50, 0.54, WELL_FIT), (0.0, 0.01, OVERFIT), (0.0, 0.0, WELL_FIT), (2.0, 1.0, WELL_FIT)],
)
@pytest.mark.parametrize("judged", [1, 2])
def test_the_fixed_ratio(train, val, says, judged):
    """Validation cross-entropy more than a tenth above that of training, at the judged epoch; never underfitting."""
    assert fixed_ratio_rule(fits(0.9, 0.9, train, val, judged)) == says
