"""Accuracy against likelihood, a point for each way to answer, as large as it is dear: what is worth its cost?"""

import altair as alt
import numpy as np
import pandas as pd

from regtrack import names
from regtrack.charts.far_values import off_scale
from regtrack.charts.finish import finished
from regtrack.charts.theme import technique_hues
from regtrack.words.lists import listed

ONE_PASS, MANY = "one pass", "Monte Carlo dropout"
OPEN, BEATEN = "may be worth its cost", "nobody should choose it"


def pareto_chart(table: pd.DataFrame, *, title: str) -> alt.LayerChart:
    """Test accuracy and negative log-likelihood with their 95 % intervals, down and to the right is better; one pass is hollow, the mean of
    many filled; what another point makes pointless is a cross.

    Args:
        table: names.PARETO_COLUMNS. Rows without limits get a point alone; without a cost all are of one size.
    """
    table = table.reindex(columns=list(names.PARETO_COLUMNS))
    drawn = table.assign(
        way=np.where(table["method"] == names.MC_DROPOUT, MANY, ONE_PASS),
        worth=np.where(table["beaten_by"].fillna("") == "", OPEN, BEATEN),
    )
    nats = drawn["negative_log_likelihood"].astype(float)
    far = off_scale(0 * nats, nats - nats.min())
    outside, drawn = drawn[far], drawn[~far]
    hues = {
        name: hue
        for name, hue in technique_hues(drawn["technique"].dropna()).items()
        if name in set(drawn["technique"])
    }
    colors = {"domain": [*hues], "range": [*hues.values()]}
    x = {name: alt.X(f"{name}:Q", title="test accuracy (share; right is better)", axis=alt.Axis(format=".3~f"), scale=alt.Scale(zero=False))
         for name in ("accuracy", "accuracy_low")}  # fmt: skip
    y = {name: alt.Y(f"{name}:Q", title="negative log-likelihood (nats; down is better)", scale=alt.Scale(zero=False))
         for name in ("negative_log_likelihood", "negative_log_likelihood_low")}  # fmt: skip
    base = alt.Chart(drawn).encode(
        color=alt.Color("technique:N", title="technique", sort=[*hues], scale=alt.Scale(**colors)),
        tooltip=[alt.Tooltip("variant:N"), alt.Tooltip("way:N", title="method"), alt.Tooltip("passes:Q"),
                 alt.Tooltip("cost:Q", format=".3~s", title="multiplications an answer"),
                 alt.Tooltip("accuracy:Q", format=".4f"), alt.Tooltip("negative_log_likelihood:Q", format=".4f"),
                 alt.Tooltip("worth:N", title="worth it?"), alt.Tooltip("beaten_by:N", title="beaten by"), alt.Tooltip("seeds:Q")],
    )  # fmt: skip
    across = base.transform_filter("isValid(datum.accuracy_low)").mark_rule(strokeWidth=1.5, opacity=0.5)
    along = base.transform_filter("isValid(datum.negative_log_likelihood_low)").mark_rule(strokeWidth=1.5, opacity=0.5)
    size = alt.value(90)
    if drawn["cost"].nunique() > 1:
        size = alt.Size("cost:Q", title="multiplications an answer", legend=alt.Legend(format="~s", values=_shown(drawn["cost"])),
                        scale=alt.Scale(type="log", range=[50, 400]))  # fmt: skip
    shape = alt.Shape("worth:N", title="worth it?", scale=alt.Scale(domain=[OPEN, BEATEN], range=["circle", "cross"]))
    layers = [
        across.encode(x=x["accuracy_low"], x2=alt.X2("accuracy_high:Q"), y=y["negative_log_likelihood"]),
        along.encode(x=x["accuracy"], y=y["negative_log_likelihood_low"], y2=alt.Y2("negative_log_likelihood_high:Q")),
        *(
            base.transform_filter(f"datum.way == '{way}'")
            .mark_point(strokeWidth=2, opacity=1, filled=way == MANY)
            .encode(x=x["accuracy"], y=y["negative_log_likelihood"], shape=shape, size=size)
            for way in (ONE_PASS, MANY)
        ),
    ]
    off = f"; off the scale: {listed(list(dict.fromkeys(outside['variant'])))}" if len(outside) else ""
    return finished(
        alt.layer(*layers, width=560, height=380),
        title=title,
        subtitle=f"hollow: {ONE_PASS}, filled: {MANY}; bars: 95 % intervals of each{off}",
        description=f"Test accuracy against negative log-likelihood of {len(drawn)} ways to answer, sized by the multiplications an answer takes.",
    )


def _shown(cost: pd.Series) -> list[float]:
    """The costs that there are, three at most: the least, the most, and one between."""
    every = sorted(cost.dropna().unique())
    return [float(every[i]) for i in sorted({0, len(every) // 2, len(every) - 1})]
