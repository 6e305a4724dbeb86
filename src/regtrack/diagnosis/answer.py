"""The answer of a sweep in one sentence: which variant wins, by how much, and what else is known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from regtrack.diagnosis.differences.comparison import (
    BASELINE,
    BETTER,
    FEWEST_SEEDS_TO_WIN,
    MARGIN,
    TO_BASELINE,
    WORSE,
    VariantErrors,
    not_shown_worse_than_best,
)
from regtrack.names import OVERFIT, UNDERFIT


@dataclass(frozen=True)
class Answer:
    """`best` has the lowest validation error; `wins` only where its difference from the baseline, read on test, is
    shown with 5 seeds or more. `difference` with its limits is of test accuracy, a share; None without a baseline or
    where the best is the baseline."""

    best: str
    wins: bool
    difference: float | None
    low: float | None
    high: float | None
    not_shown_worse: tuple[str, ...]
    sentence: str


def answer_of(
    validation: Sequence[VariantErrors],
    test: Sequence[VariantErrors],
    comparison: pd.DataFrame,
    regimes: Mapping[str, str],
    *,
    unit: str = "examples",
    baseline: str = BASELINE,
    margin: float = MARGIN,
    level: float = 0.95,
) -> Answer:
    """Choose on validation, read on test, say it in words.

    Args:
        comparison: names.COMPARISON_COLUMNS of the test split.
        regimes: fitting regime at the last epoch, by variant.
        unit: what an example is, e.g. "images".
        margin: difference of accuracy below which a win is said not to matter, a share.
    """
    rates = [float(v.wrong.mean()) for v in validation]
    best = validation[int(np.argmin(rates))]
    candidates = not_shown_worse_than_best(validation, level=level) if len(validation) > 1 else [best.variant]
    seeds, n = len(best.wrong), test[0].wrong.shape[1]
    conditions = f"{seeds} seed{'s' * (seeds != 1)}, {n:,} test {unit}, this split"
    read = comparison[comparison["family"] == TO_BASELINE].set_index("variant")
    said: set[str] = set()
    if best.variant == baseline or best.variant not in read.index:
        accuracy = 1 - float(next(v for v in test if v.variant == best.variant).wrong.mean())
        known = (
            "no variant is shown to beat the baseline" if best.variant == baseline else "there is no baseline to beat"
        )
        head = f"{known}; {best.variant} has the lowest validation error, test accuracy {accuracy:.3f} ({conditions})"
        if best.variant == baseline and (read["verdict"] == BETTER).any():
            ahead = _listed(read.index[read["verdict"] == BETTER])
            head = f"{best.variant} has the lowest validation error ({conditions}), though on test {ahead} does better"
            said = set(read.index[read["verdict"] == BETTER])
        found = Answer(best.variant, False, None, None, None, tuple(candidates), "")
    else:
        row = read.loc[best.variant]
        difference, low, high = (float(row[name]) for name in ("difference", "low", "high"))
        shown = row["verdict"] == BETTER
        wins = bool(shown and min(row["seeds"], row["other_seeds"]) >= FEWEST_SEEDS_TO_WIN)
        by = _points(difference, low, high)
        small = f", less than the {100 * margin:g} points that matter" if high < margin else ""
        if wins:
            head = f"{best.variant} wins by {by[1:]} over {baseline}{small} ({conditions})"
        elif shown:
            head = (
                f"{best.variant} is ahead of {baseline} by {by[1:]} ({conditions}), which fewer than "
                f"{FEWEST_SEEDS_TO_WIN} seeds cannot call a win"
            )
        else:
            head = (
                f"no win is shown: {best.variant} has the lowest validation error, and on test differs from {baseline} "
                f"by {by} ({conditions})"
            )
        found = Answer(best.variant, wins, difference, low, high, tuple(candidates), "")
    sentence = "; ".join([head, *_others(best.variant, read, regimes, baseline, said)])
    return Answer(found.best, found.wins, found.difference, found.low, found.high, found.not_shown_worse, sentence)


def _points(difference: float, low: float, high: float) -> str:
    """In points with half its interval; a second digit where one would let an interval off 0 read as if it held 0."""
    if not np.isfinite(high - low):
        return f"{100 * difference:+.1f} points (no interval: single seeds)"
    value, half = 100 * difference, 50 * (high - low)
    digits = 1 if (abs(value) > half) == (round(abs(value), 1) > round(half, 1)) else 2
    return f"{value:+.{digits}f} ± {half:.{digits}f} points"


def _others(best: str, read: pd.DataFrame, regimes: Mapping[str, str], baseline: str, said: set[str]) -> list[str]:
    others = [variant for variant in regimes if variant != best]
    parts, said = [], set(said)
    for regime, verb in ((UNDERFIT, "underfit"), (OVERFIT, "overfit")):
        named = [variant for variant in others if regimes[variant] == regime]
        if named:
            parts.append(f"{_listed(named)} {verb}{'s' if len(named) == 1 else ''}")
    for verdict in (BETTER, WORSE):
        named = [v for v in others if v in read.index and read.loc[v, "verdict"] == verdict and v not in said]
        said |= set(named)
        named = [v for v in named if not (verdict == WORSE and regimes[v] == UNDERFIT)]  # said already
        if named:
            parts.append(f"{_listed(named)} {'is' if len(named) == 1 else 'are'} shown {verdict} than {baseline}")
    rest = [v for v in others if v in read.index and v not in said and v != baseline]
    if rest and len(read):
        parts.append(
            "nothing else is shown to differ" if said or parts else "no other variant is shown to differ from it"
        )
    return parts


def _listed(names: Sequence[str], most: int = 4) -> str:
    names = list(names)
    shown = names if len(names) <= most else [*names[: most - 1], f"{len(names) - most + 1} others"]
    return shown[0] if len(shown) == 1 else ", ".join(shown[:-1]) + " and " + shown[-1]
