"""Differences from the baseline over several splits of the data, as a table."""

import pandas as pd

from regtrack.measures.primaries import words_of_comparison
from regtrack.report.badges import badge
from regtrack.report.table import Cell, Column, Table, words
from regtrack.words.intervals import with_interval
from regtrack.words.numbers import fixed


def table_of_over_splits(table: pd.DataFrame) -> Table | None:
    """The largest difference first; None of a sweep of one split.

    Args:
        table: names.OVER_SPLITS_COLUMNS.
    """
    if table.empty:
        return None
    by = words_of_comparison(table)
    columns = (
        Column("variant", number=False),
        Column(by.difference, by.interval_unit),
        Column("verdict", "over splits", number=False),
        Column("splits"),
        Column("trainings"),
        Column("variance", "split / seed / examples, %"),
    )
    rows = table.sort_values("difference", ascending=False, kind="stable").to_dict("records")
    return Table("Over splits", columns, tuple(_row(row, by.scale) for row in rows))


def _row(row: dict, scale: int) -> tuple[Cell, ...]:
    shown = badge(row["verdict"], "comparison")
    shares = " / ".join(fixed(100 * row[part], 0) for part in ("split_share", "seed_share", "example_share"))
    return (
        Cell(words(row["variant"])),
        Cell(with_interval(row["difference"], row["low"], row["high"], scale=scale, sign=True)),
        Cell("" if shown else words(None), str(row["reason"]), badge=shown),
        Cell(fixed(row["splits"], 0)),
        Cell(fixed(row["seeds"], 0)),
        Cell(shares),
    )
