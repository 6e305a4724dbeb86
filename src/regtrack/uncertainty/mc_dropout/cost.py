"""What twice the passes cost, measured: in theory twice the time, in practice less, as some of it is paid once."""

import time
from collections.abc import Callable

import numpy as np

from regtrack.uncertainty.mc_dropout.inference import MCPredictor

FEWEST_PASSES = 10
PAIRS = 3
FEWEST_ROWS, MOST_ROWS = 64, 2000
"""Examples: with fewer, what a call costs whatever its size would be most of the time."""
LIMIT, LET_PASS = 0.15, 0.25
"""Not to be exceeded by the measuring: this share of the trial's Monte Carlo time, or these seconds where they are
more, as they are on data so small that a pass takes the same time for any number of examples."""


def doubling_ratio(
    predictor: MCPredictor,
    x: np.ndarray,
    *,
    n_passes: int,
    seed: int,
    n_examples: int,
    seconds: float,
    clock: Callable[[], float] = time.perf_counter,
) -> float | None:
    """Seconds of `n_passes` over seconds of half as many, the median of PAIRS pairs: 2 where time is all in the passes.

    None below FEWEST_PASSES, and where measuring would take longer than it may. An odd number of passes is
    measured one short, so that it has a half.

    Args:
        x: test examples; the first of them are used, as many as keep within half the limit, from FEWEST_ROWS to
            MOST_ROWS.
        n_examples, seconds: what the trial predicted with `n_passes` passes, and the time it took.
    """
    half = n_passes // 2
    if n_passes < FEWEST_PASSES:
        return None
    # Half, because few rows cost more each than many.
    rows = x[: int(np.clip(LIMIT / 2 * n_examples / (1.5 * PAIRS), FEWEST_ROWS, MOST_ROWS))]

    def timed(passes: int) -> float:
        start = clock()
        # Passes are kept as the trial keeps them: another graph would have to be traced to drop them.
        predictor.predict(rows, n_passes=passes, seed=seed, keep_passes=True)
        return clock() - start

    timed(2)  # this number of rows is compiled now, and not in what is measured
    ratios = []
    for _ in range(PAIRS):
        shorter = timed(half)
        if not ratios and 3 * PAIRS * shorter > max(LIMIT * seconds, LET_PASS):
            return None
        ratios.append(timed(2 * half) / shorter)
    return float(np.median(ratios))
