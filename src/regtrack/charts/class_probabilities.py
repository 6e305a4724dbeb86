"""Class probabilities of one example: what does each method say it is, and how much do the passes differ?"""

import altair as alt
import pandas as pd

from regtrack.charts.finish import finished
from regtrack.charts.theme import method_encodings

COLUMNS = ("class_name", "method", "mean", "std")


def class_probabilities_chart(table: pd.DataFrame, *, title: str) -> alt.LayerChart:
    """Bars a class, deterministic hollow and Monte Carlo dropout filled, whiskers of one standard deviation of a pass.

    Args:
        table: COLUMNS; `mean` is a probability, `std` its standard deviation over passes, missing without passes. In
            the order of its classes, the most probable first if the caller sorts so.
    """
    table = table.reindex(columns=list(COLUMNS)).dropna(subset=["mean"])
    table = table.assign(low=table["mean"] - table["std"], high=table["mean"] + table["std"])
    methods, color, fill = method_encodings(table["method"])
    # Of a bar that is filled, the colour is its stroke's
    stroke = alt.Stroke("method:N", title="method", sort=methods, scale=color["scale"])
    # Whiskers end at 0 and 1, beyond which there is no probability
    x = {name: alt.X(f"{name}:Q", title="probability (share)", scale=alt.Scale(domain=[0, 1])) for name in ("mean", "low")}  # fmt: skip
    base = alt.Chart(table).encode(
        y=alt.Y("class_name:N", title="class", sort=list(dict.fromkeys(table["class_name"])),
                axis=alt.Axis(labelLimit=160, labelOverlap=False), scale=alt.Scale(paddingInner=0.3)),
        yOffset=alt.YOffset("method:N", sort=methods),
        stroke=stroke,
        tooltip=[alt.Tooltip("class_name:N", title="class"), alt.Tooltip("method:N"),
                 alt.Tooltip("mean:Q", format=".4f", title="probability"),
                 alt.Tooltip("std:Q", format=".4f", title="standard deviation of a pass")],
    )  # fmt: skip
    whiskers = base.transform_filter("isValid(datum.low)").mark_rule(strokeWidth=2, clip=True)
    bars = base.mark_bar(strokeWidth=1.5, fillOpacity=0.45)
    return finished(
        alt.layer(
            bars.encode(x=x["mean"], fill=fill),
            whiskers.encode(x=x["low"], x2=alt.X2("high:Q")),
            width=420,
            height=alt.Step(24 / len(methods), **{"for": "offset"}) if len(table) else 60,
        ),
        title=title,
        subtitle="whiskers: one standard deviation over the passes" if table["std"].notna().any() else "",
        description=f"Probability of {table['class_name'].nunique()} classes for one example by {len(methods)} methods of prediction.",
    )
