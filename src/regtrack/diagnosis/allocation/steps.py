"""What the rest of a budget of seeds is spent on: variants that cannot be told apart, or the choice. By validation alone.

Every variant is explored by a few seeds. While some cannot be told from the best on validation they are pursued; then the
best is chosen, and what is left confirms it on fresh seeds of it and of the baseline. Nothing here has read test, so
that no choice of these numbers can make a win of luck: they were chosen for power, by benchmarks/allocation_rates.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from regtrack.diagnosis.choosing import lowest
from regtrack.diagnosis.differences.fewest_seeds import FEWEST_SEEDS_TO_CONFIRM
from regtrack.names import BASELINE
from regtrack.variants.grid import MOST_SEEDS

FEWEST_TO_CHOOSE = 3
"""Variants: of the baseline and one other there is nothing to choose, and all seeds of both may be read."""
TOO_FEW_FRESH, NO_CHOICE, NO_BASELINE_LEFT = "too few fresh", "no choice", "no baseline left"
"""Why a budget is spent as a fixed design: it would leave fewer fresh seeds than confirm anything, one variant is all
there is beside the baseline, no seed of the baseline came to its end."""


@dataclass(frozen=True)
class Rule:
    """Who is pursued: the `most` best at a time that are within `apart` standard errors of the best on validation, with
    `more` seeds each, while that takes no more than `share` of what is left after exploring."""

    more: int = 2
    most: int = 3
    apart: float = 1.0
    share: float = 0.5


RULE = Rule()


@dataclass(frozen=True)
class Purse:
    """In one unit, trials or seconds: what is `left`, what pursuing took so far, and what a trial of each variant of the
    grid costs."""

    left: float
    pursued: float
    of_trial: Mapping[str, float]


@dataclass(frozen=True)
class Pursue:
    """So many more `seeds` of each of these variants, the best first."""

    variants: tuple[str, ...]
    seeds: int


@dataclass(frozen=True)
class Confirm:
    """`seeds` fresh ones of the chosen variant and of the baseline; where that itself is chosen, none are trained."""

    chosen: str
    seeds: int


@dataclass(frozen=True)
class FillUp:
    """So many more `seeds` of every variant: a fixed design, for a `reason`."""

    seeds: int
    reason: str


def next_step(rates: Mapping[str, np.ndarray], purse: Purse, rule: Rule = RULE) -> Pursue | Confirm | FillUp:
    """What to train next.

    Args:
        rates: by variant, in the grid's order, what is compared of each of its networks on validation (n_seeds,), lower
            being better; variants of which none finished are left out.
    """
    close = not_told_apart(rates, rule)
    if reason := _why_fixed(close[0], rates, purse):
        seeds = 0 if reason == NO_BASELINE_LEFT else int(purse.left // sum(purse.of_trial.values()))
        return FillUp(max(0, min(seeds, MOST_SEEDS)), reason)
    cost = rule.more * sum(purse.of_trial[variant] for variant in close)
    within_share = purse.pursued + cost <= rule.share * (purse.left + purse.pursued)
    dearest = max(_of_a_pair(variant, purse) for variant in close)
    if len(close) > 1 and within_share and (purse.left - cost) // dearest >= FEWEST_SEEDS_TO_CONFIRM:
        return Pursue(close, rule.more)
    # Where minutes ran faster than foreseen, the fewest that can confirm are trained all the same.
    affordable = int(purse.left // _of_a_pair(close[0], purse))
    return Confirm(close[0], max(FEWEST_SEEDS_TO_CONFIRM, min(affordable, MOST_SEEDS)))


def not_told_apart(rates: Mapping[str, np.ndarray], rule: Rule = RULE) -> tuple[str, ...]:
    """The best on validation, then those that the rule does not tell from it; seeds alone are what is uncertain here,
    since the examples stay the same however many seeds are added."""
    best = lowest({variant: float(np.mean(own)) for variant, own in rates.items()})
    freedom = sum(len(own) - 1 for own in rates.values())
    variance = sum(float(np.var(own)) * len(own) for own in rates.values()) / max(freedom, 1)
    behind = {variant: float(np.mean(own) - np.mean(rates[best])) for variant, own in rates.items() if variant != best}
    error = {variant: np.sqrt(variance * (1 / len(rates[variant]) + 1 / len(rates[best]))) for variant in behind}
    close = [variant for variant in sorted(behind, key=behind.get) if behind[variant] <= rule.apart * error[variant]]
    return (best, *close)[: rule.most]


def _why_fixed(best: str, rates: Mapping[str, np.ndarray], purse: Purse) -> str:
    if BASELINE not in rates:
        return NO_BASELINE_LEFT
    if len(purse.of_trial) < FEWEST_TO_CHOOSE:
        return NO_CHOICE
    few = purse.left // _of_a_pair(best, purse) < FEWEST_SEEDS_TO_CONFIRM
    return TOO_FEW_FRESH if few and not purse.pursued else ""


def _of_a_pair(variant: str, purse: Purse) -> float:
    return purse.of_trial[variant] + purse.of_trial[BASELINE]
