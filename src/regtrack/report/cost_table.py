"""Cost: the table as given, with its column names as words."""

import pandas as pd

from regtrack.report.table import Cell, Column, Table, words
from regtrack.words.numbers import digits, fixed, is_missing

SECONDS = "_seconds"
WORDS = {"fit": "training", "mc": "Monte Carlo passes"}


def table_of_costs(cost: pd.DataFrame) -> Table:
    """Whole numbers whole, others to three digits; text stays text."""
    columns = [_column(str(name), pd.api.types.is_numeric_dtype(cost[name])) for name in cost]
    rows = [tuple(Cell(_text(value)) for value in row) for row in cost.itertuples(index=False, name=None)]
    return Table("Cost", tuple(columns), tuple(rows))


def _column(name: str, number: bool) -> Column:
    stem = name.removesuffix(SECONDS)
    return Column(WORDS.get(stem, stem.replace("_", " ")), "s" if stem != name else "", number)


def _text(value: object) -> str:
    if isinstance(value, str) or is_missing(value):
        return words(value) if isinstance(value, str) else words(None)
    return fixed(value, 0) if float(value).is_integer() else digits(value)
