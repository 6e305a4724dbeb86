"""The table against the baseline: what stands below a cell is what its verdict leaves open."""

import pandas as pd
import pytest

from regtrack import names
from regtrack.diagnosis.differences.families import AMONG_ALL, TO_BASELINE
from regtrack.report.comparison_tables import pairs_in_words, tables_of_comparison

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


def pairs(n: int, *variants: str) -> pd.DataFrame:
    """n pairs of v0, v1, ..., whose differences grow; variants beside them that stand against the baseline alone."""
    names_of = [(f"v{i}", f"v{j}") for i in range(n) for j in range(i)][:n]
    known = ROW | {"family": AMONG_ALL}
    rows = [known | {"variant": a, "other": b, "difference": (-1) ** i * i / n} for i, (a, b) in enumerate(names_of)]
    return pd.DataFrame(rows + [ROW | {"variant": one, "other": "v0"} for one in variants])


def test_what_the_table_of_pairs_shows_is_said():
    """All of them; those of the variants that do best; those of the variants shown, where the page leaves some out."""
    assert pairs_in_words(pairs(10)) == "Every pair of variants (10)"
    assert pairs_in_words(pairs(10, "w")) == "Every pair of the 5 variants that do best on validation (10)"
    assert pairs_in_words(pairs(10), some=True) == "Every pair of the variants shown (10)"
