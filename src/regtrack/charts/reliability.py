"""Reliability diagram: is a confidence of 80 % right 80 % of the time?"""

from collections.abc import Mapping

import altair as alt
import numpy as np
import pandas as pd

from regtrack.charts.finish import finished
from regtrack.charts.theme import LINE, method_encodings
from regtrack.uncertainty.calibration import reliability_bins

COLUMNS = ("method", "lower", "upper", "count", "mean_confidence", "accuracy", "accuracy_low", "accuracy_high")
"""A row a (method, bin); what an empty bin lacks is missing; limits are Wilson's, 95 %."""

PANEL = 132
"""Pixels; four panels fit beside each other on a page of 1000."""


def reliability_table(probs: Mapping[str, np.ndarray], labels: np.ndarray, n_bins: int) -> pd.DataFrame:
    """COLUMNS of each method's (n_examples, n_classes) against the labels (n_examples,), in equal-width bins."""
    tables = [
        pd.DataFrame(vars(reliability_bins(found, labels, n_bins))).assign(method=method)
        for method, found in probs.items()
    ]
    return pd.concat(tables, ignore_index=True)[list(COLUMNS)]


def reliability_chart(table: pd.DataFrame, *, title: str, by_method: bool = False) -> alt.LayerChart | alt.HConcatChart:
    """Accuracy against confidence, a point a bin with its 95 % interval, sized by count; the diagonal is calibrated.

    Args:
        table: COLUMNS. Empty bins are missing and are not drawn.
        by_method: a panel a method, above the counts of its bins, instead of all in one.
    """
    table = table.reindex(columns=list(COLUMNS)).dropna(subset=["accuracy"])
    methods, color, fill = method_encodings(table["method"])
    description = (
        f"Accuracy against confidence in {len(table)} bins with examples, with 95 % intervals; points below the diagonal "
        "are surer than they are right."
    )
    if by_method and methods:
        color, fill = (channel.copy() for channel in (color, fill))
        color["legend"] = fill["legend"] = None  # the panels are named
        panels = [_panel(table[table["method"] == method], method, color, fill) for method in methods]
        return finished(
            alt.hconcat(*panels, spacing=12), title=title, subtitle="bars: 95 % intervals", description=description
        )
    return finished(_diagram(table, color, fill, 360), title=title, description=description)


def _panel(table: pd.DataFrame, method: str, color: alt.Color, fill: alt.Fill) -> alt.VConcatChart:
    counts = alt.Chart(table, width=PANEL, height=45).mark_bar(color=LINE, binSpacing=1).encode(
        x=alt.X("lower:Q", bin="binned", title="confidence (share)", scale=alt.Scale(domain=[0, 1])), x2=alt.X2("upper:Q"),
        y=alt.Y("count:Q", title="examples", axis=alt.Axis(tickCount=3, format="~s")),
        tooltip=[alt.Tooltip("lower:Q", format=".2f", title="from"), alt.Tooltip("upper:Q", format=".2f", title="to"),
                 alt.Tooltip("count:Q", format=",", title="examples")],
    )  # fmt: skip
    above = _diagram(table, color, fill, PANEL, alt.SizeValue(40))
    above.title = method.replace("_", " ")
    return alt.vconcat(above, counts, spacing=6)


def _diagram(table: pd.DataFrame, color: alt.Color, fill: alt.Fill, side: int, size=None) -> alt.LayerChart:
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
        y=alt.Y("accuracy_low:Q", title=y_title, scale=alt.Scale(domain=[0, 1])), y2=alt.Y2("accuracy_high:Q")
    )
    points = base.mark_point(strokeWidth=2).encode(
        y=alt.Y("accuracy:Q", title=y_title),
        size=size or alt.Size("count:Q", title="examples", scale=alt.Scale(range=[30, 300])),
        fill=fill,
        tooltip=[alt.Tooltip("method:N"), alt.Tooltip("count:Q"), alt.Tooltip("mean_confidence:Q", format=".3f"),
                 alt.Tooltip("accuracy:Q", format=".3f")],
    )  # fmt: skip
    return alt.layer(diagonal, intervals, points, width=side, height=side)
