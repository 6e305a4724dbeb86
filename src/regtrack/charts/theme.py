"""Colours and marks, the same in every chart: readable on light and on dark, for every kind of colour sight."""

from dataclasses import dataclass

import altair as alt

TECHNIQUE_HUES = ("#E69F00", "#56B4E9", "#CC79A7", "#B8A200", "#A6761D", "#7570B3", "#4C9F9F", "#9E5A5A", "#6B8E23")
"""Okabe and Ito's palette without the hues kept for fitting regimes, then neighbours of the same contrast, in the
order of the registry."""
NO_TECHNIQUE_HUE = "#8C8C8C"


def technique_hues(techniques: list[str]) -> dict[str, str]:
    """A hue a technique: grey for none, the others in the given order."""
    others = [technique for technique in techniques if technique != "none"]
    hues = {name: TECHNIQUE_HUES[i % len(TECHNIQUE_HUES)] for i, name in enumerate(others)}
    return {"none": NO_TECHNIQUE_HUE} | hues


@dataclass(frozen=True)
class _MethodMarks:
    """One deterministic pass is a hollow mark, Monte Carlo dropout a filled one."""

    color: alt.Color
    fill: alt.Fill


_METHODS = ["deterministic", "mc_dropout"]
METHOD_MARKS = _MethodMarks(
    alt.Color("method:N", title="method", scale=alt.Scale(domain=_METHODS, range=["#56B4E9", "#CC79A7"])),
    alt.Fill("method:N", title="method", scale=alt.Scale(domain=_METHODS, range=["transparent", "#CC79A7"])),
)
