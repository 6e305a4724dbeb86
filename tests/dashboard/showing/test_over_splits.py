"""What holds over splits, on the overview: sentences and a table, nothing of a sweep of one split, a damaged table said."""

from types import SimpleNamespace

import pandas as pd
import pytest
from reading import store
from showing import over_splits
from streamlit.testing.v1 import AppTest

from regtrack import names
from regtrack.errors import StoreError

ROW = dict.fromkeys(names.OVER_SPLITS_COLUMNS, 0.0) | {
    "variant": "l2=0.1", "other": "baseline", "splits": 7, "seeds": 14, "primary": names.ACCURACY, "difference": 0.02,
    "low": 0.01, "high": 0.03, "verdict": names.BETTER, "reason": "", "split_share": 0.2, "seed_share": 0.5, "example_share": 0.3,
    "test_is_fixed": False,
}  # fmt: skip


def page():
    from types import SimpleNamespace

    from showing.over_splits import show_over_splits

    show_over_splits(SimpleNamespace(uri="sqlite:///none", run_id="run", judged=True))


@pytest.fixture
def shown(monkeypatch):
    """shown(tags, table): the app of a sweep's run with these tags, and this table or an error in its place."""

    def opened(tags: dict, table, answer=None) -> AppTest:
        def read(*_):
            if isinstance(table, StoreError):
                raise table
            return table

        monkeypatch.setattr(store, "tags", lambda *_: tags)
        monkeypatch.setattr(store, "table", read)
        monkeypatch.setattr(over_splits, "known_answer", lambda _: answer)
        app = AppTest.from_function(page).run()
        assert not app.exception
        return app

    return opened


def test_a_sweep_over_splits_says_what_holds(shown):
    """The sentences, and a row a variant in points and per cent."""
    app = shown({names.SPLITS: "7"}, pd.DataFrame([ROW]))
    assert app.subheader[0].value == "Does it hold on other splits of the data?"
    assert "l2=0.1 (+2.0 ± 1.0 points)" in app.markdown[0].value
    [table] = app.dataframe
    row = table.value.iloc[0]
    assert row[["difference", "low", "high", "split_share", "seed_share", "example_share"]].tolist() == pytest.approx(
        [2, 1, 3, 20, 50, 30]
    )


def test_a_sweep_of_one_split_shows_nothing(shown):
    """Without the tag no table is asked for."""
    app = shown({}, StoreError("nobody should ask"))
    assert not app.subheader
    assert not app.warning


def test_a_table_that_cannot_be_read_is_said(shown):
    """A warning in its place; the rest of the page goes on."""
    app = shown({names.SPLITS: "7"}, StoreError("sweep/over_splits.parquet is missing"))
    assert "sweep/over\\_splits.parquet is missing" in app.warning[0].value


@pytest.mark.parametrize(
    ("over", "said"), [("", "Everything else on this page is of the first split"), ("7 splits", "are over all splits")]
)
def test_the_page_says_what_else_is_over_splits(shown, over, said):
    """Where the stored answer is over them, answer and leaderboard; of one that is older, nothing."""
    app = shown({names.SPLITS: "7"}, pd.DataFrame([ROW]), SimpleNamespace(over=over, by_folds=False))
    assert said in app.subheader[0].proto.help
