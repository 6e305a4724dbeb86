"""The table against the baseline: what stands below a cell is what its verdict leaves open."""

import pandas as pd
import pytest

from regtrack import names
from regtrack.diagnosis.differences.families import TO_BASELINE
from regtrack.report.comparison_tables import tables_of_comparison

ROW = {
    "family": TO_BASELINE, "split": "test", "variant": "l2=1", "other": "baseline", "seeds": 5, "other_seeds": 5,
    "examples": 1000, "difference": -0.02, "low": -0.05, "high": 0.01, "verdict": names.NOT_SHOWN, "fixed": 10.0,
    "broken": 30.0, "power": 0.3, "seeds_needed_low": 12, "seeds_needed_high": 40, "seeds_needed_seen": 9,
    "seeds_apart": names.WORSE, "outlying_seeds": "", "difference_iqm": -0.001, "primary": names.ACCURACY,
}  # fmt: skip


def subs(**changed) -> dict[str, str]:
    """By heading, what stands below the cells of the one row."""
    table, _ = tables_of_comparison(pd.DataFrame([ROW | changed]))
    return {column.heading: cell.sub for column, cell in zip(table.columns, table.rows[0], strict=True) if cell.sub}


@pytest.mark.parametrize(("changed", "expected"), [
    ({}, {"verdict": "each seed worse than each of the other's", "seeds needed": "9 for what was seen"}),
    ({"verdict": names.WORSE}, {}),
    ({"verdict": names.NO_VERDICT, "reason": "too few seeds", "seeds_needed_seen": None},
     {"verdict": "too few seeds; each seed worse than each of the other's"}),
    ({"verdict": names.WORSE, "outlying_seeds": "3"},
     {"seeds": "seed 3 far off", "difference of accuracy": "−0.1 of interquartile means"}),
    ({"seeds_apart": None, "seeds_needed_seen": None, "outlying_seeds": None}, {}),
])  # fmt: skip
def test_what_a_verdict_leaves_open_stands_below_it(changed, expected):
    """Seeds apart and seeds needed where nothing is shown; a seed far off, with what the others say, whatever is."""
    assert subs(**changed) == expected
