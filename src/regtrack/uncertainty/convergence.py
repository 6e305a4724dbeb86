"""How each measure settles with the number of passes: where would you stop?"""

import numpy as np
from numpy.typing import ArrayLike

from regtrack.uncertainty.headline import headline_measures

STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
MAX_BLOCKS = 10
"""Disjoint blocks of passes a step: enough to see the spread, and no more work than the longest step costs."""


def measure_convergence(
    probs: ArrayLike, labels: ArrayLike, *, seconds_per_pass: float, n_bins: int, threshold: float
) -> dict[str, np.ndarray]:
    """Measures of the mean prediction of n passes, over disjoint blocks of n passes.

    Args:
        probs: every pass's probabilities, (n_passes, n_examples, n_classes).
        labels: (n_examples,).
        seconds_per_pass: of the run that made them; time is linear in passes.
    Returns:
        Columns of a table, a row a (step, measure): n_passes, blocks, measure, mean and std over the blocks (ddof 1,
        NaN for one block: its spread is unknown), seconds.
    """
    probs = np.asarray(probs)
    rows = []
    for step in (step for step in STEPS if step <= len(probs)):
        blocks = [probs[i * step : (i + 1) * step] for i in range(min(MAX_BLOCKS, len(probs) // step))]
        found = [
            headline_measures(block.mean(axis=0, dtype=np.float64), labels, n_bins=n_bins, threshold=threshold)
            for block in blocks
        ]
        for measure in found[0]:
            values = np.array([measures.get(measure, np.nan) for measures in found])
            spread = values.std(ddof=1) if len(values) > 1 else np.nan
            rows.append((step, len(blocks), measure, values.mean(), spread, step * seconds_per_pass))
    columns = zip(*rows, strict=True)
    names = ("n_passes", "blocks", "measure", "mean", "std", "seconds")
    return {name: np.array(column) for name, column in zip(names, columns, strict=True)}
