"""The methods' table: a row a pair, a column a measure, the verdict under its difference."""

import pandas as pd

from regtrack import names
from regtrack.report.methods_table import ALONE, table_of_methods


def rows() -> pd.DataFrame:
    """Of one variant: a hundred passes against one, the ensemble of five against the best of its networks."""
    known = dict.fromkeys(names.METHOD_VERDICTS_COLUMNS) | {
        "variant": "dropout=0.2",
        "temperature": False,
        "reason": "",
    }
    passes = {"method": "mc_dropout", "passes": 100, "trainings": 1, "other": "deterministic", "other_passes": 1,
              "other_trainings": 1, "interval_covers": "seeds and examples"}  # fmt: skip
    ensemble = {"method": "ensemble", "passes": 5, "trainings": 5, "other": "best_single", "other_passes": 1,
                "other_trainings": 5, "interval_covers": "examples", "verdict": "no verdict"}  # fmt: skip
    return pd.DataFrame([
        known | passes | {"measure": "accuracy", "difference": 0.012, "low": 0.007, "high": 0.017, "verdict": "better"},
        known | passes | {"measure": "aurc", "difference": 0.001, "low": None, "high": None, "verdict": "no verdict", "reason": "too few"},
        known | ensemble | {"measure": "accuracy", "difference": 0.02, "low": 0.01, "high": 0.03},
    ])  # fmt: skip


def test_a_row_is_a_pair_with_its_cost_and_a_cell_a_difference_with_its_verdict():
    """Points for accuracy; why there is none where there is none; an ensemble's is of these networks alone."""
    table = table_of_methods(rows())
    assert [column.heading for column in table.columns[:4]] == ["variant", "method", "compared with", "accuracy"]
    passes, ensemble = table.rows
    assert [cell.text for cell in passes[:4]] == ["dropout=0.2", "100 passes", "one pass", "+1.2 ± 0.5"]
    assert (passes[3].sub, passes[-1].sub) == ("better", "too few")
    assert [(cell.text, cell.sub) for cell in ensemble[1:4]] == [
        ("the ensemble of 5", "5 / 5 passes / trainings"), ("the best of its 5 networks", "1 / 5 passes / trainings"), ("+2.0 ± 1.0", ALONE),
    ]  # fmt: skip
    assert ensemble[-1].text == ""


def test_without_dropout_there_is_no_table():
    """The page leaves it out."""
    assert table_of_methods(rows()[:0]) is None
