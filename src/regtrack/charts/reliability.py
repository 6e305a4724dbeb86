"""Reliability diagram: is a confidence of 80 % right 80 % of the time?"""

import altair as alt
import pandas as pd

from regtrack import names
from regtrack.charts.theme import METHOD_MARKS


def reliability(table: pd.DataFrame, *, title: str) -> alt.LayerChart:
    """Accuracy against confidence, a point a bin with its 95 % interval, sized by count; the diagonal is calibrated.

    Args:
        table: names.RELIABILITY_COLUMNS. Empty bins are missing and are not drawn.
    """
    table = table.reindex(columns=list(names.RELIABILITY_COLUMNS)).dropna(subset=["accuracy"])
    diagonal = (
        alt.Chart(pd.DataFrame({"share": [0.0, 1.0]}))
        .mark_line(strokeDash=[4, 4], color="#8C8C8C")
        .encode(x="share:Q", y="share:Q")
    )
    base = alt.Chart(table).encode(
        x=alt.X("mean_confidence:Q", title="confidence (share)", scale=alt.Scale(domain=[0, 1])),
        color=METHOD_MARKS.color,
    )
    y_title = "accuracy (share of examples)"
    intervals = base.mark_rule(strokeWidth=2, opacity=0.5).encode(
        y=alt.Y("accuracy_low:Q", title=y_title, scale=alt.Scale(domain=[0, 1])), y2="accuracy_high:Q"
    )
    points = base.mark_point(strokeWidth=2).encode(
        y=alt.Y("accuracy:Q", title=y_title),
        size=alt.Size("count:Q", title="examples", scale=alt.Scale(range=[30, 300])),
        fill=METHOD_MARKS.fill,
        tooltip=["method:N", "count:Q", alt.Tooltip("mean_confidence:Q", format=".3f"),
                 alt.Tooltip("accuracy:Q", format=".3f")],
    )  # fmt: skip
    return (diagonal + intervals + points).properties(title=title, width=360, height=360)
