"""A value with its interval, rounded to what the interval supports: the one way in which intervals are written."""

import math

from regtrack.words.numbers import MISSING, digits, fixed, is_missing

LOPSIDED = 0.1
"""Share of the interval by which the estimate may lie off its middle before both limits are shown."""


def with_interval(value: float, low: float, high: float, *, scale: float = 1, sign: bool = False) -> str:
    """`0.883 ± 0.004`: one digit of the half width, two where it begins with 1, and the value to the same place.

    One digit more where rounding would let an interval off 0 read as if it held 0, or the reverse. A lopsided interval
    is shown by its limits, `0.990 (0.962 to 0.997)`. Without limits three digits of the value.

    Args:
        scale: multiplies all three, 100 for a share in points.
        sign: show a plus, for differences.
    """
    if is_missing(value):
        return MISSING
    if is_missing(low) or is_missing(high):
        return digits(value * scale, sign=sign)
    value, low, high = value * scale, low * scale, high * scale
    half = (high - low) / 2
    if half <= 0:
        return f"{digits(value, sign=sign)} ± 0"
    place = decimals_of(half)
    if abs((high + low) / 2 - value) > LOPSIDED * (high - low):
        return f"{fixed(value, place, sign=sign)} ({limits(low, high, place, sign=sign)})"
    place += (abs(value) > half) != (round(abs(value), place) > round(half, place))
    return f"{fixed(value, place, sign=sign)} ± {fixed(half, place)}"


def limits(low: float, high: float, decimals: int, *, sign: bool = False) -> str:
    """`0.962 to 0.997`."""
    return f"{fixed(low, decimals, sign=sign)} to {fixed(high, decimals, sign=sign)}"


def plus_minus_words(over: str, examples: str = "examples") -> str:
    """What ± is in a table of variants, without a full stop: of one split of the data, or of means `over` several, as Answer has it."""
    if over:
        return f"Means over {over}, regimes of the first; ± is half a 95 % interval for new data"
    return f"± is half a 95 % interval over seeds and {examples}, on this split"


def decimals_of(half: float) -> int:
    """Decimals that show one significant digit of a half width > 0, two where the first is 1."""
    exponent = math.floor(math.log10(half))
    return max(0, -exponent + (half / 10**exponent < 2))
