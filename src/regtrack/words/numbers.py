"""Numbers as words: their digits, what is missing as an en dash."""

import math

MISSING = "–"


def is_missing(value: object) -> bool:
    """None, NaN, and pandas' NA, which cannot tell whether it is itself."""
    try:
        return value is None or bool(value != value)
    except TypeError:
        return True


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
