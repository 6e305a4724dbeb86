"""The next grid: finer around the best variant, wider where it stands on the edge of what was tried."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from regtrack.diagnosis.advice.next_step import FIRST_TO_TRY, as_yaml, grid_line, untried
from regtrack.diagnosis.advice.response import series, strength_params
from regtrack.diagnosis.differences.families import TO_BASELINE
from regtrack.measures.primaries import words_of_comparison
from regtrack.names import BASELINE
from regtrack.variants.grid import AUTO
from regtrack.variants.regularizers import PARAMS
from regtrack.variants.settings import Settings
from regtrack.variants.variant import Variant

FEWEST_SEEDS, MOST_SEEDS = 5, 20


@dataclass(frozen=True)
class NextGrid:
    """`text` is a grid file; `reason` says in a sentence why these."""

    text: str
    reason: str


def propose_grid(
    best: Variant,
    sweep: Sequence[Variant],
    settings: Settings,
    seeds: int,
    comparison: pd.DataFrame,
    *,
    primary: str = AUTO,
) -> NextGrid:
    """The grid to run next.

    Args:
        best: the variant that was chosen.
        comparison: names.COMPARISON_COLUMNS; its seeds_needed_low say how many seeds the question needs.
        primary: what the next sweep is to be judged by; AUTO where its data decide.
    """
    active = [name for name in strength_params() if getattr(best, name) != PARAMS[name].neutral]
    lines, reasons = ["- {}"], []
    if active:
        changes = {}
        for name in active[:2]:  # more axes would multiply
            changes[name], why = _around(best, sweep, name, wide=len(active) == 1)
            reasons.append(why)
        lines.append(grid_line(best, changes))
    else:
        weaker = _weaker_than_tried(best, sweep)
        lowest = words_of_comparison(comparison).lowest
        if best.label != BASELINE:
            lines.append(grid_line(best, {}))
        lines += weaker
        reasons.append(
            f"{best.label} has the lowest {lowest} and no strength of its own: every regularizer weaker than tried"
            if weaker
            else f"{best.label} has the lowest {lowest}; the first strengths of the usual regularizers"
        )
        first = {n: untried(best, n, PARAMS[n].strength.first, sweep) for n in FIRST_TO_TRY}
        lines += [] if weaker else [grid_line(best, {n: values}) for n, values in first.items() if values]
    needed = _seeds(comparison, best.label, seeds)
    header = f"# {'; '.join(reasons)}.\n"
    changed = settings.model_dump(exclude_defaults=True)
    shown = ", ".join(f"{name}: {as_yaml(value)}" for name, value in changed.items())
    body = "\n".join(f"  {line}" for line in lines)
    judged = f"primary: {primary}\n" if primary != AUTO else ""
    text = f"{header}settings: {{{shown}}}\nseeds: {needed}\n{judged}variants:\n{body}\n"
    return NextGrid(text, "; ".join(reasons))


def _around(best: Variant, sweep: Sequence[Variant], name: str, *, wide: bool) -> tuple[list[float], str]:
    strength, value = PARAMS[name].strength, getattr(best, name)
    curve = next((points for points in series(sweep, name).values() if best in points), [best])
    tried = strength.weakest_first([getattr(v, name) for v in curve if getattr(v, name) != PARAMS[name].neutral])
    place = tried.index(value)
    weaker = strength.between(tried[place - 1], value) if place > 0 else strength.weaker_than(value, 0.5)
    stronger = (
        strength.between(value, tried[place + 1]) if place + 1 < len(tried) else strength.stronger_than(value, 0.5)
    )
    values = [weaker, value, stronger]
    where = "between its neighbours"
    if place + 1 == len(tried):
        values += [strength.stronger_than(value, 1)] * wide
        where = "the strongest tried"
    if place == 0:
        values += [strength.weaker_than(value, 1)] * wide
        where = "the only one tried" if len(tried) == 1 else "the weakest tried"
    kept = sorted({v for v in values if v != PARAMS[name].neutral})
    return kept, f"{name}={value:g} is best and {where}"


def _weaker_than_tried(best: Variant, sweep: Sequence[Variant]) -> list[str]:
    lines = []
    for name in strength_params():
        strength = PARAMS[name].strength
        for _, weakest, *_ in (points for points in series(sweep, name).values() if best in points):
            value = getattr(weakest, name)
            values = sorted({strength.weaker_than(value, 0.5), strength.weaker_than(value, 1)} - {value, 0.0})
            if values:
                lines.append(grid_line(weakest, {name: values}))
    return lines


def _seeds(comparison: pd.DataFrame, best: str, seeds: int) -> int:
    rows = comparison[(comparison["family"] == TO_BASELINE) & (comparison["variant"] == best)]
    needed = rows["seeds_needed_low"].dropna()
    return int(max(seeds, min(max([FEWEST_SEEDS, *needed]), MOST_SEEDS)))  # never fewer than there were
