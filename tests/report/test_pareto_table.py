"""The report's table of ways to answer."""

import pandas as pd

from regtrack.names import DETERMINISTIC, MC_DROPOUT, PARETO_COLUMNS
from regtrack.report.pareto_table import table_of_pareto

ONE = {
    "variant": "dropout=0.2", "technique": "dropout", "method": DETERMINISTIC, "passes": 1, "products": 1_000.0, "cost": 1_000.0, "seeds": 5,
    "accuracy": 0.94, "accuracy_low": 0.93, "accuracy_high": 0.95, "negative_log_likelihood": 0.3, "negative_log_likelihood_low": 0.28,
    "negative_log_likelihood_high": 0.32, "beaten_by": "", "beaten_by_method": "", "worse_in": "",
}  # fmt: skip
MANY = ONE | {"method": MC_DROPOUT, "passes": 100, "cost": 1e5, "negative_log_likelihood": 0.31, "beaten_by": "dropout=0.2",
              "beaten_by_method": DETERMINISTIC, "worse_in": "cost"}  # fmt: skip


def test_the_likeliest_stands_first_and_the_beaten_say_why():
    """Multiplications in thousands, and because of whom nobody should choose it."""
    first, second = table_of_pareto(pd.DataFrame([MANY, ONE])).rows
    assert [cell.text for cell in first] == ["dropout=0.2", "1.0", "0.940 ± 0.010", "0.300 ± 0.020", "–"]
    assert [cell.text for cell in second][:2] == ["dropout=0.2 with 100 passes", "100.0"]
    assert (second[4].text, second[4].sub) == ("dropout=0.2, deterministic", "dearer")


def test_one_way_to_answer_has_no_table():
    """Nothing to weigh."""
    assert table_of_pareto(pd.DataFrame([ONE])) is None
    assert table_of_pareto(pd.DataFrame(columns=list(PARETO_COLUMNS))) is None
