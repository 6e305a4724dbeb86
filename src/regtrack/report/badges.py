"""Badges: a word with a symbol beside it, the same shapes and colours as in the charts, as SVG paths on a 16 x 16 field."""

from typing import NamedTuple

from regtrack.charts.differences import VERDICT_SYMBOLS
from regtrack.charts.theme import REGIME_SYMBOLS, RING, Symbol
from regtrack.names import NOT_SUPPORTED, SUPPORTED, UNDETERMINED_HERE

PATHS = {
    "triangle-down": "M2 3H14L8 14Z",
    "triangle-up": "M2 13H14L8 2Z",
    "triangle-right": "M3 2V14L14 8Z",
    "triangle-left": "M13 2V14L2 8Z",
    "circle": "M8 2A6 6 0 1 1 8 14A6 6 0 1 1 8 2Z",
    RING: "M8 2A6 6 0 1 1 8 14A6 6 0 1 1 8 2ZM8 4.6A3.4 3.4 0 1 0 8 11.4A3.4 3.4 0 1 0 8 4.6Z",
    "diamond": "M8 1L15 8L8 15L1 8Z",
    "square": "M3 3H13V13H3Z",
    "check": "M2 9L4 7L7 10L12 3L14 5L7 14Z",
    "cross": "M3 5L5 3L8 6L11 3L13 5L10 8L13 11L11 13L8 10L5 13L3 11L6 8Z",
}
CLAIM_SYMBOLS = {
    SUPPORTED: Symbol("#009E73", "check"),
    NOT_SUPPORTED: Symbol("#D55E00", "cross"),
    UNDETERMINED_HERE: Symbol("#8C8C8C", "diamond"),
}


class Badge(NamedTuple):
    """`path` and `color` draw the symbol, `word` stands beside it: never colour alone. Both None: a word alone."""

    word: str
    path: str | None = None
    color: str | None = None


def badge(word: object, kind: str) -> Badge | None:
    """Of a "regime", a "comparison" or a "claim"; None for a missing word."""
    if word is None or word != word or not str(word):
        return None
    symbol = {"regime": REGIME_SYMBOLS, "comparison": VERDICT_SYMBOLS, "claim": CLAIM_SYMBOLS}[kind].get(str(word))
    return Badge(str(word), PATHS[symbol.shape], symbol.color) if symbol else Badge(str(word))
