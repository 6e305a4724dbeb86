"""The report's table of promised errors: its order, its words, and nothing of nothing."""

import pandas as pd

from regtrack import names
from regtrack.report.promised_table import table_of_promises

ROWS = [
    ("test", None, None, 2000, 900, 20.04, 60, 34, 39.96, True),
    ("test", 0, "cat", 1100, 500, 11.0, 9, 23, -2.0, False),
    ("test", 1, "dog", 900, 400, 9.04, 51, 20, 41.96, True),
]


def test_the_largest_excess_first_and_all_together_last():
    """Counts as they are, expectations to a tenth, a verdict in words a row."""
    table = table_of_promises(pd.DataFrame(ROWS, columns=list(names.PROMISED_ERRORS_COLUMNS)))
    assert [[cell.text for cell in row] for row in table.rows] == [
        ["dog", "900", "400", "9.0", "20", "51", "+42.0", "more than promised"],
        ["cat", "1,100", "500", "11.0", "23", "9", "−2.0", "no more than promised"],
        ["all classes", "2,000", "900", "20.0", "34", "60", "+40.0", "more than promised"],
    ]
    assert len(table.columns) == len(table.rows[0])


def test_no_table_has_no_row():
    """A report that was not given any."""
    assert table_of_promises(pd.DataFrame()).rows == ()
