"""Numbers as words: rounded to what their interval supports, missing as an en dash."""

import math

import pandas as pd

MISSING = "–"
LOPSIDED = 0.1
"""Share of the interval by which the estimate may lie off its middle before both limits are shown."""


def is_missing(value: object) -> bool:
    return value is None or bool(pd.isna(value))


def with_interval(value: float, low: float, high: float, *, scale: float = 1, sign: bool = False) -> str:
    """`0.883 ± 0.004`: one digit of the half width, two where it begins with 1, and the value to the same place.

    A lopsided interval is shown by its limits, `0.990 (0.962 to 0.997)`. Without limits three digits of the value.

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
        return f"{fixed(value, place, sign=sign)} ({fixed(low, place, sign=sign)} to {fixed(high, place, sign=sign)})"
    return f"{fixed(value, place, sign=sign)} ± {fixed(half, place)}"


def decimals_of(half: float) -> int:
    """Decimals that show one significant digit of a half width > 0, two where the first is 1."""
    exponent = math.floor(math.log10(half))
    return max(0, -exponent + (half / 10**exponent < 2))


def fixed(value: float, decimals: int, *, sign: bool = False) -> str:
    """With so many decimals, thousands separated, a true minus, no minus zero; `–` if missing."""
    if is_missing(value):
        return MISSING
    value = round(float(value), decimals) + 0.0  # -0.0 + 0.0 is 0.0
    text = f"{value:+,.{decimals}f}" if sign and value else f"{value:,.{decimals}f}"
    return text.replace("-", "−")


def digits(value: float, count: int = 3, *, sign: bool = False) -> str:
    """With so many significant digits, no less than all digits before the point; `–` if missing."""
    if is_missing(value):
        return MISSING
    value = float(value)
    if not math.isfinite(value):
        return str(value).replace("inf", "∞").replace("-", "−")
    places = 0 if value == 0 else max(0, count - 1 - math.floor(math.log10(abs(value))))
    return fixed(value, places, sign=sign)


def p_value(value: float) -> str:
    """Two digits, `< 0.001` below."""
    return "< 0.001" if not is_missing(value) and value < 0.001 else digits(value, 2)


def confidence(value: float | None) -> str:
    """Three decimals, never rounded up to 1: `> 0.999`."""
    return "> 0.999" if not is_missing(value) and 0.9995 <= value < 1 else fixed(value, 3)


def span(low: float, high: float) -> str:
    """`6 to 11`, `6` where they are equal, `6 or many more` where the upper end is unknown."""
    if is_missing(low):
        return MISSING
    if is_missing(high):
        return f"{int(low)} or many more"
    return f"{int(low)}" if int(low) == int(high) else f"{int(low)} to {int(high)}"
