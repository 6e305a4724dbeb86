"""The report's table over splits: the largest difference first, its parts of the variance, why there is no verdict."""

import pandas as pd

from regtrack.names import ACCURACY, BETTER, NO_VERDICT, OVER_SPLITS_COLUMNS
from regtrack.report.over_splits_table import table_of_over_splits
from regtrack.report.render import render_report
from regtrack.report.report import Report


def rows(**parts) -> dict:
    return dict.fromkeys(OVER_SPLITS_COLUMNS, 0.0) | {
        "variant": "l2=0.1", "other": "baseline", "splits": 7, "seeds": 14, "primary": ACCURACY, "difference": 0.02,
        "low": 0.01, "high": 0.03, "verdict": BETTER, "reason": "", "split_share": 0.2, "seed_share": 0.5, "example_share": 0.3,
    } | parts  # fmt: skip


def test_a_row_says_difference_verdict_and_parts():
    """Points with half a 95 % interval, the verdict's badge, splits and trainings, shares in per cent; the best first."""
    table = table_of_over_splits(pd.DataFrame([rows(variant="less", difference=0.01, low=0.0, high=0.02), rows()]))
    first, second = ([cell.text for cell in row] for row in table.rows)
    assert (first[0], second[0]) == ("l2=0.1", "less")
    assert first[1:] == ["+2.0 ± 1.0", "", "7", "14", "20 / 50 / 30"]
    assert table.rows[0][2].badge.word == BETTER


def test_what_is_not_known_is_a_dash():
    """One seed a split: the seed's part is missing; too few splits: the reason stands under the verdict."""
    few = rows(
        seed_share=float("nan"), verdict=NO_VERDICT, reason="fewer than 5 splits", low=float("nan"), high=float("nan")
    )
    [row] = table_of_over_splits(pd.DataFrame([few])).rows
    assert row[5].text == "20 / – / 30"
    assert row[2].sub == "fewer than 5 splits"


def test_the_page_of_a_sweep_of_one_split_has_no_such_table():
    """No table, no heading."""
    assert table_of_over_splits(pd.DataFrame(columns=list(OVER_SPLITS_COLUMNS))) is None
    assert "other splits" not in render_report(Report(title="a sweep", answer="nothing"))
