"""Numbers as people write them: decimal comma or point, thousands marks, a currency sign, a percent sign."""

import re
import unicodedata
from collections.abc import Iterable

import numpy as np

DECIMALS = {"point": ".", "comma": ","}
_MARKS = ".,'’ \u00a0\u202f"  # a space, a no-break one and a narrow one group thousands, too
_SPACE = "[ \u00a0\u202f]?"
_EXPONENT = r"(?:[eE][-+]?\d+)?"
_SIGNS = "%‰" + "".join(sign for sign in map(chr, range(0x10000)) if unicodedata.category(sign) == "Sc")
_BODY = rf"(?:[0-9](?:[0-9{_MARKS}]*[0-9.,])?|[.,][0-9]+){_EXPONENT}"
_WRITTEN = re.compile(rf"([-+−]?)([{_SIGNS}]?){_SPACE}([-+−]?)({_BODY}){_SPACE}([{_SIGNS}]?)", re.ASCII)
_ONE_NUMBER = re.compile(rf"[^0-9]*?((?:(?<!\w)[-+−])?){_SPACE}({_BODY})[^0-9]*")


def _form(decimal: str) -> re.Pattern:
    """Digits, in threes behind the first one to three if marks group them, and what follows the decimal mark."""
    grouped = "|".join(rf"[1-9]\d{{0,2}}(?:{re.escape(mark)}\d{{3}})+" for mark in _MARKS if mark != decimal)
    return re.compile(rf"(?:{grouped}|\d+)(?:{re.escape(decimal)}\d*)?{_EXPONENT}|{re.escape(decimal)}\d+{_EXPONENT}")


_FORMS = {decimal: _form(decimal) for decimal in DECIMALS.values()}


def _written(cell: str) -> re.Match | None:
    """The parts of a cell that is one number: one minus, one sign. As accountants have it, ($5.20) is -5.20."""
    if cell.startswith("(") and cell.endswith(")"):
        cell = f"-{cell[1:-1]}"
    found = _WRITTEN.fullmatch(cell)
    return None if found and ((found[1] and found[3]) or (found[2] and found[5])) else found


def sign_of(cell: str) -> str | None:
    """The currency or percent sign of a cell that is one number, "" without; None if it is no number."""
    found = _written(cell)
    return (found[2] or found[5]) if found and decimals_of([cell]) else None


def decimals_of(cells: Iterable[str]) -> frozenset[str]:
    """Which of the marks "." and "," can be the decimal one in all of these cells; none if one is no number."""
    left = set(_FORMS)
    for cell in cells:
        found = _written(cell)
        left = {mark for mark in left if found and _FORMS[mark].fullmatch(found[4])}
        if not left:
            break
    return frozenset(left)


def is_ambiguous(cells: Iterable[str]) -> bool:
    """Cells that may have either decimal mark are other numbers by the one than by the other: 1.404."""
    return any(number_in(cell, ".") != number_in(cell, ",") for cell in cells)


def number_in(cell: str, decimal: str) -> float:
    """The number that a cell of `decimals_of` is, its sign of currency or percent left aside: 10.65% is 10.65."""
    found = _written(cell)
    return _value(found[1] + found[3] + found[4], decimal)


def one_number(cell: str, decimal: str) -> float:
    """The one number that stands in a cell, whatever text is around it; NaN if there is none or several."""
    found = _ONE_NUMBER.fullmatch(cell)
    return _value(found[1] + found[2], decimal) if found and _FORMS[decimal].fullmatch(found[2]) else np.nan


def _value(text: str, decimal: str) -> float:
    plain = text.replace("−", "-").translate({ord(mark): None for mark in _MARKS if mark != decimal})
    return float(plain.replace(decimal, "."))
