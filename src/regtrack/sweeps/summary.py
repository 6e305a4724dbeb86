"""What a sweep says at its end: the table of variants, and what to open."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from rich.table import Table
from rich.text import Text

from regtrack import names
from regtrack.diagnosis.leaderboard import measures_told
from regtrack.measures.declared import MEASURES
from regtrack.measures.measure import Measure, Shown


def number(value: float, half_width: float | None = None, digits: int = 3) -> str:
    """A figure with its interval's half width, where that is known; an en dash for what is missing."""
    if pd.isna(value):
        return "–"
    return f"{value:.{digits}f}" + ("" if pd.isna(half_width) else f" ± {half_width:.{digits}f}")


def _half(row: pd.Series, name: str) -> float:
    return (row[f"{name}_high"] - row[f"{name}_low"]) / 2


def columns_of(row: pd.Series, measures: Sequence[Measure]) -> dict[str, str]:
    """One variant's cells, as terminal and note show them."""
    cells = {"variant": row["variant"], "seeds": str(row["seeds"]), "regime": regime_of(row)}
    return cells | {measure.heading: cell_of(row, measure) for measure in measures}


def cell_of(row: pd.Series, measure: Measure) -> str:
    """The measure of one variant, with its interval's half width; the difference with its verdict too."""
    if measure.name == "difference":
        return _difference(row, measure)
    half = measure.scale * _half(row, measure.name) if measure.interval else None
    return number(measure.scale * row[measure.name], half, measure.digits)


def regime_of(row: pd.Series) -> str:
    """The verdict at the last epoch, and what an undetermined one leans to."""
    if pd.isna(row["fitting_regime"]):
        return "–"
    leans = row["fitting_regime"] == names.UNDETERMINED and not pd.isna(row["leans_to"])
    return row["fitting_regime"] + (f" ({row['leans_to']}?)" if leans else "")


def _difference(row: pd.Series, measure: Measure) -> str:
    """With its verdict where one is shown."""
    if pd.isna(row["difference"]):
        return "–"
    value, half = measure.scale * row["difference"], measure.scale * _half(row, "difference")
    shown = {names.BETTER: " better", names.WORSE: " worse", names.EQUAL: " equal"}.get(row["verdict"], "")
    text = f"{value:+.{measure.digits}f}"
    return text if pd.isna(half) else f"{text} ± {half:.{measure.digits}f}{shown}"


def rows_of(leaderboard: pd.DataFrame) -> list[dict[str, str]]:
    """Every variant's cells, of the measures that any variant has."""
    told = [m for m in measures_told(leaderboard, Shown.TERMINAL) if leaderboard[m.name].notna().any()]
    return [columns_of(row, told) for _, row in leaderboard.iterrows()]


def terminal_table(leaderboard: pd.DataFrame, caption: str) -> Table:
    table = Table(caption=caption, caption_justify="left", title_justify="left")
    rows = rows_of(leaderboard)
    for i, name in enumerate(rows[0] if rows else ["variant"]):
        table.add_column(name, justify="left" if i == 0 else "right", no_wrap=i == 0)
    for row in rows:
        table.add_row(*map(Text, row.values()))  # rich would read styles and emoji out of a name
    return table


def in_markdown(text: str) -> str:
    """Names come from a grid file: what markdown or HTML would read as its own stays text, on one line."""
    for mark in "\\`*_<>[]|":
        text = text.replace(mark, f"\\{mark}")
    return " ".join(text.split())


def markdown_table(leaderboard: pd.DataFrame) -> str:
    rows = rows_of(leaderboard)
    if not rows:
        return "No trial finished."
    lines = ["| " + " | ".join(rows[0]) + " |", "|" + "---|" * len(rows[0])]
    return "\n".join(lines + ["| " + " | ".join(map(in_markdown, row.values())) + " |" for row in rows])


def caption(leaderboard: pd.DataFrame, n_test: int) -> str:
    """What the figures of the table are."""
    return (
        "Errors at the selected epoch (best validation cross-entropy), dropout off; regime and gap (validation minus "
        "train error) at the last epoch. Sorted by validation error. ± is half a 95 % interval over seeds and examples "
        f"({n_test:,} test examples, this split); differences from the baseline in points of test accuracy, better or "
        "worse of all together (Dunnett)."
    )


def uncertainty_table(metrics: dict[str, float], n_passes: int) -> Table:
    """One deterministic pass beside Monte Carlo dropout, measure by measure, on the test examples."""
    table = Table("measure", "dropout off", f"{n_passes} passes")
    for name in (*names.MEASURES, names.ACCURACY_TRUE_LABEL):
        measure = MEASURES[name]
        values = [metrics.get(f"{prefix}/{name}", np.nan) for prefix in (names.TEST, names.TEST_MC)]
        if not np.isnan(values).all():
            table.add_row(measure.words, *(number(value, digits=measure.paired_digits) for value in values))
    return table
