"""Learning curves: where does validation leave train behind, and where was the model kept?"""

from typing import Literal

import altair as alt
import pandas as pd

from regtrack.charts.curve_means import mean_curves, selected_points
from regtrack.charts.finish import finished
from regtrack.charts.theme import hues_or_palette
from regtrack.measures.declared import MEASURES

X_WORDS = {"epoch": "epoch", "seconds": "training time (s)"}
BANDS_UP_TO = 6
"""With more variants than this the bands would hide each other, and are left out."""


def learning_curves_chart(
    table: pd.DataFrame,
    *,
    title: str,
    measures: tuple[str, ...] = ("error", "cross_entropy"),
    x: Literal["epoch", "seconds"] = "epoch",
    log_y: bool = False,
    hues: dict[str, str] | None = None,
    wide: bool = False,
) -> alt.HConcatChart | alt.LayerChart:
    """A panel a measure: mean over seeds, validation solid and train dashed, the band from the smallest to the
    largest seed, and a point at the selected epoch. All in inference mode.

    Args:
        table: curve_means.COLUMNS, a row a (variant, seed, epoch). Seeds that stopped early end the mean for all:
            see `curve_means`. Empty gives empty panels.
        measures: of "error", "cross_entropy", "penalty".
        log_y: logarithmic; values of 0 have no place there and are left out.
        hues: variant -> colour, see `theme.variant_hues`; legend and drawing in its order.
        wide: of a single measure a chart that takes the width it is given, its legend below.
    """
    if wide and len(measures) != 1:
        raise ValueError(f"wide: expected one measure, received {measures}; draw one chart a measure")
    means = mean_curves(table, measures)
    chosen = selected_points(table, means)
    if log_y:
        means = means.assign(**{name: means[name].where(means[name] > 0) for name in ("mean", "low", "high")})
        chosen = chosen[chosen["mean"] > 0]
    colors = hues_or_palette(means["variant"], hues)
    bands = len(colors) <= BANDS_UP_TO
    panels = [_panel(means, chosen, measure, x, log_y, colors, bands, wide) for measure in measures]
    seeds = means["seeds"].max()
    return finished(
        panels[0] if wide else alt.hconcat(*panels),
        title=title,
        subtitle="lines: mean over seeds; point: selected epoch" + ("; bands: range of the seeds" if bands else ""),
        description=f"Learning curves of {len(colors)} variants, mean over up to {0 if pd.isna(seeds) else seeds} seeds: "
        f"{', '.join(measures).replace('_', '-')} against {X_WORDS[x]}, train dashed and validation solid.",
    )


def _panel(means: pd.DataFrame, chosen: pd.DataFrame, measure: str, x: str, log_y: bool, colors: dict, bands: bool,
           wide: bool):  # fmt: skip
    scale = alt.Scale(type="log", nice=False) if log_y else alt.Scale(zero=False)
    axis = alt.Axis(tickMinStep=1, **({"format": "d"} if x == "epoch" else {}))  # a lone epoch would be 1.000000
    across = alt.X(f"{x}:Q", title=X_WORDS[x], axis=axis, scale=alt.Scale(zero=False, nice=False))
    y_title = MEASURES[measure].axis + (", log scale" if log_y else "")
    up = alt.Y("mean:Q", title=y_title, scale=scale)
    legend = {"legend": alt.Legend(orient="bottom", columns=3)} if wide else {}
    color = alt.Color("variant:N", title="variant", sort=[*colors], **legend,
                      scale=alt.Scale(domain=[*colors], range=[*colors.values()]))  # fmt: skip
    dashes = alt.Scale(domain=["train", "validation"], range=[[5, 3], [1, 0]])
    tooltip = [alt.Tooltip("variant:N"), alt.Tooltip("split:N"), alt.Tooltip("epoch:Q", format=".3~g"),
               alt.Tooltip("seconds:Q", format=".1f", title="seconds"), alt.Tooltip("mean:Q", format=".3~g"),
               alt.Tooltip("low:Q", format=".3~g", title="smallest seed"),
               alt.Tooltip("high:Q", format=".3~g", title="largest seed"), alt.Tooltip("seeds:Q")]  # fmt: skip
    means = means[means["measure"] == measure]
    base = alt.Chart(means).encode(x=across, color=color, detail=alt.Detail("split:N"))
    line = base.mark_line(strokeWidth=2).encode(
        y=up, strokeDash=alt.StrokeDash("split:N", title="split", scale=dashes, **legend), tooltip=tooltip
    )
    chosen = chosen[chosen["measure"] == measure]
    points = alt.Chart(chosen).mark_point(filled=True, size=90, opacity=1)
    points = points.encode(x=across, y=up, color=color, tooltip=[
        alt.Tooltip("variant:N"), alt.Tooltip("epoch:Q", format=".1f", title="selected epoch, mean over seeds"),
        alt.Tooltip("mean:Q", format=".3~g")])  # fmt: skip
    layers = [line, *([points] if len(chosen) else [])]  # Vega warns of a layer without rows
    alone = means[means.groupby(["variant", "split"])["epoch"].transform("size") == 1]
    if len(alone):  # a trial in its first epoch: a line of one point is not drawn
        layers.append(alt.Chart(alone).mark_point(shape="stroke", size=200, strokeWidth=2).encode(
            x=across, y=up, color=color, tooltip=tooltip, strokeDash=line.encoding.strokeDash))  # fmt: skip
    if bands:
        band = base.mark_area(opacity=0.15)
        limits = band.transform_filter("isValid(datum.low) && isValid(datum.high)")
        layers.insert(0, limits.encode(y=alt.Y("low:Q", title=y_title, scale=scale), y2=alt.Y2("high:Q")))
    return alt.layer(*layers, **({"height": 400} if wide else {"width": 320, "height": 280}))
