"""How much one of two does better than the other: never "0.00 points less"."""

import numpy as np
import pandas as pd

from regtrack.diagnosis.beside_verdict import is_told
from regtrack.measures.primaries import words_of_primary
from regtrack.words.intervals import with_interval
from regtrack.words.numbers import digits


def difference_in_words(row: pd.Series, other: str) -> str:
    """`1.20 ± 0.80 points more test accuracy than **b** (95 %)`, or `the same test accuracy as **b**` where not even a
    digit tells them apart. `other` is escaped."""
    by, difference = words_of_primary(row["primary"]), row["difference"]
    limits = (row["low"], row["high"]) if difference > 0 else (-row["high"], -row["low"])
    has_interval = np.isfinite(row["high"] - row["low"])
    why = row["reason"] if is_told(row.get("reason")) else "one seed tells nothing of others"
    known = "95 %" if has_interval else f"no interval: {why}"
    points = with_interval(abs(difference), *limits, scale=by.scale)
    value, _, half = points.partition(" ")
    if float(value.replace(",", "")) == 0:
        known = f"{by.with_unit(half)}, {known}" if half else known
        return f"the same test {by.differs} as **{other}** ({known})"
    more = "more" if (difference > 0) != by.lowered else "less"
    return f"{by.with_unit(points)} {more} test {by.differs} than **{other}** ({known})"


def points_in_words(fixed: int, broken: int, n: int) -> str:
    """`0.28 points more test accuracy than`; `the same test accuracy as` where as many are fixed as broken."""
    if fixed == broken:
        return "the same test accuracy as"
    points = 100 * abs(fixed - broken) / n
    return f"{digits(points, 2)} points {'more' if fixed > broken else 'less'} test accuracy than"
