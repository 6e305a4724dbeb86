"""What a fixed design would have cost: as many seeds of every variant, for limits as narrow as those of the fresh seeds."""

from scipy import stats

from regtrack.diagnosis.confirmed_choice import ALPHA
from regtrack.diagnosis.differences.dunnett import two_sided_quantile
from regtrack.diagnosis.differences.looks import alpha_of_look

MOST = 100_000


def seeds_of_fixed_design(variants: int, fresh: int) -> int:
    """Of each of `variants`, one being the baseline, so that Dunnett's limits at a first look are no wider than Welch's of
    `fresh` seeds of two, where all seeds scatter alike and the examples are the same."""
    half = float(stats.t.isf(ALPHA, 2 * (fresh - 1))) * (2 / fresh) ** 0.5

    def is_narrow(seeds: int) -> bool:
        level = 1 - alpha_of_look(1, 2 * ALPHA)
        return float(two_sided_quantile(variants * (seeds - 1), variants - 1, level)) * (2 / seeds) ** 0.5 <= half

    low, high = 2, 2
    while not is_narrow(high) and high < MOST:
        low, high = high, 2 * high
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if is_narrow(middle) else (middle + 1, high)
    return high
