"""Confident errors against what the probabilities promise, as a table: a row a class, the largest excess first."""

import pandas as pd

from regtrack.names import PROMISED_ERRORS_COLUMNS
from regtrack.report.table import Cell, Column, Table
from regtrack.words.numbers import fixed

ALL = "all classes"
COLUMNS = (
    Column("class that is said", number=False),
    Column("answers"),
    Column("confident"),
    Column("wrong", "as promised"),
    Column("at most", "95 %, all rows"),
    Column("wrong", "as given"),
    Column("excess"),
    Column("verdict", number=False),
)


def table_of_promises(promised: pd.DataFrame) -> Table:
    """Of names.PROMISED_ERRORS_COLUMNS of one split, all classes together last."""
    rows = promised.reindex(columns=list(PROMISED_ERRORS_COLUMNS)).assign(whole=lambda table: table["label"].isna())
    rows = rows.sort_values(["whole", "excess"], ascending=[True, False], kind="stable")
    return Table("Confident errors against what is promised", COLUMNS, tuple(map(_row, rows.to_dict("records"))))


def _row(row: dict) -> tuple[Cell, ...]:
    return (
        Cell(ALL if row["whole"] else str(row["class"])),
        Cell(fixed(row["examples"], 0)),
        Cell(fixed(row["confident"], 0)),
        Cell(fixed(row["expected_wrong"], 1)),
        Cell(fixed(row["upper_limit"], 0)),
        Cell(fixed(row["observed_wrong"], 0)),
        Cell(fixed(row["excess"], 1, sign=True)),
        Cell("more than promised" if row["more_than_promised"] else "no more than promised"),
    )
