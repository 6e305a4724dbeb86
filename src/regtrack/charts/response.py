"""Response to one parameter: where does it begin to help, and where does it start to underfit?"""

from typing import Literal

import altair as alt
import numpy as np
import pandas as pd

from regtrack import names
from regtrack.charts.finish import finished
from regtrack.charts.theme import LINE, NOT_JUDGED, regime_encodings
from regtrack.measures.declared import MEASURES
from regtrack.variants.regularizers import PARAMS

_STRENGTHS = {name: param.strength for name, param in PARAMS.items() if param.strength}
LINEAR = tuple(name for name, strength in _STRENGTHS.items() if strength.scale == "linear")
"""A linear axis, on which off is 0 and needs no place of its own."""
LOWER_IS_STRONGER = tuple(name for name, strength in _STRENGTHS.items() if strength.stronger == "lower")
"""Their axis runs backwards, so that regularization grows to the right in every chart."""
DASHES = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3])


def response_chart(
    table: pd.DataFrame,
    *,
    title: str,
    measure: str,
    scale: Literal["log", "linear"] | None = None,
    stronger: Literal["higher", "lower"] | None = None,
) -> alt.LayerChart:
    """The measure against the strength, with 95 % intervals; points wear the symbol of their fitting regime.

    With one value of `held` its regimes also stand behind the points, each from half-way to the neighbouring
    strengths. A strength of 0 stands apart, left of the log axis, as "off".

    Args:
        table: names.RESPONSE_COLUMNS of one `param`; only the rows of `measure`. A line for each value of `held`
            (the other params).
        scale, stronger: of the param, as its `Strength` in the registry says; by default those of the built-in ones.
    """
    table = table.reindex(columns=list(names.RESPONSE_COLUMNS))
    table = table[table["measure"] == measure].dropna(subset=["strength"])
    param = str(table["param"].iloc[0]) if len(table) else "strength"
    linear = scale == "linear" if scale else param in LINEAR
    backwards = stronger == "lower" if stronger else param in LOWER_IS_STRONGER
    drawn = table.assign(
        position=_positions(table["strength"].to_numpy(float), linear, backwards),
        fitting_regime=table["fitting_regime"].astype(object).fillna(NOT_JUDGED),
        held=table["held"].astype(object).fillna("nothing"),
        off=(table["strength"] == 0) & (not linear),
    ).sort_values(["held", "position"])
    y_title = MEASURES[measure].axis
    y = {name: alt.Y(f"{name}:Q", title=y_title, scale=alt.Scale(zero=False)) for name in ("value", "low")}
    color, shape = regime_encodings(drawn["fitting_regime"])
    x = {name: _x(name, drawn, param, linear, backwards) for name in ("position", "from")}
    base = alt.Chart(drawn).encode(x=x["position"], tooltip=[
        alt.Tooltip("variant:N"), alt.Tooltip("strength:Q", title=param, format="~g"), alt.Tooltip("held:N", title="held fixed"),
        alt.Tooltip("value:Q", format=".3~r", title=y_title), alt.Tooltip("low:Q", format=".3~r", title="lower limit (95 %)"),
        alt.Tooltip("high:Q", format=".3~r", title="upper limit (95 %)"), alt.Tooltip("seeds:Q"),
        alt.Tooltip("fitting_regime:N", title="fitting regime")])  # fmt: skip
    limits = base.transform_filter("isValid(datum.low) && isValid(datum.high)").mark_rule(strokeWidth=2)
    helds = list(dict.fromkeys(drawn["held"]))
    layers = [
        _line(base, helds).encode(y=y["value"]),
        limits.encode(y=y["low"], y2=alt.Y2("high:Q"), color=color),
        base.mark_point(filled=True, size=110, opacity=1).encode(y=y["value"], color=color, shape=shape),
    ]
    if len(helds) == 1:
        spans = regime_spans(drawn)
        band = alt.Chart(spans).mark_rect(opacity=0.2)
        band = band.encode(x=x["from"], x2=alt.X2("to:Q"), color=color)
        layers.insert(0, band)
    return finished(
        alt.layer(*layers, width=380, height=320),
        title=title,
        subtitle="bars: 95 % intervals" + ("; background: fitting regime" if len(helds) == 1 else ""),
        description=f"{y_title} against {param} at {drawn['strength'].nunique()} strengths, with the fitting regime of each.",
    )


