"""The methods of each variant with dropout against what costs as much or less, as a table: a row a pair, a column a measure."""

import pandas as pd

from regtrack.diagnosis.method_verdicts import EXAMPLES, JUDGED_BY, PAIR
from regtrack.diagnosis.method_words import difference_told, method_name, other_name
from regtrack.measures.primaries import COMPARED
from regtrack.names import NO_VERDICT
from regtrack.report.table import Cell, Column, Table, words
from regtrack.words.numbers import fixed

ALONE = "these networks alone"
"""Under a difference whose interval knows nothing of other trainings."""


def table_of_methods(verdicts: pd.DataFrame) -> Table | None:
    """Of names.METHOD_VERDICTS_COLUMNS, in their order; None where there is no row."""
    if verdicts.empty:
        return None
    columns = (
        Column("variant", number=False),
        Column("method", number=False),
        Column("compared with", number=False),
        *(Column(COMPARED[measure].gained, COMPARED[measure].interval_unit) for measure in JUDGED_BY),
    )
    pairs = [own.to_dict("records") for _, own in verdicts.groupby(["variant", *PAIR], sort=False)]
    return Table("The methods of each variant with dropout", columns, tuple(map(_row, pairs)))


def _row(pair: list[dict]) -> tuple[Cell, ...]:
    first, of = pair[0], {row["measure"]: row for row in pair}
    cost = f"{fixed(first['other_passes'], 0)} / {fixed(first['other_trainings'], 0)}"
    own = f"{fixed(first['passes'], 0)} / {fixed(first['trainings'], 0)}"
    return (
        Cell(words(first["variant"])),
        Cell(method_name(first), f"{own} passes / trainings"),
        Cell(other_name(first), f"{cost} passes / trainings"),
        *(_cell(of[measure]) if measure in of else Cell("") for measure in JUDGED_BY),
    )


def _cell(row: dict) -> Cell:
    standing = row["reason"] if row["verdict"] == NO_VERDICT else row["verdict"]
    return Cell(difference_told(row, unit=False), ALONE if row["interval_covers"] == EXAMPLES else standing)
