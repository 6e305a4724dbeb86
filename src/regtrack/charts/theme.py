"""Colours and marks, the same in every chart: readable on light and on dark, for every kind of colour sight."""

TECHNIQUE_HUES = ("#E69F00", "#56B4E9", "#CC79A7", "#B8A200", "#A6761D", "#7570B3", "#4C9F9F", "#9E5A5A", "#6B8E23")
"""Okabe and Ito's palette without the hues kept for fitting regimes, then neighbours of the same contrast, in the
order of the registry."""
NO_TECHNIQUE_HUE = "#8C8C8C"


def technique_hues(techniques: list[str]) -> dict[str, str]:
    """A hue a technique: grey for none, the others in the given order."""
    others = [technique for technique in techniques if technique != "none"]
    hues = {name: TECHNIQUE_HUES[i % len(TECHNIQUE_HUES)] for i, name in enumerate(others)}
    return {"none": NO_TECHNIQUE_HUE} | hues
