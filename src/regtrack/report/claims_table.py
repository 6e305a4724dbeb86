"""The article's claims as a table: effect with its interval, verdict, reason, and the runs it rests on."""

from collections.abc import Mapping

import pandas as pd

from regtrack.names import CLAIMS_COLUMNS
from regtrack.report.badges import badge
from regtrack.report.table import Cell, Column, Table, words
from regtrack.words.intervals import with_interval
from regtrack.words.lists import counted
from regtrack.words.numbers import is_missing

COLUMNS = (
    Column("claim", number=False),
    Column("verdict", number=False),
    Column("effect", "± 95 %"),
    Column("reason", number=False),
    Column("runs", number=False),
)
SHOWN_OF_ID = 8
SHOWN_RUNS = 4
"""A claim may rest on a hundred runs; sweep/claims.parquet names them all."""
RATIO = "x"
"""Unit of a multiple: it has no sign."""


def table_of_claims(claims: pd.DataFrame, links: Mapping[str, str]) -> Table:
    """A row a claim, in the order given."""
    claims = claims.reindex(columns=list(CLAIMS_COLUMNS))
    return Table("Claims", COLUMNS, tuple(_row(row, links) for row in claims.to_dict("records")))


def _row(row: dict, links: Mapping[str, str]) -> tuple[Cell, ...]:
    title, shown = words(row["title"]), badge(row["verdict"], "claim")
    effect = with_interval(row["effect"], row["low"], row["high"], sign=row["unit"] != RATIO)
    unit = "" if is_missing(row["unit"]) or is_missing(row["effect"]) else f" {row['unit']}"
    seeds = "" if is_missing(row["seeds"]) else counted(int(row["seeds"]), "seed")
    measure = "" if is_missing(row["measure"]) else str(row["measure"]).replace("_", " ")
    return (
        Cell(title if not is_missing(row["title"]) else words(row["claim"]), measure),
        Cell("" if shown else words(None), badge=shown),
        Cell(effect + unit, seeds),
        Cell(words(row["reason"])),
        _runs(_ids(row["run_ids"]), links),
    )


def _runs(run_ids: list[str], links: Mapping[str, str]) -> Cell:
    shown = tuple((run_id[:SHOWN_OF_ID], links.get(run_id)) for run_id in run_ids[:SHOWN_RUNS])
    more = len(run_ids) - len(shown)
    return Cell(links=shown, sub=f"and {more} more" if more else "")


def _ids(run_ids: object) -> list[str]:
    """A list, an array as parquet gives it back, or nothing."""
    if run_ids is None or isinstance(run_ids, float):
        return []
    return [run_ids] if isinstance(run_ids, str) else [str(run_id) for run_id in run_ids]
