"""A chart's spec as the page holds it."""

import altair as alt
import pandas as pd

from regtrack.report.specs import spec_of

TABLE = pd.DataFrame({"x": [1.0, 2.0, None], "y": ["a", "b", "</script>"]})


def layered(*tables: pd.DataFrame) -> alt.LayerChart:
    return alt.layer(*(alt.Chart(table).mark_point().encode(x="x:Q", y="y:N") for table in tables))


def test_a_table_that_several_layers_draw_stands_in_the_spec_once():
    """As Altair would have it but for the tables' names, the second time as the first, and the session's own way with data stays."""
    chart, enabled = layered(TABLE, TABLE, TABLE[:1]), alt.data_transformers.active
    spec, own = spec_of(chart), chart.to_dict(validate=False)
    assert sorted(map(len, spec["datasets"].values())) == [1, 3]
    assert sorted(map(str, spec["datasets"].values())) == sorted(map(str, own["datasets"].values()))
    for mine, theirs in zip(spec["layer"], own["layer"], strict=True):
        assert spec["datasets"][mine.pop("data")["name"]] == own["datasets"][theirs.pop("data")["name"]]
        assert mine == theirs
    assert spec_of(chart)["datasets"] == spec["datasets"]
    assert alt.data_transformers.active == enabled


def test_a_table_of_fifty_thousand_rows_is_written_whole():
    """Altair itself stops at five thousand."""
    [rows] = spec_of(layered(pd.DataFrame({"x": range(50_000), "y": "a"})))["datasets"].values()
    assert len(rows) == 50_000
