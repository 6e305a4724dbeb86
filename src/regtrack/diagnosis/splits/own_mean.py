"""The mean of one variant's networks over all splits, with limits for new data: a level, and no difference."""

from collections.abc import Sequence

import numpy as np
from scipy import stats

from regtrack.diagnosis.differences.comparison import crossed_errors_of
from regtrack.diagnosis.differences.crossed import CrossedErrors
from regtrack.diagnosis.differences.over_splits import difference_over_splits, examples_per_train
from regtrack.diagnosis.differences.split_comparison import SplitErrors, test_is_fixed


def mean_over_splits(
    splits: Sequence[SplitErrors], variant: str, *, folds: int = 0, level: float = 0.95
) -> tuple[float, float, float]:
    """(mean, low, high) of what is compared, lower being better, by the variance of a difference over splits."""
    own = [(split, one) for split in splits for one in split.errors if one.variant == variant]
    errors = [one for _, one in own]
    if test_is_fixed(splits):
        networks = [np.concatenate([one.compared for one in errors])]
        crossed = CrossedErrors(networks, moderate=False, classes=errors[0].classes)
        given = {"example_variance": crossed.example_part(np.ones(1))[0]}
    else:
        trained = min(split.train_examples[variant] for split, _ in own)
        given = {"test_per_train": examples_per_train(errors[0].wrong.shape[1], trained, folds)}
    found = difference_over_splits([crossed_errors_of([one]).seed_rates[0] for one in errors], **given)
    half = stats.t.ppf(0.5 + level / 2, found.freedom) * found.standard_error
    return found.mean, found.mean - half, found.mean + half
