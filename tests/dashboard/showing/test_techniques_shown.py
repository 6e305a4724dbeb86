"""Techniques on their page: sentence, chart and table; what an earlier judgement lacks is said."""

import pandas as pd
import pytest
from reading import store
from showing import techniques_shown
from streamlit.testing.v1 import AppTest

from regtrack import names
from regtrack.errors import StoreError

NONE = {
    "technique": "none", "settings": 1, "trainings": 5, "fit_seconds": 10.0, "chosen": "baseline", "seeds": 5, "primary": names.ACCURACY,
    "validation": 0.90, "test": 0.89, "test_low": 0.88, "test_high": 0.90, "other": "baseline", "difference": 0.0, "low": 0.0, "high": 0.0,
    "verdict": "", "reason": "",
}  # fmt: skip
DROPOUT = NONE | {"technique": "dropout", "settings": 2, "trainings": 10, "chosen": "dropout=0.2", "difference": 0.02, "low": 0.01, "high": 0.03,
                  "verdict": names.BETTER}  # fmt: skip
EXPECTED = [
    (one["technique"], tries, one["settings"], 5.0, 0.9, 0.9, 0.88, 0.92, difference, low, 0.03, verdict, "", names.ACCURACY)
    for one, tries, difference, low, verdict in (
        (NONE, 1, 0.0, 0.0, ""), (DROPOUT, 1, 0.0, -0.03, names.NOT_SHOWN), (DROPOUT, 2, 0.02, 0.01, names.BETTER))
]  # fmt: skip
TABLES = {
    names.TECHNIQUES: pd.DataFrame([DROPOUT, NONE]),
    names.EXPECTED_BEST: pd.DataFrame(EXPECTED, columns=list(names.EXPECTED_BEST_COLUMNS)),
    names.COMPARISON: pd.DataFrame(columns=list(names.COMPARISON_COLUMNS)),
}


def page():
    from types import SimpleNamespace

    from showing.techniques_shown import show_techniques

    show_techniques(SimpleNamespace(uri="sqlite:///none", run_id="run", judged=True))


@pytest.fixture
def shown(monkeypatch):
    """shown(tables): the part of the page on these tables by artifact; one that is not there cannot be read."""

    def opened(tables: dict) -> AppTest:
        def read(uri, run_id, artifact):
            if artifact not in tables:
                raise StoreError(f"{artifact} is missing")
            return tables[artifact]

        monkeypatch.setattr(store, "table", read)
        app = AppTest.from_function(page).run()
        assert not app.exception
        return app

    return opened


def test_the_page_says_which_technique_for_how_many_tries(shown):
    """The sentence leads, the chart draws the expected best, the table has a row a technique in points."""
    app = shown(TABLES)
    assert (
        app.markdown[0].value
        == "#### With one try, nothing is shown to beat a network without a regularizer; with 2 tries, dropout."
    )
    assert len(app.get("vega_lite_chart")) == 1
    [table] = app.dataframe
    assert table.value["technique"].tolist() == ["dropout", "none"]
    assert table.value[["difference", "low", "high"]].iloc[0].tolist() == pytest.approx([2, 1, 3])
    assert table.value[["difference", "low", "high"]].iloc[1].isna().all()  # the baseline from itself


def test_a_sweep_that_was_judged_before_says_what_brings_it(shown):
    """No table, no exception."""
    [told] = shown({names.COMPARISON: TABLES[names.COMPARISON]}).info
    assert told.value == "Techniques are compared with the next report: sweep/techniques.parquet is missing."


def test_a_single_technique_has_no_other(shown):
    """Nothing to draw."""
    app = shown(TABLES | {names.TECHNIQUES: pd.DataFrame([NONE])})
    assert "there is no other" in app.info[0].value
    assert not app.get("vega_lite_chart")


def test_over_all_splits_pairs_are_those_of_their_table_and_the_page_says_it(shown, monkeypatch):
    """The second sentence is of the pairs that are stored, not of the first split's comparison; the captions name the splits."""
    monkeypatch.setattr(techniques_shown, "is_over_all_splits", lambda _: True)
    monkeypatch.setattr(techniques_shown, "of_which_splits", lambda _: "over 7 splits")
    pair = dict.fromkeys(names.TECHNIQUE_PAIRS_COLUMNS) | {
        "technique": "dropout", "other_technique": "none", "verdict": names.BETTER
    }  # fmt: skip
    app = shown(TABLES | {names.TECHNIQUE_PAIRS: pd.DataFrame([pair])})
    assert "on test it is shown better than a network without a regularizer" in app.markdown[1].value
    captions = [caption.value for caption in app.caption]
    assert all("over 7 splits" in caption for caption in captions)
    assert captions
