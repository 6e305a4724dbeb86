"""Colours and symbols, the same in every chart: readable on light and on dark, for every kind of colour sight.

Every colour here has a contrast of 3:1 or more against white and against the dashboard's dark background (#0e1117);
a test holds it to that.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

import altair as alt

from regtrack import names
from regtrack.variants.technique import regularizers_in

LINE = "#8C8C8C"
"""Grey of reference lines: diagonals, zero lines, what no technique touched."""
TEXT = "#797979"
"""Grey of words on any background: 4.3:1 on white and on dark, the most that one grey can have on both."""
NO_TECHNIQUE_HUE = LINE
TECHNIQUE_HUES = ("#BD8300", "#3A95C9", "#C66C9E", "#6B8E23", "#7570B3", "#A3622A", "#2E9599", "#B25D6B", "#8C7A00")
"""Okabe and Ito's palette without the hues kept for fitting regimes, darkened to the contrast above, then neighbours."""


class Symbol(NamedTuple):
    """A colour and a shape in Vega's word."""

    color: str
    shape: str


RING = "M-1 0A1 1 0 1 1 1 0A1 1 0 1 1 -1 0ZM-0.55 0A0.55 0.55 0 1 0 0.55 0A0.55 0.55 0 1 0 -0.55 0Z"
"""A hollow circle as a path of Vega's, for a point whose symbol is filled."""
REGIME_SYMBOLS = {
    names.UNDERFIT: Symbol("#0072B2", "triangle-down"),
    names.WELL_FIT: Symbol("#009E73", "circle"),
    names.WELL_FIT_HERE: Symbol("#009E73", RING),
    names.OVERFIT: Symbol("#D55E00", "triangle-up"),
    names.UNDETERMINED: Symbol("#8C8C8C", "diamond"),
}
NOT_JUDGED = "not judged"
"""Word and symbol of a missing fitting regime: it must not wear that of another."""
_NOT_JUDGED_SYMBOL = Symbol(LINE, "cross")

_METHOD_COLORS = {
    names.DETERMINISTIC: ("#3A95C9", "transparent"),
    names.TEMPERATURE: ("#BD8300", "transparent"),
    names.MC_DROPOUT: ("#C66C9E", "#C66C9E"),
    names.ENSEMBLE: ("#6B8E23", "#6B8E23"),
}
"""Stroke and fill: one deterministic pass, tempered or not, is hollow, a mean over passes or networks filled."""


def technique_hues(techniques: Iterable[str]) -> dict[str, str]:
    """A hue a technique, whatever the order of `techniques`: grey for none, single techniques before combinations."""
    others = sorted({*techniques} - {"none"}, key=lambda name: (len(regularizers_in(name)), name))
    return {"none": NO_TECHNIQUE_HUE} | {name: TECHNIQUE_HUES[i % len(TECHNIQUE_HUES)] for i, name in enumerate(others)}


def variant_hues(variants: Iterable[str], techniques: Iterable[str]) -> dict[str, str]:
    """A colour a variant: the hue of its technique, variants of one hue told apart by lightness.

    Give all variants of the sweep, with the technique of each, also where a chart draws only some of them: then the
    same variant has the same colour in every chart. The order does not matter; that of the result (by technique, then
    by the numbers in the name) is the order of legends.
    """
    technique_of = dict(zip(variants, techniques, strict=True))
    by_hue = {}
    for technique, hue in technique_hues(technique_of.values()).items():
        by_hue.setdefault(hue, []).extend(sorted((v for v, t in technique_of.items() if t == technique), key=_natural))
    return {
        variant: hue if len(group) == 1 else _with_luminance(hue, _spread(i, len(group)))
        for hue, group in by_hue.items()
        for i, variant in enumerate(group)
    }


def hues_or_palette(variants: Iterable[str], hues: dict[str, str] | None) -> dict[str, str]:
    """The colours of just these variants: from `hues`, else from the palette in order of their names."""
    present = sorted({*variants}, key=_natural)
    if hues is None:
        return {variant: TECHNIQUE_HUES[i % len(TECHNIQUE_HUES)] for i, variant in enumerate(present)}
    missing = {variant: LINE for variant in present if variant not in hues}
    return {variant: hue for variant, hue in hues.items() if variant in present} | missing


def regime_encodings(regimes: Iterable[str]) -> tuple[alt.Color, alt.Shape]:
    """Colour and shape of the column `fitting_regime`; the legend names those that occur."""
    present = {*regimes}
    symbols = REGIME_SYMBOLS | {NOT_JUDGED: _NOT_JUDGED_SYMBOL}
    legend = alt.Legend(values=[regime for regime in symbols if regime in present])
    words = {"shorthand": "fitting_regime:N", "title": "fitting regime", "legend": legend}
    return (
        alt.Color(**words, scale=alt.Scale(domain=[*symbols], range=[symbol.color for symbol in symbols.values()])),
        alt.Shape(**words, scale=alt.Scale(domain=[*symbols], range=[symbol.shape for symbol in symbols.values()])),
    )


def method_encodings(methods: Iterable[str]) -> tuple[list[str], alt.Color, alt.Fill]:
    """The methods in their order, stroke and fill of the column `method`; a method unknown here is filled with the line's grey."""
    present = {*methods}
    symbols = {method: symbol for method, symbol in _METHOD_COLORS.items() if method in present}
    symbols |= {method: (LINE, LINE) for method in sorted(present - {*symbols})}
    words = {"shorthand": "method:N", "title": "method", "sort": [*symbols]}
    return (
        [*symbols],
        alt.Color(**words, scale=alt.Scale(domain=[*symbols], range=[symbol[0] for symbol in symbols.values()])),
        alt.Fill(**words, scale=alt.Scale(domain=[*symbols], range=[symbol[1] for symbol in symbols.values()])),
    )


def _natural(name: str) -> list:
    """`l2=1e-05` before `l2=0.0001`."""
    parts = re.split(r"(\d+(?:\.\d+)?(?:e[+-]?\d+)?)", name)
    return [float(part) if i % 2 else part for i, part in enumerate(parts)]


def _spread(place: int, count: int) -> float:
    """Relative luminance of the `place`-th of `count`, even steps of lightness within what has contrast on both sides."""
    darkest, lightest = 0.125 ** (1 / 3), 0.29 ** (1 / 3)
    return (lightest + (darkest - lightest) * place / (count - 1)) ** 3


def _with_luminance(color: str, target: float) -> str:
    """The same hue at a relative luminance (WCAG): towards black or white in linear light."""
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    now = sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    share = (target - now) / (1 - now)
    moved = [c * target / now if target < now else c + (1 - c) * share for c in linear]
    shown = [12.92 * c if c <= 0.0031308 else 1.055 * c ** (1 / 2.4) - 0.055 for c in moved]
    return "#" + "".join(f"{round(255 * c):02X}" for c in shown)
