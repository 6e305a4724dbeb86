"""What a sweep says at its end: the table of variants, and what to open."""

import numpy as np
import pandas as pd
from rich.table import Table

from regtrack import names


def number(value: float, half_width: float | None = None, digits: int = 3) -> str:
    """A figure with its interval's half width; an en dash for what is missing."""
    if pd.isna(value):
        return "–"
    return f"{value:.{digits}f}" + (f" ± {half_width:.{digits}f}" if half_width is not None else "")


def _half(row: pd.Series, name: str) -> float:
    return (row[f"{name}_high"] - row[f"{name}_low"]) / 2


def columns_of(row: pd.Series) -> dict[str, str]:
    """One variant's cells, as terminal and note show them."""
    cells = {
        "variant": row["variant"],
        "seeds": str(row["seeds"]),
        "train error": number(row["train_error"]),
        "val error": number(row["val_error"], _half(row, "val_error")),
        "gap at the last epoch": number(row["generalization_gap"], _half(row, "generalization_gap")),
        "test accuracy": number(row["test_accuracy"], _half(row, "test_accuracy")),
        "MC accuracy": number(row["test_mc_accuracy"]),
        "NLL": number(row["negative_log_likelihood"]),
    }
    if not np.isnan(row["test_accuracy_true_label"]):
        cells["test accuracy, true labels"] = number(row["test_accuracy_true_label"])
    return cells


def terminal_table(leaderboard: pd.DataFrame, caption: str) -> Table:
    table = Table(caption=caption, caption_justify="left", title_justify="left")
    rows = [columns_of(row) for _, row in leaderboard.iterrows()]
    for i, name in enumerate(rows[0] if rows else ["variant"]):
        table.add_column(name, justify="left" if i == 0 else "right", no_wrap=i == 0)
    for row in rows:
        table.add_row(*row.values())
    return table


def markdown_table(leaderboard: pd.DataFrame) -> str:
    rows = [columns_of(row) for _, row in leaderboard.iterrows()]
    if not rows:
        return "No trial finished."
    lines = ["| " + " | ".join(rows[0]) + " |", "|" + "---|" * len(rows[0])]
    return "\n".join(lines + ["| " + " | ".join(row.values()) + " |" for row in rows])


def caption(leaderboard: pd.DataFrame, n_test: int) -> str:
    """What the figures of the table are."""
    return (
        "Errors at the selected epoch (best validation cross-entropy), dropout off; the gap is validation minus train "
        f"error at the last epoch. Sorted by validation error. ± is half a 95 % interval over seeds and examples "
        f"({n_test:,} test examples, this split)."
    )


def uncertainty_table(metrics: dict[str, float], n_passes: int) -> Table:
    """One deterministic pass beside Monte Carlo dropout, measure by measure, on the test examples."""
    table = Table("measure", "dropout off", f"{n_passes} passes")
    for name in (*names.MEASURES, names.ACCURACY_TRUE_LABEL):
        values = [metrics.get(f"{prefix}/{name}", np.nan) for prefix in (names.TEST, names.TEST_MC)]
        if not np.isnan(values).all():
            table.add_row(name.replace("_", " "), *(number(value, digits=4) for value in values))
    return table
