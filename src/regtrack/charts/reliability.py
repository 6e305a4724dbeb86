"""Reliability diagram: is a confidence of 80 % right 80 % of the time?"""

import altair as alt
import pandas as pd

from regtrack import names
from regtrack.charts.finish import finish
from regtrack.charts.theme import LINE, method_encodings


def reliability(table: pd.DataFrame, *, title: str) -> alt.LayerChart:
    """Accuracy against confidence, a point a bin with its 95 % interval, sized by count; the diagonal is calibrated.

    Args:
        table: names.RELIABILITY_COLUMNS. Empty bins are missing and are not drawn.
    """
    table = table.reindex(columns=list(names.RELIABILITY_COLUMNS)).dropna(subset=["accuracy"])
    _, color, fill = method_encodings(table["method"])
    x_title, y_title = "confidence (share)", "accuracy (share of examples)"
    diagonal = (
        alt.Chart(pd.DataFrame({"share": [0.0, 1.0]}))
        .mark_line(strokeDash=[4, 4], color=LINE)
        .encode(x=alt.X("share:Q", title=x_title), y=alt.Y("share:Q", title=y_title))
    )
    base = alt.Chart(table).encode(
        x=alt.X("mean_confidence:Q", title=x_title, scale=alt.Scale(domain=[0, 1])),
        color=color,
    )
    limits = base.transform_filter("isValid(datum.accuracy_low) && isValid(datum.accuracy_high)")
    intervals = limits.mark_rule(strokeWidth=2, opacity=0.5).encode(
        y=alt.Y("accuracy_low:Q", title=y_title, scale=alt.Scale(domain=[0, 1])), y2="accuracy_high:Q"
    )
    points = base.mark_point(strokeWidth=2).encode(
        y=alt.Y("accuracy:Q", title=y_title),
        size=alt.Size("count:Q", title="examples", scale=alt.Scale(range=[30, 300])),
        fill=fill,
        tooltip=["method:N", "count:Q", alt.Tooltip("mean_confidence:Q", format=".3f"),
                 alt.Tooltip("accuracy:Q", format=".3f")],
    )  # fmt: skip
    return finish(
        (diagonal + intervals + points).properties(width=360, height=360),
        title=title,
        description=f"Accuracy against confidence in {len(table)} bins with examples, with 95 % intervals; points below "
        "the diagonal are surer than they are right.",
    )
