"""What fresh seeds say of the chosen variant, as a value of the sweep's answer."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from regtrack.diagnosis.differences.comparison import VariantErrors
from regtrack.diagnosis.differences.confirmation import confirm_difference
from regtrack.diagnosis.differences.families import TOO_FEW_SEEDS
from regtrack.diagnosis.differences.fewest_seeds import FEWEST_SEEDS_TO_CONFIRM
from regtrack.diagnosis.differences.looks import alpha_of_look
from regtrack.diagnosis.held_out import TrialPredictions
from regtrack.names import CONFIRMED, NO_VERDICT, NOTHING_TO_CONFIRM

ALPHA = 0.025
"""One-sided: how often a variant that is no better is confirmed, at most."""


@dataclass(frozen=True)
class ConfirmedChoice:
    """`verdict` is one of names.CONFIRMATION_VERDICTS, with a `reason` where it is "no verdict".

    `difference` is of the sweep's primary measure on test, above 0 where `chosen` is better than `baseline`, a share (or
    nats), over the fresh networks alone: `seeds` and
    `baseline_seeds` of them; `low` and `high` are its two-sided limits at `level`, which agree with the verdict. What is
    not known is None. `looks`: how often test had been read, this time counted; `alpha` is what that leaves, one-sided.
    `example_share`: the examples' share of the difference's variance, [0, 1]. `wider`: the seeds of `chosen` scatter more
    widely than the baseline's, so that `alpha` is less than it would be.
    """

    verdict: str
    chosen: str
    baseline: str
    seeds: int = 0
    baseline_seeds: int = 0
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    level: float | None = None
    alpha: float | None = None
    looks: int = 1
    example_share: float | None = None
    reason: str = ""
    wider: bool = False

    @property
    def confirmed(self) -> bool:
        return self.verdict == CONFIRMED

    @property
    def only_more_examples_tell(self) -> bool:
        """Where the examples are most of what is uncertain: seeds of any number leave them as they are."""
        return self.example_share is not None and self.example_share > 0.5


def confirm_choice(
    chosen: str, baseline: str, fresh: Sequence[VariantErrors], *, asked: int, looks: int
) -> ConfirmedChoice | None:
    """None where nothing was asked for and no fresh network of the chosen variant is there.

    Args:
        chosen: the variant of the lowest validation error of the exploration.
        fresh: test errors of networks that took no part in it, all compared by the measure that chose.
        asked: fresh seeds of each that the sweep was to train.
        looks: see confirm_difference.
    """
    of = {one.variant: one for one in fresh}
    if chosen == baseline:
        return ConfirmedChoice(NOTHING_TO_CONFIRM, chosen, baseline) if asked else None
    if not asked and chosen not in of:
        return None
    seeds, baseline_seeds = (len(of[name].wrong) if name in of else 0 for name in (chosen, baseline))
    if min(seeds, baseline_seeds) < FEWEST_SEEDS_TO_CONFIRM:
        return ConfirmedChoice(NO_VERDICT, chosen, baseline, seeds, baseline_seeds, reason=TOO_FEW_SEEDS)
    best, base = of[chosen], of[baseline]
    found = confirm_difference(
        best.compared, base.compared, classes=best.classes, largest=best.largest, refused=best.refused or base.refused,
        looks=looks, alpha=ALPHA,
    )  # fmt: skip
    return ConfirmedChoice(
        found.verdict, chosen, baseline, seeds, baseline_seeds, found.difference, _known(found.low), _known(found.high),
        found.level, found.alpha, looks, found.example_share, found.reason, found.wider,
    )  # fmt: skip


def fresh_networks_read(fresh: Sequence[TrialPredictions]) -> int:
    """How many a judgement reads: none before two variants have enough for a verdict, so that what an interrupted
    confirmation left is no look at test."""
    enough = [n for n in Counter(network.variant for network in fresh).values() if n >= FEWEST_SEEDS_TO_CONFIRM]
    return sum(enough) if len(enough) > 1 else 0


def alpha_left(looks: int) -> float:
    """One-sided, what a win at this look of the exploration may spend."""
    return alpha_of_look(looks, ALPHA)


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
