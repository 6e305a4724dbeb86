"""What a sweep says at its end: the table of variants, and what to open."""

import numpy as np
import pandas as pd
from rich.table import Table
from rich.text import Text

from regtrack import names
from regtrack.diagnosis.leaderboard import is_imbalanced
from regtrack.words.intervals import with_interval
from regtrack.words.markdown import MLFLOW, escaped
from regtrack.words.numbers import MISSING, fixed, is_missing


def _interval(row: pd.Series, name: str, **how) -> str:
    return with_interval(row[name], row[f"{name}_low"], row[f"{name}_high"], **how)


def columns_of(row: pd.Series, *, balanced: bool = False) -> dict[str, str]:
    """One variant's cells, as terminal and note show them."""
    cells = {
        "variant": row["variant"],
        "seeds": str(row["seeds"]),
        "regime": _regime(row),
        "train error": fixed(row["train_error"], 3),
        "val error": _interval(row, "val_error"),
        "gap at the last epoch": _interval(row, "generalization_gap"),
        "test accuracy": _interval(row, "test_accuracy"),
        **({"balanced accuracy": fixed(row["balanced_accuracy"], 3)} if balanced else {}),
        "from baseline": _difference(row),
        "MC accuracy": fixed(row["test_mc_accuracy"], 3),
        "NLL": fixed(row["negative_log_likelihood"], 3),
    }
    if not np.isnan(row["test_accuracy_true_label"]):
        cells["test accuracy, true labels"] = fixed(row["test_accuracy_true_label"], 3)
    return cells


def _regime(row: pd.Series) -> str:
    """The verdict at the last epoch, and what an undetermined one leans to."""
    if pd.isna(row["fitting_regime"]):
        return MISSING
    leans = row["fitting_regime"] == names.UNDETERMINED and not pd.isna(row["leans_to"])
    return row["fitting_regime"] + (f" ({row['leans_to']}?)" if leans else "")


def _difference(row: pd.Series) -> str:
    """Of test accuracy, in points, with its verdict where one is shown."""
    if pd.isna(row["difference"]):
        return MISSING
    shown = {names.BETTER: " better", names.WORSE: " worse", names.EQUAL: " equal"}.get(row["verdict"], "")
    known = "" if is_missing(row["difference_low"]) else shown
    return _interval(row, "difference", scale=100, sign=True) + known


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


def markdown_table(leaderboard: pd.DataFrame) -> str:
    rows = rows_of(leaderboard)
    if not rows:
        return "No trial finished."
    lines = ["| " + " | ".join(rows[0]) + " |", "|" + "---|" * len(rows[0])]
    return "\n".join(lines + ["| " + " | ".join(escaped(cell, MLFLOW) for cell in row.values()) + " |" for row in rows])


def caption(leaderboard: pd.DataFrame, n_test: int) -> str:
    """What the figures of the table are."""
    return (
        "Errors at the selected epoch (best validation cross-entropy), dropout off; regime and gap (validation minus "
        "train error) at the last epoch. Sorted by validation error. ± is half a 95 % interval over seeds and examples "
        f"({n_test:,} test examples, this split); differences from the baseline in points of test accuracy, better or "
        "worse after Holm's correction."
    )


def uncertainty_table(metrics: dict[str, float], n_passes: int) -> Table:
    """One deterministic pass beside Monte Carlo dropout, measure by measure, on the test examples."""
    table = Table("measure", "dropout off", f"{n_passes} passes")
    for name in (*names.MEASURES, names.ACCURACY_TRUE_LABEL):
        values = [metrics.get(f"{prefix}/{name}", np.nan) for prefix in (names.TEST, names.TEST_MC)]
        if not np.isnan(values).all():
            table.add_row(name.replace("_", " "), *(fixed(value, 4) for value in values))
    return table
