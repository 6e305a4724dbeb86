"""Changes by class: where does one network do better than another, and where worse?"""

import altair as alt
import pandas as pd

from regtrack.charts.finish import finished

COLUMNS = ("class_name", "fixed", "broken")
COLORS = {"fixed": "#3A95C9", "broken": "#A3622A"}


def class_changes_chart(table: pd.DataFrame, *, title: str) -> alt.Chart:
    """A row a class, the largest net gain on top: examples fixed to the right, broken to the left.

    Args:
        table: COLUMNS; numbers of examples a network, at least 0.
    """
    table = table.reindex(columns=list(COLUMNS)).dropna()
    net = table["fixed"] - table["broken"]
    order = list(table.assign(net=net).sort_values("net", ascending=False, kind="stable")["class_name"])
    drawn = table.melt("class_name", var_name="change", value_name="examples")
    drawn = drawn.assign(signed=drawn["examples"].where(drawn["change"] == "fixed", -drawn["examples"]))
    bars = (
        alt.Chart(drawn)
        .mark_bar()
        .encode(
            x=alt.X(
                "signed:Q",
                title="examples (broken to the left, fixed to the right)",
                stack=None,
                axis=alt.Axis(labelExpr="format(abs(datum.value), ',~g')"),
            ),
            y=alt.Y("class_name:N", title="given label", sort=order, axis=alt.Axis(labelLimit=160)),
            color=alt.Color(
                "change:N",
                title="examples",
                sort=list(COLORS),
                scale=alt.Scale(domain=list(COLORS), range=list(COLORS.values())),
            ),
            tooltip=[
                alt.Tooltip("class_name:N", title="given label"),
                alt.Tooltip("change:N"),
                alt.Tooltip("examples:Q", format=",.1f"),
            ],
        )
        .properties(width=420, height=alt.Step(22) if len(table) else 60)
    )
    return finished(
        bars,
        title=title,
        description=f"Examples fixed and broken in {len(order)} classes, the largest net gain first.",
    )
