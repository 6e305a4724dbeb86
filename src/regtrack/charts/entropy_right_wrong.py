"""Entropy of right against wrong answers: does the network know when it is wrong?"""

import altair as alt
import pandas as pd

from regtrack.charts.entropy_bins import COLUMNS, MEASURES, RIGHT, WRONG
from regtrack.charts.finish import finished

WORDS = {
    "predictive_entropy": "predictive entropy (nats)",
    "expected_entropy": "expected entropy (nats), data",
    "mutual_information": "mutual information (nats), model",
}
COLORS = {RIGHT: "#3A95C9", WRONG: "#A3622A"}


def entropy_right_wrong_chart(table: pd.DataFrame, *, title: str) -> alt.HConcatChart:
    """A panel a measure: the share of the right answers (filled) and of the wrong ones (outlined) in each bin.

    Args:
        table: entropy_bins.COLUMNS. The less the two overlap, the better the entropy tells wrong from right.
    """
    table = table.reindex(columns=list(COLUMNS)).dropna(subset=["share"])
    present = [measure for measure in MEASURES if (table["measure"] == measure).any()] or list(MEASURES[:1])
    panels = [_panel(table[table["measure"] == measure], measure) for measure in present]
    # Every bin counts each outcome once a measure, so one measure's counts are all examples
    wrong = table[(table["measure"] == present[0]) & (table["outcome"] == WRONG)]["count"].sum()
    return finished(
        alt.hconcat(*panels),
        title=title,
        subtitle="shares of all right and of all wrong answers",
        description=f"How {', '.join(present).replace('_', ' ')} spreads over right answers and over the {wrong:,} wrong ones.",
    )


def _panel(table: pd.DataFrame, measure: str) -> alt.LayerChart:
    scale = alt.Scale(domain=list(COLORS), range=list(COLORS.values()))
    color = alt.Color("outcome:N", title="answers", sort=list(COLORS), scale=scale, legend=alt.Legend(orient="bottom"))
    base = alt.Chart(table).encode(
        x=alt.X("lower:Q", bin="binned", title=WORDS[measure], axis=alt.Axis(grid=False)),
        x2=alt.X2("upper:Q"),
        y=alt.Y("share:Q", title="share of answers", axis=alt.Axis(format=".0%")),
        color=color,
        tooltip=[alt.Tooltip("outcome:N"), alt.Tooltip("lower:Q", format=".2f", title="from (nats)"),
                 alt.Tooltip("upper:Q", format=".2f", title="to (nats)"), alt.Tooltip("count:Q", format=",", title="examples"),
                 alt.Tooltip("share:Q", format=".1%")],
    )  # fmt: skip
    filled = base.transform_filter(f"datum.outcome == '{RIGHT}'").mark_bar(opacity=0.45, binSpacing=0)
    outlined = base.transform_filter(f"datum.outcome == '{WRONG}'").mark_bar(filled=False, strokeWidth=2, binSpacing=0)
    return alt.layer(filled, outlined, width=180, height=190)
