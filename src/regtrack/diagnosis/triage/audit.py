"""An audit of suspected labels: a random sample to look at, and what its marks say of all that are suspected."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from regtrack.words.sentences import as_sentence

SIZE = 30
FEWEST_MARKED = 10
"""Of fewer no figure is given: the limits would be half of everything, and the first marked are seldom the hardest."""


def draw_sample(example_ids: Iterable[int], *, seed: int, size: int = SIZE) -> list[int]:
    """At most `size` of them at random, in random order.

    Each example has a lot of its own, made of seed and id: whoever is still suspected when the sweep is judged again
    keeps its place in the row, and its mark counts on.

    Args:
        example_ids: each once, 0 or more. seed: 0 or more.
    """
    ids = np.array(sorted(example_ids), np.int64)
    if len(ids) == 0:
        return []
    lots = np.random.default_rng(seed).random(ids[-1] + 1)[ids]  # the lot of an id does not depend on how many follow
    return ids[np.argsort(lots)][:size].tolist()


@dataclass(frozen=True)
class Audit:
    """Of `suspected` examples `drawn` were to be marked, `marked` are, `errors` of these as label errors.

    precision: share of label errors among the suspected, with 95 % limits; None below FEWEST_MARKED marks, unless all
    suspected are marked. Then limits are the share itself: nothing is left to chance.
    """

    suspected: int
    drawn: int
    marked: int
    errors: int
    precision: float | None
    low: float | None
    high: float | None


def audited(suspected: int, sample: Sequence[int], *, marked: Iterable[int], errors: Iterable[int]) -> Audit:
    """What the marks of the sample tell; marks of other examples do not count.

    Args:
        suspected: how many the sample was drawn from.
        marked: examples with any mark; errors: those marked as label errors.
    """
    n, k = len({*sample} & {*marked}), len({*sample} & {*errors})
    census = n == suspected > 0
    if n < FEWEST_MARKED and not census:
        return Audit(suspected, len(sample), n, k, None, None, None)
    low, high = (k / n, k / n) if census else clopper_pearson(k, n)
    return Audit(suspected, len(sample), n, k, k / n, low, high)


def clopper_pearson(k: int, n: int) -> tuple[float, float]:
    """95 % limits of a share of which k of n were seen: hold the truth at least so often, however few they are.

    Reference: Clopper and Pearson (1934).
    """
    low = special.betaincinv(k, n - k + 1, 0.025) if k else 0.0
    high = special.betaincinv(k + 1, n - k, 0.975) if k < n else 1.0
    return float(low), float(high)


def audit_words(audit: Audit) -> str:
    """One sentence, or two: how far it is, and what the marks say."""
    if audit.suspected == 0:
        return "Nothing to audit: the sweep disagrees with no label."
    everyone = audit.drawn == audit.suspected
    row = f"all {audit.drawn} suspected labels" if everyone else f"{audit.drawn} drawn at random"
    if audit.precision is None:
        return (
            f"{audit.marked} of {row} marked so far; from {min(FEWEST_MARKED, audit.drawn)} on this says which share of the "
            f"{audit.suspected:,} suspected labels is wrong."
        )
    told = f"of {row} {audit.errors} marked label error: {audit.precision:.0%}"
    if audit.marked < audit.drawn:
        told = f"of {audit.marked} marked out of {row} {audit.errors} are label errors: {audit.precision:.0%}"
    if not everyone or audit.marked < audit.drawn:
        told += f" ({audit.low:.0%} to {audit.high:.0%}) of the {audit.suspected:,} suspected"
    if audit.marked < audit.drawn:
        told += "; mark the rest, for who marks the easy ones first has no random sample"
    return as_sentence(told)
