"""The rules people go by, word for word, to set beside the evidence. None of them knows an interval."""

from regtrack.diagnosis.regimes.fits import VariantFits
from regtrack.names import OVERFIT, UNDERFIT, WELL_FIT

ARTICLE, FIXED_RATIO = "article", "fixed_ratio"
HIGH_TRAIN_ERROR = 0.1
"""What the article's "high" is taken for where nothing is known to be reachable."""
RATIO = 0.1
"""Amazon SageMaker Debugger's Overfit rule: its default ratio_threshold."""


def article_rule(fits: VariantFits, reference: float | None) -> str:
    """Train accuracy above validation accuracy is overfitting; else a high train error is underfitting."""
    train, val = fits.train_error.mean(), fits.val_error.mean()
    if train < val:
        return OVERFIT
    return UNDERFIT if train > (HIGH_TRAIN_ERROR if reference is None else reference) else WELL_FIT


def fixed_ratio_rule(fits: VariantFits) -> str:
    """(Validation - train cross-entropy) / train cross-entropy above 0.1 is overfitting. It knows no underfitting."""
    train = fits.judged(fits.train_cross_entropy_curve).mean()
    val = fits.judged(fits.val_cross_entropy_curve).mean()
    return OVERFIT if val - train > RATIO * train else WELL_FIT
