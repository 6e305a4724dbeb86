"""Confirming a choice: fresh seeds of the chosen variant and of the baseline alone, read once on test."""

from dataclasses import dataclass

import numpy as np

from regtrack.diagnosis.differences.crossed import CrossedErrors
from regtrack.diagnosis.differences.families import (
    NO_LOOK_LEFT,
    SHARE_OF_WIDER_ALONE,
    TOO_FEW_SEEDS,
)
from regtrack.diagnosis.differences.fewest_seeds import FEWEST_SEEDS_TO_CONFIRM
from regtrack.diagnosis.differences.looks import alpha_of_look
from regtrack.names import CONFIRMED, NO_VERDICT, NOT_CONFIRMED


@dataclass(frozen=True)
class Confirmation:
    """`difference`, above 0 where chosen is better than baseline, a share (nats, of such losses), with its two-sided `level` limits; `p_value` is
    one-sided, of the chosen being no better, and `alpha` what this look may spend. `verdict` is "confirmed", "not
    confirmed" or, with a `reason`, "no verdict". `example_share` is the examples' share of the difference's variance, [0, 1]:
    what no number of seeds makes less. `wider`: the seeds of chosen scatter the more widely, which leaves a fifth of the error."""

    verdict: str
    reason: str
    difference: float
    low: float
    high: float
    p_value: float
    alpha: float
    level: float
    seeds: int
    baseline_seeds: int
    examples: int
    example_share: float
    wider: bool


def confirm_difference(
    chosen: np.ndarray,
    baseline: np.ndarray,
    *,
    classes: np.ndarray | None = None,
    largest: float = 1.0,
    refused: str = "",
    looks: int = 1,
    alpha: float = 0.025,
) -> Confirmation:
    """Is the chosen variant better than the baseline, by fresh seeds of both?

    Welch's, each variant with its own variance over seeds (never below what its examples add), crossed with the
    examples. Nothing is chosen among these networks, so one comparison needs no correction; but the examples are those
    that were read before, and where these are too few, more seeds of any age do not help. Where the seeds of chosen
    scatter more widely than those of baseline a fifth of the error is spent (families.SHARE_OF_WIDER_ALONE).

    Args:
        chosen, baseline: (n_seeds, n_examples) bool, which test examples each fresh network gets wrong; or their losses.
        classes, largest: as of CrossedErrors, where classes are to count alike, or losses are compared.
        refused: why these losses are too few for a verdict, where they are.
        looks: how often test was read, this time counted. The first spends all of `alpha` where it was decided on
            before test was read (looks = 1); each later one its share (see looks).
        alpha: one-sided.
    Raises:
        ValueError: not the same examples.
    """
    if chosen.ndim != 2 or chosen.shape[1:] != baseline.shape[1:]:
        raise ValueError(f"expected two tables (n_seeds, n_examples), received {chosen.shape} and {baseline.shape}")
    spent = alpha if looks == 1 else alpha_of_look(looks, alpha)
    errors = CrossedErrors([chosen, baseline], moderate=False, classes=classes, largest=largest)
    found, wider = errors.difference(1, 0), bool(errors.scatters_wider(0, 1))
    spent *= SHARE_OF_WIDER_ALONE if wider else 1
    few = min(len(chosen), len(baseline)) < FEWEST_SEEDS_TO_CONFIRM
    reason = TOO_FEW_SEEDS if few else refused or errors.strata.refused or (NO_LOOK_LEFT if spent == 0 else "")
    level = 1 - 2 * spent
    variance = found.seed_variance + found.example_variance
    low, high = (np.nan, np.nan) if reason else found.limits(level)
    p_value = np.nan if reason else found.p_value / 2 if found.mean > 0 else 1 - found.p_value / 2
    verdict = NO_VERDICT if reason else CONFIRMED if p_value < spent else NOT_CONFIRMED
    return Confirmation(
        verdict, reason, float(found.mean), float(low), float(high), float(p_value), spent, level, len(chosen),
        len(baseline), chosen.shape[1], float(found.example_variance / variance) if variance > 0 else 0.0, wider,
    )  # fmt: skip
