"""A sweep's figures in words: each variant's cells, as terminal and note show them."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from rich.table import Table

from regtrack import names
from regtrack.diagnosis.leaderboard import measures_told
from regtrack.measures.declared import MEASURES
from regtrack.measures.measure import Measure, Shown
from regtrack.measures.primaries import DIFFERENCES, PRIMARIES
from regtrack.words.cells import cell_of
from regtrack.words.intervals import plus_minus_words, with_interval
from regtrack.words.markdown import MLFLOW, escaped
from regtrack.words.numbers import MISSING, fixed, is_missing

LEVELS = tuple(
    f"{split} {MEASURES[name].heading}"
    for name in PRIMARIES
    if name != names.ACCURACY
    for split in ("validation", "test")
)
"""Columns of a primary measure; accuracy has those of the leaderboard."""


def judged_cell_of(row: pd.Series, measure: Measure) -> str:
    """The measure of one variant, with its interval's half width; the difference with its verdict too."""
    return _difference(row, measure) if measure.name in DIFFERENCES else cell_of(row, measure)


def regime_of(row: pd.Series) -> str:
    """The verdict at the last epoch, and what an undetermined one leans to."""
    if pd.isna(row["fitting_regime"]):
        return MISSING
    leans = row["fitting_regime"] == names.UNDETERMINED and not pd.isna(row["leans_to"])
    return row["fitting_regime"] + (f" ({row['leans_to']}?)" if leans else "")


def _difference(row: pd.Series, measure: Measure) -> str:
    """With its verdict where one is shown."""
    if pd.isna(row[measure.name]):
        return MISSING
    shown = {names.BETTER: " better", names.WORSE: " worse", names.EQUAL: " equal"}.get(row["verdict"], "")
    return cell_of(row, measure) + ("" if is_missing(row[f"{measure.name}_low"]) else shown)


def rows_of(
    leaderboard: pd.DataFrame, primary: str = names.ACCURACY, levels: pd.DataFrame | None = None
) -> list[dict[str, str]]:
    """Every variant's cells, as terminal and note show them: of the primary measure, and of the others that any variant has.

    Args:
        levels: by variant, `validation` `test` `test_low` `test_high` of the primary measure; not read of accuracy.
    """
    told = [m for m in measures_told(leaderboard, Shown.TERMINAL) if leaderboard[m.name].notna().any()]
    return [
        {"variant": row["variant"], "seeds": str(row["seeds"]), "regime": regime_of(row)}
        | ({} if primary == names.ACCURACY else _levels(levels, row["variant"], MEASURES[primary]))
        | {measure.heading: judged_cell_of(row, measure) for measure in told if measure.name != primary}
        for _, row in leaderboard.iterrows()
    ]


def _levels(levels: pd.DataFrame, variant: str, measure: Measure) -> dict[str, str]:
    """What chose and what is judged; a variant of too few splits has neither."""
    own = levels.loc[variant] if variant in levels.index else dict.fromkeys(levels.columns)
    read = with_interval(own["test"], own["test_low"], own["test_high"])
    return {f"validation {measure.heading}": fixed(own["validation"], measure.digits), f"test {measure.heading}": read}


def markdown_table(rows: Sequence[dict[str, str]]) -> str:
    """Of the cells of `rows_of`."""
    if not rows:
        return "No trial finished."
    lines = ["| " + " | ".join(rows[0]) + " |", "|" + "---|" * len(rows[0])]
    return "\n".join(lines + ["| " + " | ".join(escaped(cell, MLFLOW) for cell in row.values()) + " |" for row in rows])


def caption(n_test: int, primary: str = names.ACCURACY, *, over: str = "") -> str:
    """What the figures of the table are: of one split of the data, or means `over` several, as Answer has it."""
    by = PRIMARIES[primary]
    return (
        f"{plus_minus_words(over, f'{n_test:,} test examples')}; differences from the baseline in {by.on_test}, better or worse of "
        f"all together (Dunnett). Sorted by {by.lowest}. Errors at the selected epoch (best validation cross-entropy), dropout off; "
        "regime and gap (validation minus train error) at the last."
    )


def uncertainty_table(metrics: dict[str, float], n_passes: int) -> Table:
    """One deterministic pass beside Monte Carlo dropout, measure by measure, on the test examples."""
    table = Table("measure", "dropout off", f"{n_passes} passes")
    for name in (*names.MEASURES, names.ACCURACY_TRUE_LABEL):
        measure = MEASURES[name]
        values = [metrics.get(f"{prefix}/{name}", np.nan) for prefix in (names.TEST, names.TEST_MC)]
        if not np.isnan(values).all():
            table.add_row(measure.words, *(fixed(value, measure.paired_digits) for value in values))
    return table
