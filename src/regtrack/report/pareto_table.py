"""Ways to answer with what an answer costs, as a table."""

import pandas as pd

from regtrack.diagnosis.pareto.pareto_words import predictor_in_words, worse_in_words
from regtrack.report.table import Cell, Column, Table, words
from regtrack.words.intervals import with_interval
from regtrack.words.numbers import fixed

COLUMNS = (
    Column("answers", number=False),
    Column("multiplications", "an answer, thousands"),
    Column("accuracy", "share ± 95 %"),
    Column("NLL", "nats ± 95 %"),
    Column("nobody should choose it", "because of", number=False),
)


def table_of_pareto(pareto: pd.DataFrame) -> Table | None:
    """The lowest negative log-likelihood first; None of fewer than two.

    Args:
        pareto: names.PARETO_COLUMNS.
    """
    if len(pareto) < 2:
        return None
    rows = pareto.sort_values("negative_log_likelihood", kind="stable").to_dict("records")
    return Table("What an answer costs", COLUMNS, tuple(map(_row, rows))).without_empty_columns("answers")


def _row(row: dict) -> tuple[Cell, ...]:
    by = "" if not row["beaten_by"] else f"{row['beaten_by']}, {row['beaten_by_method'].replace('_', ' ')}"
    return (
        Cell(predictor_in_words(row)),
        Cell(fixed(row["cost"] / 1000, 1)),
        Cell(with_interval(row["accuracy"], row["accuracy_low"], row["accuracy_high"])),
        Cell(with_interval(*(row[name] for name in ("negative_log_likelihood", "negative_log_likelihood_low", "negative_log_likelihood_high")))),
        Cell(words(by), worse_in_words(row)),
    )  # fmt: skip
