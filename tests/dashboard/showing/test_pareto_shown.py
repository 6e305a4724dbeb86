"""What is worth its cost, on its page."""

import pandas as pd
import pytest
from reading import store
from streamlit.testing.v1 import AppTest

from regtrack import names
from regtrack.errors import StoreError

ONE = ("dropout=0.2", "dropout", names.DETERMINISTIC, 1, 100.0, 100.0, 5, 0.9, 0.89, 0.91, 0.3, 0.28, 0.32, "", "", "")
MANY = (*ONE[:2], names.MC_DROPOUT, 100, 100.0, 10_000.0, *ONE[6:13], "dropout=0.2", names.DETERMINISTIC, "cost")


def page():
    from types import SimpleNamespace

    import pandas as pd
    from showing.pareto_shown import show_pareto

    board = pd.DataFrame({"variant": ["dropout=0.2"], "technique": ["dropout"]})
    show_pareto(SimpleNamespace(uri="sqlite:///none", run_id="run", judged=True, leaderboard=board))


@pytest.fixture
def shown(monkeypatch):
    """shown(*rows): the part of the page on these rows; without any the table cannot be read."""

    def opened(*rows) -> AppTest:
        def read(*_):
            if not rows:
                raise StoreError("sweep/pareto.parquet is missing")
            return pd.DataFrame(rows, columns=list(names.PARETO_COLUMNS))

        monkeypatch.setattr(store, "table", read)
        app = AppTest.from_function(page).run()
        assert not app.exception
        return app

    return opened


def test_whom_nobody_should_choose_is_said_and_all_are_drawn(shown):
    """A sentence and the scatter."""
    app = shown(ONE, MANY)
    assert app.markdown[0].value.startswith("Nobody should choose dropout=0.2 with 100 passes (dearer than one pass)")
    assert len(app.get("vega_lite_chart")) == 1


def test_what_is_not_there_is_said(shown):
    """A sweep that was judged before, and one with one way to answer."""
    assert (
        shown().info[0].value == "What an answer costs is told with the next report: sweep/pareto.parquet is missing."
    )
    app = shown(ONE)
    assert not app.get("vega_lite_chart")
    assert "one way to answer" in app.caption[0].value
