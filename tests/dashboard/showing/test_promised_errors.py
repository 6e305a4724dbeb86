"""What is promised, on screen: the largest excess first, and a sweep that was judged before this was asked."""

import pandas as pd
from reading.sweep import Sweep
from showing.promised_errors import promise_table
from streamlit.testing.v1 import AppTest

from regtrack import names


def test_all_together_come_first_then_the_largest_excess():
    """Whatever the order of the stored rows."""
    rows = [("test", 0, "cat", 9, 9, 2.0, 1, 5, -1.0, False), ("test", None, None, 20, 19, 4.0, 9, 9, 5.0, False),
            ("test", 1, "dog", 11, 10, 2.0, 8, 5, 6.0, True)]  # fmt: skip
    table = promise_table(pd.DataFrame(rows, columns=list(names.PROMISED_ERRORS_COLUMNS)))
    assert table["class that is said"].tolist() == ["all together", "dog", "cat"]
    assert table["wrong, as given"].tolist() == [9, 8, 1]
    assert table["more than promised"].tolist() == [False, True, False]


def test_an_older_judgement_says_how_to_ask(store, monkeypatch, words):
    """Without the table no sentence about it, but the command that makes it."""
    monkeypatch.setenv("MLFLOW_TRACKING_URI", store.tracking_uri)
    run_id = store.create_run(store.get_experiment_by_name("tests").experiment_id).info.run_id
    sweep = Sweep(store.tracking_uri, "1", run_id, run_id, "FINISHED", pd.Timestamp.now(), 2, pd.DataFrame(), pd.DataFrame(), True)  # fmt: skip

    def page(sweep):
        from showing.promised_errors import show_promises

        show_promises(sweep, 0.9)

    app = AppTest.from_function(page, kwargs={"sweep": sweep}, default_timeout=60).run()
    assert not app.exception
    assert f"regtrack report --sweep {run_id}" in words(app)
    assert "promise " not in words(app).replace("probabilities promise was not asked", "")
