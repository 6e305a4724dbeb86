"""Risk-coverage curve: if the network may decline to answer, how right are the answers it keeps?"""

import altair as alt
import pandas as pd

from regtrack import names
from regtrack.charts.finish import finished
from regtrack.charts.theme import method_encodings


def risk_coverage_chart(table: pd.DataFrame, *, title: str) -> alt.Chart:
    """Error rate among the most confident share of examples, a line a method; lower is better.

    Args:
        table: names.RISK_COVERAGE_COLUMNS; `coverage` and `selective_risk` are shares.
    """
    table = table.reindex(columns=list(names.RISK_COVERAGE_COLUMNS)).dropna()
    methods, color, _ = method_encodings(table["method"])
    chart = (
        alt.Chart(table)
        .mark_line(strokeWidth=2)
        .encode(
            x=alt.X(
                "coverage:Q",
                title="coverage (share of examples answered, the surest first)",
                axis=alt.Axis(format=".0%"),
                scale=alt.Scale(domain=[0, 1]),
            ),
            y=alt.Y("selective_risk:Q", title="error rate among them (share)", axis=alt.Axis(format=".0%")),
            color=color,
            tooltip=[
                alt.Tooltip("method:N"),
                alt.Tooltip("coverage:Q", format=".1%"),
                alt.Tooltip("selective_risk:Q", format=".2%", title="error rate"),
            ],
        )
        .properties(width=480, height=320)
    )
    return finished(
        chart,
        title=title,
        description=f"Error rate among the examples answered against the share answered, by {len(methods)} methods; "
        "lower is better, and the right end is the error rate of all.",
    )
