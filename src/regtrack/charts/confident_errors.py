"""High-confidence errors: how often is each variant sure and wrong, with one pass and with many?"""

import altair as alt
import pandas as pd

from regtrack.charts.finish import finished
from regtrack.charts.theme import method_encodings

COLUMNS = ("variant", "method", "value", "low", "high")


def confident_errors_chart(table: pd.DataFrame, *, title: str, threshold: float | None = None) -> alt.LayerChart:
    """A row a variant, the fewest (by its worst method) on top; deterministic hollow, Monte Carlo dropout filled, with intervals if given.

    Args:
        table: COLUMNS; `value` is a number of test examples that are wrong with a confidence at or above the
            threshold, mean over seeds; lower is better, at the same accuracy.
        threshold: the confidence from which an error counts, for the axis to say.
    """
    table = table.reindex(columns=list(COLUMNS)).dropna(subset=["value"])
    table = table.assign(
        low=table["low"].astype(float).clip(lower=0)
    )  # a symmetric interval may reach below no example
    order = list(table.groupby("variant")["value"].max().sort_values(kind="stable").index)
    methods, color, fill = method_encodings(table["method"])
    at = f", confidence ≥ {threshold:g}" if threshold is not None else ""
    x_title = f"high-confidence errors (test examples{at})"
    base = alt.Chart(table).encode(
        y=alt.Y("variant:N", title="variant", sort=order, axis=alt.Axis(labelLimit=260),
                scale=alt.Scale(paddingInner=0.4)),
        yOffset=alt.YOffset("method:N", sort=methods),
        color=color,
        tooltip=[alt.Tooltip("variant:N"), alt.Tooltip("method:N"),
                 alt.Tooltip("value:Q", format=",.1f", title="high-confidence errors"),
                 alt.Tooltip("low:Q", format=",.1f", title="lower limit (95 %)"),
                 alt.Tooltip("high:Q", format=",.1f", title="upper limit (95 %)")],
    )  # fmt: skip
    limits = base.transform_filter("isValid(datum.low) && isValid(datum.high)").mark_rule(strokeWidth=2)
    points = base.mark_point(size=60, strokeWidth=2, opacity=1)
    return finished(
        alt.layer(
            limits.encode(x=alt.X("low:Q", title=x_title), x2=alt.X2("high:Q")),
            points.encode(x=alt.X("value:Q", title=x_title), fill=fill),
            width=480,
            height=alt.Step(9, **{"for": "offset"}) if len(table) else 60,
        ),
        title=title,
        subtitle="bars: 95 % intervals" if table[["low", "high"]].notna().all(axis=1).any() else "",
        description=f"High-confidence errors of {len(order)} variants, the fewest first, by method of prediction.",
    )
