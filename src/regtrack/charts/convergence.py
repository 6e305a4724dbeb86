"""Convergence: each measure against the number of passes. Where would you stop?"""

import altair as alt
import pandas as pd

from regtrack import names
from regtrack.charts.finish import finished
from regtrack.measures.declared import measures_shown
from regtrack.measures.measure import Shown


def convergence_chart(table: pd.DataFrame, *, title: str) -> alt.HConcatChart:
    """A panel a measure: mean over disjoint blocks of passes with a band of one standard deviation of a block.

    Args:
        table: names.CONVERGENCE_COLUMNS of one trial. A single block has no spread and gets no band.
    """
    table = table.reindex(columns=list(names.CONVERGENCE_COLUMNS))
    table = table.assign(low=table["mean"] - table["std"], high=table["mean"] + table["std"])
    panels = []
    measures = measures_shown(Shown.CONVERGENCE)
    for measure in measures:
        words = measure.axis
        base = alt.Chart(table[table["measure"] == measure.name]).encode(
            x=alt.X("n_passes:Q", title="passes (log scale)", axis=alt.Axis(grid=False), scale=alt.Scale(type="log")),
            tooltip=[alt.Tooltip("n_passes:Q"), alt.Tooltip("blocks:Q"), alt.Tooltip("mean:Q", format=".4f"),
                     alt.Tooltip("std:Q", format=".4f"), alt.Tooltip("seconds:Q", format=".2f", title="seconds")],
        )  # fmt: skip
        band = base.transform_filter("isValid(datum.low)").mark_area(opacity=0.25, color="#3A95C9")
        scale = alt.Scale(zero=False)
        line = base.mark_line(point={"color": "#3A95C9"}, color="#3A95C9").encode(
            y=alt.Y("mean:Q", title=words, scale=scale)
        )
        band = band.encode(y=alt.Y("low:Q", title=words, scale=scale), y2=alt.Y2("high:Q"))
        panels.append(alt.layer(band, line, width=124, height=160))
    return finished(
        alt.hconcat(*panels, spacing=12),
        title=title,
        description=f"{', '.join(measure.axis for measure in measures)} against the number of passes, with a band of one standard deviation.",
    )
