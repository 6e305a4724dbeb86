"""Differences from the baseline, a forest plot: which variants really differ, and by how much?"""

import altair as alt
import numpy as np
import pandas as pd

from regtrack import names
from regtrack.charts.far_values import off_scale
from regtrack.charts.finish import finished
from regtrack.charts.theme import LINE, NOT_JUDGED, Symbol
from regtrack.measures.measure import POINTS
from regtrack.measures.primaries import PrimaryWords, words_of_comparison
from regtrack.words.intervals import with_interval

VERDICT_SYMBOLS = {
    names.BETTER: Symbol("#3A95C9", "triangle-right"),
    names.WORSE: Symbol("#A3622A", "triangle-left"),
    names.EQUAL: Symbol("#7570B3", "square"),
    names.NOT_SHOWN: Symbol("#8C8C8C", "diamond"),
    names.NO_VERDICT: Symbol("#8C8C8C", "cross"),
}
UNKNOWN_SYMBOL = Symbol(LINE, "cross")


def differences_chart(table: pd.DataFrame, *, title: str, margin: float | None = None) -> alt.LayerChart:
    """A row a variant, the largest gain on top: difference of accuracy with its 95 % interval, marked by verdict.

    Args:
        table: names.COMPARISON_COLUMNS of one family, split and primary measure. `difference`, `low` and `high` are
            shares, accuracy(variant) - accuracy(other), or the same of that measure: positive is better. Rows without limits get a point alone. Where
            `other` is not the same in all rows, a row is named by both.
        margin: in the unit of `difference`; the band of differences that make no practical difference.
    """
    table = table.reindex(columns=list(names.COMPARISON_COLUMNS)).dropna(subset=["difference"])
    others = list(dict.fromkeys(table["other"]))
    words = words_of_comparison(table)
    unit = f"{POINTS} of %" if words.unit == POINTS else words.unit
    row = table["variant"] if len(others) < 2 else table["variant"] + " − " + table["other"]
    drawn = table.assign(row=row, effect=[_effect(words, *values) for values in
                                          table[["difference", "low", "high"]].itertuples(index=False)])  # fmt: skip
    drawn = drawn.assign(verdict=drawn["verdict"].astype(object).fillna(NOT_JUDGED))  # without a word nothing is drawn
    drawn = drawn.sort_values("difference", ascending=False, kind="stable")
    from_what = others[0] if len(others) == 1 else "the other variant"
    axis = alt.Axis(labelExpr=f"format({words.scale} * datum.value, '+.3~g')", tickCount=8)
    drawn = drawn.assign(
        off_scale=off_scale(drawn["low"].fillna(drawn["difference"]), drawn["high"].fillna(drawn["difference"]))
    )
    inside, outside = drawn[~drawn["off_scale"]], drawn[drawn["off_scale"]]
    domain = _reach(inside, margin) if len(outside) else alt.Undefined
    x_title = f"{words.against(f'that of {from_what}')} ({f'{unit}; ' if unit else ''}right is better)"
    scale = alt.Scale(domain=domain, nice=False) if len(outside) else alt.Undefined
    x = {name: alt.X(f"{name}:Q", title=x_title, axis=axis, scale=scale)
         for name in ("difference", "low", "zero", "from", "edge")}  # fmt: skip
    present = set(drawn["verdict"])
    verdicts = [*VERDICT_SYMBOLS, *sorted(present - {*VERDICT_SYMBOLS})]
    symbols = [VERDICT_SYMBOLS.get(verdict, UNKNOWN_SYMBOL) for verdict in verdicts]
    legend = alt.Legend(values=[verdict for verdict in verdicts if verdict in present])
    verdict = {"shorthand": "verdict:N", "title": "verdict", "legend": legend}
    base = alt.Chart(inside).encode(
        y=alt.Y("row:N", title="variant", sort=list(drawn["row"]), axis=alt.Axis(labelLimit=260)),
        color=alt.Color(**verdict, scale=alt.Scale(domain=verdicts, range=[symbol.color for symbol in symbols])),
        tooltip=[alt.Tooltip("variant:N"), alt.Tooltip("other:N", title="compared with"), alt.Tooltip("split:N"),
                 alt.Tooltip("effect:N", title=words.difference), alt.Tooltip("verdict:N"),
                 alt.Tooltip("p_adjusted:Q", format=".2g", title="p (adjusted)"), alt.Tooltip("seeds:Q"),
                 alt.Tooltip("probability_of_improvement:Q", format=".2f", title="pairs of networks that improve"),
                 alt.Tooltip("fixed:Q", format=",.0f"), alt.Tooltip("broken:Q", format=",.0f")],
    )  # fmt: skip
    limits = base.transform_filter("isValid(datum.low) && isValid(datum.high)").mark_rule(strokeWidth=2)
    shape = alt.Shape(**verdict, scale=alt.Scale(domain=verdicts, range=[symbol.shape for symbol in symbols]))
    zero = alt.Chart(pd.DataFrame({"zero": [0.0]})).mark_rule(strokeDash=[4, 4], color=LINE).encode(x=x["zero"])
    layers = [
        zero,
        limits.encode(x=x["low"], x2=alt.X2("high:Q")),
        base.mark_point(filled=True, size=90, opacity=1).encode(x=x["difference"], shape=shape),
    ]
    if len(outside):
        layers += _at_the_edge(base, outside, domain, x["edge"])
    if margin is not None:
        band = alt.Chart(pd.DataFrame({"from": [-margin], "to": [margin]})).mark_rect(color=LINE, opacity=0.18)
        layers.insert(0, band.encode(x=x["from"], x2=alt.X2("to:Q")))
    return finished(
        alt.layer(*layers, width=480, height=alt.Step(22)),
        title=title,
        subtitle="bars: 95 % intervals"
        + ("; written at the edge: off the scale" if len(outside) else "")
        + (
            f"; band: practically equal (±{f'{words.scale * margin:.2g} {unit}'.rstrip()})"
            if margin is not None
            else ""
        ),
        description=f"{len(drawn)} variants, {words.against(f'that of {from_what}')}, the largest gain first, with "
        "95 % intervals.",
    )


def _reach(inside: pd.DataFrame, margin: float | None) -> list[float]:
    """Both ends of the axis: what stands on it, 0 and the band, with some room for the words at the edge."""
    ends = [0.0, margin or 0.0, -(margin or 0.0), *inside[["low", "high", "difference"]].to_numpy(float).ravel()]
    low, high = np.nanmin(ends), np.nanmax(ends)
    return [float(low - 0.05 * (high - low)), float(high + 0.05 * (high - low))]


def _at_the_edge(base: alt.Chart, outside: pd.DataFrame, domain: list[float], x: alt.X) -> list[alt.Chart]:
    """The effect of each that is off the scale in words, on its side."""
    layers = []
    for is_left, place in ((True, domain[0]), (False, domain[1])):
        part = outside[(outside["difference"] < 0) == is_left].assign(edge=place)
        if len(part):
            words = base.properties(data=part).mark_text(align="left" if is_left else "right", dx=4 if is_left else -4)
            arrow = "'◂ ' + datum.effect" if is_left else "datum.effect + ' ▸'"
            layers.append(words.transform_calculate(words=arrow).encode(x=x, text=alt.Text("words:N")))
    return layers


def _effect(words: PrimaryWords, *values: float) -> str:
    return words.with_unit(with_interval(*values, scale=words.scale, sign=True))
