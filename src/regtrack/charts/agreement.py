"""Agreement: which examples does one variant get right and another wrong?"""

import altair as alt
import pandas as pd

from regtrack.charts.finish import finished

COLUMNS = ("variant", "other", "fixed", "broken")
SHADES, INK = ("#F2F2F2", "#5FA8DD"), "#1F2933"
"""The cells bring their own background, so their dark words (5.7:1 or more) hold on any page."""


def agreement_chart(table: pd.DataFrame, *, title: str) -> alt.LayerChart:
    """A matrix of variants, the one ahead of most others on top and to the left. A cell counts the examples that its
    row gets right and its column wrong; the cell across the diagonal counts the opposite.

    Args:
        table: COLUMNS, a row a pair, in either order or both. `fixed`: examples that `variant` gets right and `other`
            wrong, mean over seeds; `broken`: the opposite. Pairs without a row stay empty. A
            variant with itself is two of its seeds: what chance alone changes.
    """
    cells = both_ways(table)
    order = list(cells.groupby("variant")["net"].mean().sort_values(ascending=False, kind="stable").index)
    base = alt.Chart(cells).encode(
        x=alt.X("other:N", title="… and wrong in", sort=order,
                axis=alt.Axis(orient="top", labelAngle=-45, labelLimit=220, grid=False)),
        y=alt.Y("variant:N", title="right in …", sort=order,
                axis=alt.Axis(labelLimit=220, grid=False)),
        tooltip=[alt.Tooltip("variant:N"), alt.Tooltip("other:N"),
                 alt.Tooltip("fixed:Q", format=",.1f", title="examples right, other wrong"),
                 alt.Tooltip("broken:Q", format=",.1f", title="examples wrong, other right"),
                 alt.Tooltip("net:Q", format="+,.1f", title="examples more right than the other")],
    )  # fmt: skip
    itself = (cells["variant"] == cells["other"]).any()
    color = alt.Color("fixed:Q", title=["examples", "(mean of seeds)"],
                      scale=alt.Scale(range=list(SHADES), zero=True), legend=alt.Legend(format=",.0f") if len(cells) else None)  # fmt: skip
    counts = base.mark_text(fontSize=10, color=INK).encode(text=alt.Text("fixed:Q", format=",.0f"))
    return finished(
        alt.layer(base.mark_rect().encode(color=color), counts, width=alt.Step(36), height=alt.Step(22)),
        title=title,
        subtitle="diagonal: two seeds of one variant, what chance alone changes" if itself else "",
        description=f"Matrix of {len(order)} variants: how many examples each row gets right and each column wrong.",
    )


def both_ways(table: pd.DataFrame) -> pd.DataFrame:
    """COLUMNS and `net` (fixed - broken), every pair in both orders; a pair given in both keeps its own rows."""
    table = table.reindex(columns=list(COLUMNS))
    turned = table.rename(columns={"variant": "other", "other": "variant", "fixed": "broken", "broken": "fixed"})
    cells = pd.concat([table, turned[list(COLUMNS)]]) if len(table) else table
    cells = cells.dropna(subset=["fixed"]).drop_duplicates(["variant", "other"]).reset_index(drop=True)
    return cells.assign(net=cells["fixed"].astype(float) - cells["broken"].astype(float))
