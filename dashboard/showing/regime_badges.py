"""Fitting regimes as words with the mark of the charts in front: never colour alone."""

import pandas as pd

from regtrack import names
from regtrack.charts.theme import NOT_JUDGED, REGIME_SYMBOLS, RING

_CHARACTERS = {"triangle-down": "▼", "circle": "●", RING: "○", "triangle-up": "▲", "diamond": "◆"}
BADGES = {regime: f"{_CHARACTERS[symbol.shape]} {regime}" for regime, symbol in REGIME_SYMBOLS.items()}


def badge(regime: object, leans_to: object = None) -> str:
    """`▲ overfit`; `◆ undetermined (overfit?)` where the estimates lean somewhere; `not judged` where it is missing."""
    if pd.isna(regime) or not regime:
        return NOT_JUDGED
    word = BADGES.get(str(regime), str(regime))
    leans = regime == names.UNDETERMINED and not pd.isna(leans_to) and leans_to and leans_to != regime
    return f"{word} ({leans_to}?)" if leans else word


COLORS = {
    badge(regime, leans_to): symbol.color
    for leans_to in (None, *names.REGIMES)
    for regime, symbol in REGIME_SYMBOLS.items()
}
"""Of every badge there is, the regime's colour, whatever an undetermined one leans to."""
