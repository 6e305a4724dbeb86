"""Risk-coverage curve: if the network may decline to answer, how right are the answers it keeps?"""

from collections.abc import Mapping

import altair as alt
import numpy as np
import pandas as pd

from regtrack.charts.finish import finished
from regtrack.charts.theme import method_encodings
from regtrack.uncertainty.selective import risk_coverage_curve

COLUMNS = ("method", "coverage", "selective_risk")
"""A row a (method, coverage), both shares."""
MOST_POINTS = 200
"""Of a method: more cannot be told apart on a screen."""


def risk_coverage_table(probs: Mapping[str, np.ndarray], labels: np.ndarray) -> pd.DataFrame:
    """COLUMNS of each method's (n_examples, n_classes) against the labels (n_examples,), the surest examples first."""
    points = np.unique(np.linspace(0, len(labels) - 1, MOST_POINTS).round().astype(int))
    tables = []
    for method, found in probs.items():
        curve = risk_coverage_curve(found.max(axis=1), found.argmax(axis=1) == labels)
        columns = {"coverage": curve.coverage[points], "selective_risk": curve.selective_risk[points]}
        tables.append(pd.DataFrame({"method": method} | columns))
    return pd.concat(tables, ignore_index=True)[list(COLUMNS)]


def risk_coverage_chart(table: pd.DataFrame, *, title: str) -> alt.Chart:
    """Error rate among the most confident share of examples, a line a method; lower is better.

    Args:
        table: COLUMNS.
    """
    table = table.reindex(columns=list(COLUMNS)).dropna()
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
