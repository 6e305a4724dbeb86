"""Entropy of one prediction in its two parts: is it the data's fault or the model's?"""

import altair as alt
import pandas as pd

from regtrack.charts.finish import finished

COLUMNS = ("part", "nats")
DATA, MODEL, ALL = "the data's part", "the model's part", "all"
COLORS = {DATA: "#3A95C9", MODEL: "#C66C9E", ALL: "#8C8C8C"}


def entropy_split_chart(table: pd.DataFrame, *, title: str, most: float | None = None) -> alt.Chart:
    """Three bars: the expected entropy, the mutual information beginning where it ends, and their sum, the predictive
    entropy.

    Args:
        table: COLUMNS; `part` is DATA or MODEL, `nats` at least 0.
        most: ln C, the largest entropy possible: the right end of the axis.
    """
    table = table.reindex(columns=list(COLUMNS)).dropna()
    parts = table.set_index("part")["nats"].reindex([DATA, MODEL]).dropna()
    drawn = pd.DataFrame({"part": parts.index, "upper": parts.cumsum().to_numpy(), "nats": parts.to_numpy()})
    drawn["lower"] = drawn["upper"] - drawn["nats"]
    if len(parts) == 2:  # with one part alone nothing is known of all
        drawn.loc[2] = {"part": ALL, "upper": parts.sum(), "nats": parts.sum(), "lower": 0.0}
    scale = alt.Scale(domain=[0, most], nice=False) if most is not None else alt.Scale(zero=True)
    bars = (
        alt.Chart(drawn)
        .mark_bar()
        .encode(
            x=alt.X("lower:Q", title="entropy (nats)", scale=scale),
            x2=alt.X2("upper:Q"),
            y=alt.Y("part:N", title="uncertainty", sort=list(COLORS), axis=alt.Axis(grid=False)),
            color=alt.Color("part:N", legend=None, scale=alt.Scale(domain=list(COLORS), range=list(COLORS.values()))),
            tooltip=[alt.Tooltip("part:N"), alt.Tooltip("nats:Q", format=".3f")],
        )
        .properties(width=420, height=alt.Step(24) if len(drawn) else 60)
    )
    total = f"{parts.sum():.3f} nats" if len(parts) == 2 else "unknown"
    return finished(bars, title=title, description=f"Predictive entropy of one example, {total}, in the data's part and the model's part.")  # fmt: skip
