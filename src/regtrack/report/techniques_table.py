"""Techniques at the settings that validation chooses of them, with what their tries cost, as a table."""

import pandas as pd

from regtrack.measures.declared import MEASURES
from regtrack.measures.primaries import words_of_comparison
from regtrack.report.badges import badge
from regtrack.report.table import Cell, Column, Table, words
from regtrack.words.intervals import with_interval
from regtrack.words.numbers import fixed


def table_of_techniques(techniques: pd.DataFrame) -> Table | None:
    """In their order, the best on validation first; None of fewer than two techniques.

    Args:
        techniques: names.TECHNIQUES_COLUMNS.
    """
    if len(techniques) < 2:
        return None
    by, measure = words_of_comparison(techniques), MEASURES[techniques["primary"].iloc[0]]
    columns = (
        Column("technique", number=False),
        Column("settings", "tried"),
        Column("trainings", "settings × seeds"),
        Column("training time", "s"),
        Column("chosen", "on validation", number=False),
        Column(f"validation {measure.words}"),
        Column(f"test {measure.words}", "± 95 %, all variants together"),
        Column(by.difference, by.interval_unit),
        Column("verdict", "all variants together", number=False),
    )
    rows = tuple(_row(row, by.scale, measure.digits) for row in techniques.to_dict("records"))
    return Table("Techniques", columns, rows).without_empty_columns("technique", "chosen")


def _row(row: dict, scale: int, digits: int) -> tuple[Cell, ...]:
    shown = badge(row["verdict"], "comparison")
    is_baseline = row["chosen"] == row["other"]
    difference = (
        "" if is_baseline else with_interval(row["difference"], row["low"], row["high"], scale=scale, sign=True)
    )
    return (
        Cell(words(row["technique"])),
        Cell(fixed(row["settings"], 0)),
        Cell(fixed(row["trainings"], 0)),
        Cell(fixed(row["fit_seconds"], 0)),
        Cell(words(row["chosen"])),
        Cell(fixed(row["validation"], digits)),
        Cell(with_interval(row["test"], row["test_low"], row["test_high"])),
        Cell(difference),
        Cell("" if shown else words(None), "" if is_baseline else str(row["reason"]), badge=shown),
    )
