"""The leaderboard as two tables: how often each variant is right, and whether its confidence can be trusted."""

from collections.abc import Mapping

import pandas as pd

from regtrack.names import LEADERBOARD_COLUMNS
from regtrack.report.marks import badge
from regtrack.report.numbers import MISSING, digits, fixed, is_missing, with_interval
from regtrack.report.table import Cell, Column, Table, words

ACCURACY_COLUMNS = (
    Column("variant", number=False),
    Column("fitting regime", "at the last epoch", number=False),
    Column("test accuracy", "share ± 95 %"),
    Column("against the baseline", "points ± 95 %"),
    Column("validation error", "share ± 95 %"),
    Column("train error", "share"),
    Column("generalization gap", "share ± 95 %"),
    Column("test accuracy, true labels", "share"),
    Column("seeds"),
    Column("selected epoch", "mean"),
    Column("training", "s a trial"),
)
TRUST_COLUMNS = (
    Column("variant", number=False),
    Column("NLL", "nats"),
    Column("ECE", "share"),
    Column("ECE if calibrated", "mean (95 % quantile)"),
    Column("AURC"),
    Column("confident but wrong", "test examples"),
    Column("with MC dropout", "test examples"),
    Column("accuracy, MC dropout", "share"),
)


def accuracy_table(leaderboard: pd.DataFrame) -> Table:
    """A row a variant, in the order given."""
    rows = [_accuracy_row(row) for row in _rows(leaderboard)]
    return Table("Leaderboard", ACCURACY_COLUMNS, tuple(rows)).without_empty_columns("fitting regime", "test accuracy")


def trust_table(leaderboard: pd.DataFrame, reference: Mapping[str, tuple[float, float]]) -> Table | None:
    """The same order; None where no variant has any of these measures."""
    table = Table("Confidence", TRUST_COLUMNS, tuple(_trust_row(row, reference) for row in _rows(leaderboard)))
    table = table.without_empty_columns()
    return table if len(table.columns) > 1 else None


def has_dropout(leaderboard: pd.DataFrame) -> bool:
    """Whether any variant was measured with Monte Carlo dropout."""
    columns = ["test_mc_accuracy", "mc_high_confidence_errors"]
    return bool(leaderboard.reindex(columns=columns).notna().any().any())


def _rows(leaderboard: pd.DataFrame):
    return leaderboard.reindex(columns=list(LEADERBOARD_COLUMNS)).to_dict("records")


def _accuracy_row(row: dict) -> tuple[Cell, ...]:
    maybe_best = not is_missing(row["not_shown_worse_than_best"]) and bool(row["not_shown_worse_than_best"])
    return (
        Cell(words(row["variant"]), "may be the best" if maybe_best else ""),
        _regime(row),
        Cell(_interval(row, "test_accuracy")),
        _difference(row),
        Cell(_interval(row, "val_error")),
        Cell(fixed(row["train_error"], 3)),
        Cell(_interval(row, "generalization_gap")),
        Cell(fixed(row["test_accuracy_true_label"], 3)),
        Cell(fixed(row["seeds"], 0)),
        Cell(fixed(row["best_epoch"], 1)),
        Cell(digits(row["fit_seconds"])),
    )


def _regime(row: dict) -> Cell:
    shown, selected = badge(row["fitting_regime"], "regime"), badge(row["fitting_regime_selected"], "regime")
    leans = words(row["leans_to"])
    sub = [f"leans to {leans}"] if leans not in (MISSING, words(row["fitting_regime"])) else []
    sub += [f"kept model: {selected.word}"] if selected and selected != shown else []
    return Cell("" if shown else MISSING, "; ".join(sub), shown)


def _difference(row: dict) -> Cell:
    text = _interval(row, "difference", scale=100, sign=True)
    return Cell(text, "" if is_missing(row["verdict"]) else str(row["verdict"]))


def _interval(row: dict, name: str, **how) -> str:
    return with_interval(row[name], row[f"{name}_low"], row[f"{name}_high"], **how)


def _trust_row(row: dict, reference: Mapping[str, tuple[float, float]]) -> tuple[Cell, ...]:
    known = reference.get(row["variant"])
    calibrated = f"{fixed(known[0], 3)} ({fixed(known[1], 3)})" if known else MISSING
    return (
        Cell(words(row["variant"])),
        Cell(fixed(row["negative_log_likelihood"], 3)),
        Cell(fixed(row["expected_calibration_error"], 3)),
        Cell(calibrated),
        Cell(fixed(row["aurc"], 4)),
        Cell(fixed(row["high_confidence_errors"], 0)),
        Cell(fixed(row["mc_high_confidence_errors"], 0)),
        Cell(fixed(row["test_mc_accuracy"], 3)),
    )
