"""Error against training examples: would more data help more than more regularization?"""

import altair as alt
import pandas as pd

from regtrack.charts.finish import finished
from regtrack.charts.theme import hues_or_palette
from regtrack.measures.declared import MEASURES

COLUMNS = ("variant", "train_size", "kind", "split", "value", "low", "high")
MEASURED, EXTRAPOLATED = "measured", "extrapolated"


def training_size_chart(table: pd.DataFrame, *, title: str, hues: dict[str, str] | None = None) -> alt.LayerChart:
    """A line a variant on a logarithmic axis of training examples: measured points with their 95 % intervals and a
    solid line, the extrapolated part dashed with a band.

    Args:
        table: COLUMNS; `kind` is "measured" or "extrapolated", `value`, `low` and `high` are error shares. Only rows
            with `split` "val" are drawn. The dashed part is drawn as given, and not joined to the last point.
        hues: variant -> colour, see `theme.variant_hues`.
    """
    table = table.reindex(columns=list(COLUMNS))
    table = table[table["split"] == "val"].sort_values(["variant", "train_size"])
    colors = hues_or_palette(table["variant"], hues)
    y_title = MEASURES["val_error"].axis
    y = {name: alt.Y(f"{name}:Q", title=y_title, axis=alt.Axis(format=".0%"), scale=alt.Scale(zero=False))
         for name in ("value", "low")}  # fmt: skip
    base = alt.Chart(table).encode(
        x=alt.X("train_size:Q", title="training examples (log scale)", axis=alt.Axis(format="~s", grid=False),
                scale=alt.Scale(type="log", nice=False, padding=14)),
        color=alt.Color("variant:N", title="variant", sort=[*colors],
                        scale=alt.Scale(domain=[*colors], range=[*colors.values()])),
        tooltip=[alt.Tooltip("variant:N"), alt.Tooltip("train_size:Q", format=",.0f", title="training examples"),
                 alt.Tooltip("kind:N"), alt.Tooltip("value:Q", format=".3f", title="validation error"),
                 alt.Tooltip("low:Q", format=".3f", title="lower limit (95 %)"),
                 alt.Tooltip("high:Q", format=".3f", title="upper limit (95 %)")],
    )  # fmt: skip
    measured = base.transform_filter(f"datum.kind == '{MEASURED}'")
    limits = "isValid(datum.low) && isValid(datum.high)"
    dashes = alt.Scale(domain=[MEASURED, EXTRAPOLATED], range=[[1, 0], [5, 4]])
    layers = [
        base.transform_filter(f"datum.kind == '{EXTRAPOLATED}' && {limits}")
        .mark_area(opacity=0.15)
        .encode(y=y["low"], y2=alt.Y2("high:Q")),
        base.mark_line(strokeWidth=2).encode(
            y=y["value"], strokeDash=alt.StrokeDash("kind:N", title="error", scale=dashes)
        ),
        measured.transform_filter(limits).mark_rule(strokeWidth=2, opacity=0.6).encode(y=y["low"], y2=alt.Y2("high:Q")),
        measured.mark_point(filled=True, size=80, opacity=1).encode(y=y["value"]),
    ]
    return finished(
        alt.layer(*layers, width=560, height=340),
        title=title,
        subtitle="bars and bands: 95 % intervals",
        description=f"Validation error of {len(colors)} variants against the number of training examples, measured "
        "and extrapolated.",
    )
