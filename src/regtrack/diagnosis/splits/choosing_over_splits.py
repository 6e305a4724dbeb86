"""Choosing over splits: what the validation examples of all of them say of each variant, and which may be the best."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from regtrack.diagnosis.differences.comparison import VariantErrors, crossed_errors_of
from regtrack.diagnosis.differences.dunnett import dunnett_quantile
from regtrack.diagnosis.differences.over_splits import FEWEST_SPLITS, difference_over_splits
from regtrack.names import BASELINE


@dataclass(frozen=True)
class ValidationOverSplits:
    """Of the variants that have networks beside the baseline's in FEWEST_SPLITS or more.

    `rates`: by what is compared, lower is better, the mean of the splits; `may_be_best`: not shown worse than any other, by
    ascending rate.
    """

    rates: Mapping[str, float]
    may_be_best: tuple[str, ...]


def validation_over_splits(
    splits: Sequence[Sequence[VariantErrors]], *, validation_per_train: float, level: float = 0.95
) -> ValidationOverSplits:
    """A variant that lacks a split is set against the baseline on those it has: one split may be easier than another.

    Which may be the best is Hsu's comparison with the best, by one-sided Dunnett quantiles, of differences over splits.

    Args:
        splits: of each split the validation errors of its variants, all compared by the same.
        validation_per_train: validation examples a training example.
    """
    of_split = [{one.variant: _by_seed(one) for one in split} for split in splits]
    baseline = [np.mean(list(own[BASELINE].values())) for own in of_split if BASELINE in own]
    rates = {}
    for variant in dict.fromkeys(variant for own in of_split for variant in own):
        apart = [_mean(own[variant]) - _mean(own[BASELINE]) for own in of_split if {variant, BASELINE} <= set(own)]
        if len(apart) >= FEWEST_SPLITS:
            rates[variant] = float(np.mean(baseline) + np.mean(apart))
    ascending = sorted(rates, key=rates.__getitem__)  # the best first: it shows most of the others worse at once
    may_be_best = tuple(
        one
        for one in ascending
        if not any(
            _is_worse(of_split, one, other, len(rates) - 1, validation_per_train, level)
            for other in ascending
            if rates[other] < rates[one]
        )
    )
    return ValidationOverSplits(rates, may_be_best)


def _by_seed(one: VariantErrors) -> dict[str, float]:
    return dict(zip(one.seed_names, crossed_errors_of([one]).seed_rates[0], strict=True))


def _mean(of_seeds: Mapping[str, float]) -> float:
    return float(np.mean(list(of_seeds.values())))


def _is_worse(of_split, one: str, other: str, comparisons: int, per_train: float, level: float) -> bool:
    differences = []
    for own in of_split:
        common = own.get(one, {}).keys() & own.get(other, {}).keys()
        differences += [np.array([own[one][seed] - own[other][seed] for seed in sorted(common)])] * bool(common)
    if len(differences) < FEWEST_SPLITS:
        return False
    found = difference_over_splits(differences, test_per_train=per_train)
    return found.mean > dunnett_quantile(comparisons, found.freedom, level) * found.standard_error
