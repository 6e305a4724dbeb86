"""The passes of one example: do they agree on a class, or change their minds?"""

import altair as alt
import pandas as pd

from regtrack.charts.finish import finished

COLUMNS = ("class_name", "pass", "probability")


def passes_of_example_chart(table: pd.DataFrame, *, title: str) -> alt.Chart:
    """A tick a pass, a row a class: one heap is one mind, heaps at both ends are passes that contradict each other.

    Args:
        table: COLUMNS, of the classes to show in their order; `probability` is a share.
    """
    table = table.reindex(columns=list(COLUMNS))
    passes = table["pass"].nunique()
    ticks = (
        alt.Chart(table)
        .mark_tick(thickness=2, opacity=0.5, color="#C66C9E")
        .encode(
            x=alt.X("probability:Q", title="probability in one pass (share)", scale=alt.Scale(domain=[0, 1])),
            y=alt.Y(
                "class_name:N",
                title="class",
                sort=list(dict.fromkeys(table["class_name"])),
                axis=alt.Axis(labelLimit=160),
            ),
            tooltip=[
                alt.Tooltip("class_name:N", title="class"),
                alt.Tooltip("pass:Q"),
                alt.Tooltip("probability:Q", format=".4f"),
            ],
        )
        .properties(width=420, height=alt.Step(30) if len(table) else 60)
    )
    return finished(
        ticks,
        title=title,
        description=f"Probability of {table['class_name'].nunique()} classes for one example in each of {passes} passes with dropout on.",
    )
