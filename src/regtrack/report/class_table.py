"""The chosen variant against the baseline, class by class, as a table."""

import pandas as pd

from regtrack.report.badges import badge
from regtrack.report.table import Cell, Column, Table, words
from regtrack.words.intervals import with_interval
from regtrack.words.numbers import fixed, p_value

COLUMNS = (
    Column("class", number=False),
    Column("difference of recall", "points ± 95 %"),
    Column("verdict", "all classes together", number=False),
    Column("p", "adjusted"),
    Column("recall"),
    Column("the baseline's"),
    Column("examples"),
)


def table_of_classes(class_differences: pd.DataFrame) -> Table | None:
    """Of names.CLASS_DIFFERENCES_COLUMNS, in their order; None where there is no row."""
    rows = tuple(_row(row) for row in class_differences.to_dict("records"))
    return Table("The chosen variant by class", COLUMNS, rows) if rows else None


def _row(row: dict) -> tuple[Cell, ...]:
    shown = badge(row["verdict"], "comparison")
    return (
        Cell(words(row["class"])),
        Cell(with_interval(row["difference"], row["low"], row["high"], scale=100, sign=True)),
        Cell("" if shown else words(None), row["reason"], badge=shown),
        Cell(p_value(row["p_adjusted"])),
        Cell(fixed(row["recall"], 3)),
        Cell(fixed(row["other_recall"], 3)),
        Cell(fixed(row["examples"], 0)),
    )
