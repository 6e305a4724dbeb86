"""A chart on a page is the chart that Altair makes, drawn once for what it shows."""

import json

import pandas as pd
import pyarrow as pa
import pytest
import streamlit as st
from showing import drawn

from regtrack.charts.convergence import convergence_chart
from regtrack.charts.differences import differences_chart

COMPARISON = pd.DataFrame({
    "variant": ["l2=0.01", "l1=0.01"], "other": "baseline", "split": "test", "difference": [0.02, None],
    "low": [0.01, None], "high": [0.03, None], "verdict": ["better", None],
})  # fmt: skip
STEPS = pd.DataFrame({"n_passes": [1, 10], "blocks": [10, 1], "measure": "accuracy", "mean": [0.5, 0.6], "std": 0.1,
                      "seconds": [0.1, 1.0]})  # fmt: skip


@pytest.fixture(autouse=True)
def _forgetful():
    """Each test begins with nothing drawn."""
    st.cache_data.clear()
    yield
    st.cache_data.clear()


def tables_of(spec: dict, content) -> tuple[dict, list[list]]:
    """The specification without its tables, and the tables in the order in which its parts name them."""
    found = []

    def without(part):
        if isinstance(part, list):
            return [without(one) for one in part]
        if not isinstance(part, dict):
            return part
        if "name" in (data := part.get("data") or {}):
            found.append(content(spec["datasets"][data["name"]]))
        return {key: without(value) for key, value in part.items() if key not in ("data", "datasets", "name")}

    return without(spec), found


@pytest.mark.parametrize(
    ("draw", "table"), [(differences_chart, COMPARISON), (convergence_chart, STEPS)], ids=["layers", "panels"]
)
def test_a_page_shows_the_chart_that_altair_makes(draw, table):
    """Marks, scales, words and every cell are those of Altair's own, checked, specification."""
    import altair as alt

    with alt.theme.enable("none"):
        checked = draw(table, title="a question?").to_dict()
    shown = drawn.spec_of(draw, table, title="a question?")
    spec, tables = tables_of(shown, lambda content: pa.ipc.open_stream(content).read_all().to_pylist())
    same, rows = tables_of(checked, list)
    assert spec == same
    assert len(tables) == len(rows) > 1
    for one, other in zip(tables, rows, strict=True):
        assert [{name: row[name] for name in other[0]} for row in one] == other


def test_panels_are_those_of_the_chart_each_in_a_column_that_stretches():
    """As many as the chart has, with its parts, tables and words; the width they were drawn with is left to the page."""
    from streamlit.testing.v1 import AppTest

    def page(draw, table):
        from showing import drawn

        drawn.show_panels(draw, table, title="a question?", heights=(260,))

    app = AppTest.from_function(page, args=(convergence_chart, STEPS), default_timeout=60).run()
    assert not app.exception
    assert app.markdown[0].value == "**a question?**"
    whole = drawn.spec_of(convergence_chart, STEPS, title="a question?")
    shown = [json.loads(chart.proto.spec) for chart in app.get("vega_lite_chart")]
    assert [panel["layer"] for panel in shown] == [panel["layer"] for panel in whole["hconcat"]]
    for panel in shown:
        assert panel["height"] == 260
        assert panel["description"] == whole["description"]


def test_a_chart_is_drawn_again_only_when_it_changes():
    """The same table and words: one drawing; another table, or another word: another. What one page changes in a
    specification is not in another's."""
    calls = []

    def draw(table, **options):
        calls.append(options)
        return differences_chart(table, **options)

    for _ in range(3):
        drawn.spec_of(draw, COMPARISON.copy(), title="a question?")["title"] = "mine"
    assert len(calls) == 1
    assert drawn.spec_of(draw, COMPARISON, title="a question?")["title"]["text"] == "a question?"
    drawn.spec_of(draw, COMPARISON[:1], title="a question?")
    drawn.spec_of(draw, COMPARISON, title="another?")
    assert len(calls) == 3
