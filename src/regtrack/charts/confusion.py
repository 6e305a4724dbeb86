"""Confusion matrix of errors: which classes are taken for which?"""

from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd

from regtrack.charts.agreement import INK, SHADES
from regtrack.charts.finish import finished

COLUMNS = ("given", "predicted", "count")
CELL = "cell"
"""Name of the selection: `given` and `predicted` of the cell that was clicked."""


def confusion_chart(table: pd.DataFrame, *, title: str, class_names: Sequence[str] = (), what: str = "examples") -> alt.LayerChart:  # fmt: skip
    """A row a given class, a column a predicted one; a click chooses a cell. Cells without an example stay empty.

    Args:
        table: COLUMNS; `given` and `predicted` are names of classes, `count` is a number of `what`.
        class_names: their order; those without an error are left out.
    """
    table = table.reindex(columns=list(COLUMNS))
    known = [*class_names, *sorted({*table["given"].dropna(), *table["predicted"].dropna()} - {*class_names})]
    given, predicted = ([name for name in known if (table[column] == name).any()] for column in ("given", "predicted"))
    width, height, size = (
        int(np.clip(room / max(len(names), 1), *ends))
        for room, names, ends in ((420, predicted, (34, 120)), (300, given, (24, 72)), (110, given, (10, 16)))
    )
    base = alt.Chart(table).encode(
        x=alt.X("predicted:N", title="predicted class", sort=predicted,
                axis=alt.Axis(orient="top", labelAngle=-45, labelLimit=140, labelOverlap=False, grid=False)),
        y=alt.Y("given:N", title="given label", sort=given, axis=alt.Axis(labelLimit=140, labelOverlap=False, grid=False)),
        tooltip=[alt.Tooltip("given:N", title="given label"), alt.Tooltip("predicted:N", title="predicted class"),
                 alt.Tooltip("count:Q", format=",", title=what)],
    )  # fmt: skip
    chosen = alt.selection_point(name=CELL, fields=["given", "predicted"])
    color = alt.Color("count:Q", title=what, scale=alt.Scale(range=list(SHADES), zero=True),
                      legend=alt.Legend(format=",.0f", tickMinStep=1) if len(table) else None)  # fmt: skip
    cells = base.mark_rect(cursor="pointer").encode(color=color, opacity=alt.when(chosen).then(alt.value(1)).otherwise(alt.value(0.35))).add_params(chosen)  # fmt: skip
    counts = base.mark_text(fontSize=size, color=INK, cursor="pointer").encode(text=alt.Text("count:Q", format=",.0f"))
    return finished(
        alt.layer(
            cells, counts, width=alt.Step(width), height=alt.Step(height), autosize=alt.AutoSizeParams(type="pad")
        ),
        title=title,
        description=f"Matrix of {len(given)} given labels by {len(predicted)} predicted classes, each cell a number of {what}.",
    )
