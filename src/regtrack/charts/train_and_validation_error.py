"""Train error against validation error, a point a variant: where does each stand between under- and overfitting?"""

import altair as alt
import pandas as pd

from regtrack.charts.theme import technique_hues

COLUMNS = ("variant", "technique", "train_error", "val_error", "val_error_low", "val_error_high", "seeds")


def train_and_validation_error(table: pd.DataFrame, *, title: str) -> alt.LayerChart:
    """Points with the interval of the validation error, and the diagonal where both errors are equal.

    Args:
        table: COLUMNS, a row a variant; errors are shares in [0, 1], lower is better. Empty gives an empty chart.
    """
    table = table.reindex(columns=list(COLUMNS))
    hues = technique_hues(list(dict.fromkeys(table["technique"])))
    highest = float(table[["train_error", "val_error_high"]].max().max()) if len(table) else 1.0
    diagonal = (
        alt.Chart(pd.DataFrame({"error": [0.0, highest]}))
        .mark_line(strokeDash=[4, 4], color="#8C8C8C")
        .encode(x="error:Q", y="error:Q")
    )
    base = alt.Chart(table).encode(
        x=alt.X("train_error:Q", title="train error (share of examples, dropout off)", axis=alt.Axis(format=".0%")),
        color=alt.Color(
            "technique:N",
            title="technique",
            scale=alt.Scale(domain=list(hues), range=list(hues.values())),
            sort=list(hues),
        ),
        tooltip=[
            alt.Tooltip("variant:N"),
            alt.Tooltip("train_error:Q", format=".3f", title="train error"),
            alt.Tooltip("val_error:Q", format=".3f", title="validation error"),
            alt.Tooltip("val_error_low:Q", format=".3f", title="lower limit (95 %)"),
            alt.Tooltip("val_error_high:Q", format=".3f", title="upper limit (95 %)"),
            alt.Tooltip("seeds:Q"),
        ],
    )
    y_title = "validation error (share of examples)"
    intervals = base.mark_rule(strokeWidth=2, opacity=0.6).encode(
        y=alt.Y("val_error_low:Q", title=y_title, axis=alt.Axis(format=".0%")), y2="val_error_high:Q"
    )
    points = base.mark_circle(size=110, opacity=1).encode(y=alt.Y("val_error:Q", title=y_title))
    return (diagonal + intervals + points).properties(title=title, height=420)
