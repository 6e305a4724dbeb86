"""What a sweep says at its end: the table of variants, and what to open."""

import numpy as np
import pandas as pd
from rich.table import Table
from rich.text import Text

from regtrack import names
from regtrack.diagnosis.leaderboard import is_imbalanced


def number(value: float, half_width: float | None = None, digits: int = 3) -> str:
    """A figure with its interval's half width, where that is known; an en dash for what is missing."""
    if pd.isna(value):
        return "–"
    return f"{value:.{digits}f}" + ("" if pd.isna(half_width) else f" ± {half_width:.{digits}f}")


def _half(row: pd.Series, name: str) -> float:
    return (row[f"{name}_high"] - row[f"{name}_low"]) / 2


def columns_of(row: pd.Series, *, balanced: bool = False) -> dict[str, str]:
    """One variant's cells, as terminal and note show them."""
    cells = {
        "variant": row["variant"],
        "seeds": str(row["seeds"]),
        "regime": _regime(row),
        "train error": number(row["train_error"]),
        "val error": number(row["val_error"], _half(row, "val_error")),
        "gap at the last epoch": number(row["generalization_gap"], _half(row, "generalization_gap")),
        "test accuracy": number(row["test_accuracy"], _half(row, "test_accuracy")),
        **({"balanced accuracy": number(row["balanced_accuracy"])} if balanced else {}),
        "from baseline": _difference(row),
        "MC accuracy": number(row["test_mc_accuracy"]),
        "NLL": number(row["negative_log_likelihood"]),
    }
    if not np.isnan(row["test_accuracy_true_label"]):
        cells["test accuracy, true labels"] = number(row["test_accuracy_true_label"])
    return cells


def _regime(row: pd.Series) -> str:
    """The verdict at the last epoch, and what an undetermined one leans to."""
    if pd.isna(row["fitting_regime"]):
        return "–"
    leans = row["fitting_regime"] == names.UNDETERMINED and not pd.isna(row["leans_to"])
    return row["fitting_regime"] + (f" ({row['leans_to']}?)" if leans else "")


def _difference(row: pd.Series) -> str:
    """Of test accuracy, in points, with its verdict where one is shown."""
    if pd.isna(row["difference"]):
        return "–"
    half = (row["difference_high"] - row["difference_low"]) / 2
    shown = {"better": " better", "worse": " worse", "practically equal": " equal"}.get(row["verdict"], "")
    return f"{100 * row['difference']:+.1f}" + ("" if pd.isna(half) else f" ± {100 * half:.1f}{shown}")


def rows_of(leaderboard: pd.DataFrame) -> list[dict[str, str]]:
    """Every variant's cells; with balanced accuracy where classes are unequal."""
    balanced = is_imbalanced(leaderboard)
    return [columns_of(row, balanced=balanced) for _, row in leaderboard.iterrows()]


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
        values = [metrics.get(f"{prefix}/{name}", np.nan) for prefix in (names.TEST, names.TEST_MC)]
        if not np.isnan(values).all():
            table.add_row(name.replace("_", " "), *(number(value, digits=4) for value in values))
    return table