def regime_spans(drawn: pd.DataFrame) -> pd.DataFrame:
    """Rows `from`, `to` (positions) and `fitting_regime`: half-way to the neighbours, the outer ones a little beyond
    their point; neighbours of one regime are one span. "off" has a span of its own, since no distance leads there.

    Args:
        drawn: `position`, `off` and `fitting_regime` of one value of `held`, by position.
    """
    spans = [pd.DataFrame(columns=["from", "to", "fitting_regime"])]
    for _, part in drawn.groupby("off", sort=False):
        at = part["position"].to_numpy(float)
        beyond = 0.05 * np.ptp(drawn["position"]) or 0.25
        middles = (at[1:] + at[:-1]) / 2
        ends = pd.DataFrame({"from": np.r_[at[0] - beyond, middles], "to": np.r_[middles, at[-1] + beyond]})
        ends = ends.assign(fitting_regime=part["fitting_regime"].to_numpy())
        run = (ends["fitting_regime"] != ends["fitting_regime"].shift()).cumsum()
        spans.append(ends.groupby(run).agg({"from": "min", "to": "max", "fitting_regime": "first"}))
    return pd.concat(spans[1:] or spans, ignore_index=True)


def _positions(strength: np.ndarray, linear: bool, backwards: bool) -> np.ndarray:
    """Places on the axis: the strength itself, or its decimal logarithm with off one step before the weakest."""
    if linear:
        return -strength if backwards else strength
    on = strength > 0
    places = np.log10(strength, where=on, out=np.zeros(len(strength)))
    places = -places if backwards else places
    steps = np.diff(np.unique(places[on]))
    weakest = places[on].min() if on.any() else 0.0
    return np.where(on, places, weakest - (np.median(steps) if len(steps) else 1.0))


def _x(field: str, drawn: pd.DataFrame, param: str, linear: bool, backwards: bool) -> alt.X:
    ticks = sorted(set(drawn["position"]))
    room = 0.07 * (ticks[-1] - ticks[0]) if len(ticks) > 1 else 0.5
    sign = "-" if backwards else ""
    if linear:
        label, kind = f"datum.value == 0 ? '0 (off)' : format({sign}datum.value, '~g')", ""
    else:
        off = drawn.loc[drawn["off"], "position"]
        label = f"format(pow(10, {sign}datum.value), '~g')"
        label = f"datum.value < {off.iloc[0] + 1e-6} ? 'off' : {label}" if len(off) else label
        kind = " (log scale, stronger to the right)"
    return alt.X(
        f"{field}:Q",
        title=param + kind,
        axis=alt.Axis(values=ticks, labelExpr=label, labelOverlap=True, grid=False),
        scale=alt.Scale(domain=[ticks[0] - room, ticks[-1] + room] if ticks else [0, 1], nice=False, zero=False),
    )


def _line(base: alt.Chart, helds: list[str]) -> alt.Chart:
    """Over the strengths alone: off has no distance from them on a logarithmic axis."""
    line = base.transform_filter("!datum.off").mark_line(strokeWidth=2, color=LINE)
    if len(helds) < 2:
        return line
    words = {"shorthand": "held:N", "title": "held fixed", "sort": helds}
    dashes = [DASHES[i % len(DASHES)] for i in range(len(helds))]
    return line.encode(strokeDash=alt.StrokeDash(**words, scale=alt.Scale(domain=helds, range=dashes)))
