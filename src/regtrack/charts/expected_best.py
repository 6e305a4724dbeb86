"""Expected best against tries, a line a technique: how many settings must be tried before a technique is worth it?"""

import altair as alt
import numpy as np
import pandas as pd

from regtrack import names
from regtrack.charts.finish import finished
from regtrack.charts.theme import LINE, technique_hues
from regtrack.measures.declared import MEASURES
from regtrack.measures.primaries import words_of_comparison

MOST_POINTS = 20
"""Tries that each get a point; of more some do, and the line is through all."""


def expected_best_chart(table: pd.DataFrame, *, title: str) -> alt.LayerChart:
    """Test difference from the baseline of what validation chooses of so many tries, with its band; the baseline is the dashed line at 0.
    A filled point is shown to differ. Without a baseline the measure itself is drawn.

    Args:
        table: names.EXPECTED_BEST_COLUMNS. Rows without limits get a point and a line alone.
    """
    table = table.reindex(columns=list(names.EXPECTED_BEST_COLUMNS))
    words = words_of_comparison(table)
    if table["difference"].notna().any():
        drawn = table[table["verdict"] != ""].assign(value=table["difference"])  # the baseline alone is the line at 0
        y_title = f"test {words.against()}{f' ({words.unit})' if words.unit else ''}"
        scale, sign = words.scale, "+"
    else:
        drawn = table.assign(value=table["test"], low=table["test_low"], high=table["test_high"])
        y_title = f"test {MEASURES[table['primary'].iloc[0]].axis}" if len(table) else "test measure"
        scale, sign = 1, ""
    for name in ("value", "low", "high"):
        drawn[name] = scale * drawn[name].astype(float)
    drawn = drawn.assign(shown=drawn["verdict"].isin([names.BETTER, names.WORSE]))
    hues = {name: hue for name, hue in technique_hues(drawn["technique"]).items() if name in set(drawn["technique"])}
    axis = alt.Axis(format=f"{sign}.3~g", tickCount=8)
    y = {
        name: alt.Y(f"{name}:Q", title=y_title, axis=axis, scale=alt.Scale(zero=False))
        for name in ("value", "low", "zero")
    }
    format_ = f"{sign}.3~r"
    pointed, title_x, scale_x = drawn["tries"], "settings tried", alt.Scale(padding=14, nice=False)
    if (most := drawn["tries"].max()) > MOST_POINTS:  # the first ones tell most
        scale_x, title_x = alt.Scale(padding=14, nice=False, type="log"), f"{title_x} (log scale)"
        pointed = np.geomspace(1, most, MOST_POINTS).round()
    drawn = drawn.assign(pointed=drawn["tries"].isin(pointed) | (drawn["tries"] == drawn["settings"]))
    base = alt.Chart(drawn).encode(
        x=alt.X("tries:Q", title=title_x, axis=alt.Axis(tickMinStep=1, format="d", grid=False), scale=scale_x),
        color=alt.Color("technique:N", title="technique", sort=[*hues], scale=alt.Scale(domain=[*hues], range=[*hues.values()])),
        tooltip=[alt.Tooltip("technique:N"), alt.Tooltip("tries:Q"), alt.Tooltip("settings:Q", title="settings in the sweep"),
                 alt.Tooltip("trainings:Q", format=".3~g"), alt.Tooltip("value:Q", format=format_, title=y_title),
                 alt.Tooltip("low:Q", format=format_, title="lower limit (95 %)"), alt.Tooltip("high:Q", format=format_, title="upper limit (95 %)"),
                 alt.Tooltip("validation:Q", format=".4~g", title="expected on validation"),
                 alt.Tooltip("test:Q", format=".4~g", title="expected on test"), alt.Tooltip("verdict:N")],
    )  # fmt: skip
    limits = base.transform_filter("isValid(datum.low) && isValid(datum.high)")
    at_the_last = limits.transform_filter("datum.tries == datum.settings")
    layers = [
        limits.mark_area(opacity=0.1).encode(y=y["low"], y2=alt.Y2("high:Q")),
        at_the_last.mark_rule(strokeWidth=2, opacity=0.6).encode(y=y["low"], y2=alt.Y2("high:Q")),
        base.mark_line(strokeWidth=2).encode(y=y["value"]),
        *(
            base.transform_filter(f"datum.pointed && {'' if shown else '!'}datum.shown")
            .mark_point(size=70, opacity=1, strokeWidth=2, filled=shown)
            .encode(y=y["value"])
            for shown in (False, True)
        ),
    ]
    if sign and len(drawn):
        zero = alt.Chart(pd.DataFrame({"zero": [0.0]})).mark_rule(strokeDash=[4, 4], color=LINE)
        layers.insert(0, zero.encode(y=y["zero"]))
    return finished(
        alt.layer(*layers, width=560, height=340),
        title=title,
        subtitle="bands: 95 % for all techniques and tries together; filled points: shown to differ from the baseline (dashed)",
        description=f"What is to be expected on test of {len(hues)} techniques against the number of their settings that are tried, with bands.",
    )
