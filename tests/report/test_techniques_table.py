"""The report's table of techniques."""

import pandas as pd

from regtrack.names import ACCURACY, BETTER, TECHNIQUES_COLUMNS
from regtrack.report.techniques_table import table_of_techniques

DROPOUT = {
    "technique": "dropout", "settings": 3, "trainings": 15, "fit_seconds": 30.4, "chosen": "dropout=0.2", "seeds": 5, "primary": ACCURACY,
    "validation": 0.95, "test": 0.94, "test_low": 0.93, "test_high": 0.95, "other": "baseline", "difference": 0.05, "low": 0.04, "high": 0.06,
    "verdict": BETTER, "reason": "",
}  # fmt: skip
NONE = DROPOUT | {
    "technique": "none",
    "settings": 1,
    "trainings": 5,
    "chosen": "baseline",
    "difference": 0.0,
    "low": 0.0,
    "high": 0.0,
    "verdict": "",
}


def table(*rows: dict) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(TECHNIQUES_COLUMNS))


def test_a_row_says_what_was_tried_what_was_chosen_and_how_it_differs():
    """In points, with the interval; the baseline's difference from itself is left empty."""
    first, second = ([cell.text for cell in row] for row in table_of_techniques(table(DROPOUT, NONE)).rows)
    assert first[:5] == ["dropout", "3", "15", "30", "dropout=0.2"]
    assert first[6:8] == ["0.940 ± 0.010", "+5.0 ± 1.0"]
    assert second[7] == ""


def test_a_single_technique_has_no_table():
    """There is no other to set it against."""
    assert table_of_techniques(table(NONE)) is None
    assert table_of_techniques(pd.DataFrame()) is None
