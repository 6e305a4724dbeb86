"""Verdicts: when a claim is supported, not supported, or cannot be told from this sweep."""

from regtrack.diagnosis.claims.measured import Measured
from regtrack.names import NOT_SUPPORTED, SUPPORTED, UNDETERMINED_HERE
from regtrack.words.lists import counted

FEWEST_SEEDS = 3


def judge(measured: Measured, *, direction: int, margin: float, margin_text: str) -> tuple[str, str]:
    """(verdict, what to add to the reason) of an effect that is 0 where the claim is empty.

    Supported where the interval excludes 0 in the claimed direction; not supported where it excludes 0 in the other,
    or lies within ± margin, practically nothing; else, and with fewer than 3 seeds, undetermined.

    Args:
        direction: 1 where the claim says the effect is above 0, -1 where below.
    """
    if measured.seeds < FEWEST_SEEDS:
        return UNDETERMINED_HERE, too_few(measured.seeds)
    low, high = sorted((direction * measured.low, direction * measured.high))
    if low > 0:
        return SUPPORTED, "shown, as the interval is apart from zero"
    if high < 0:
        return NOT_SUPPORTED, "the effect goes the other way"
    if -margin < low and high < margin:
        return NOT_SUPPORTED, f"practically nothing, within ±{margin_text}"
    return UNDETERMINED_HERE, too_wide(measured)


def too_few(seeds: int) -> str:
    return (
        f"only {counted(seeds, 'seed')} of the {FEWEST_SEEDS} that a verdict takes; `seeds: 5` in the grid would tell"
    )


def too_wide(measured: Measured) -> str:
    """What would narrow it: more seeds narrow the seeds' part only."""
    if measured.example_share > 0.5:
        return "too wide an interval to tell, most of it the examples'; more of them would tell, seeds hardly"
    return f"too wide an interval to tell; more seeds would, such as `seeds: {2 * measured.seeds}` in the grid"
