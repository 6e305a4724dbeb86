"""A number and its unit in one cell, `12 kg`: which unit, and what a column of them is."""

import re
from collections import Counter
from collections.abc import Collection

from regtrack.data.tables.numerals import decimals_of

_PARTS = re.compile(r"(.*[\d.,])(\s*)([°µμ]?[^\W\d_][^\s\d]{0,11})")
_NO_UNITS = frozenset(("st", "nd", "rd", "th", "am", "pm"))
"""Ordinals, which are names, and times of day."""
FEWEST_VALUES_A_UNIT = 2
"""Different values to each unit, on average, from which several units are numbers and no categories: 100ml and 1l are sizes."""


def unit_of(cell: str) -> str | None:
    """`kg` of `12 kg` and `12kg`, "" of a number alone, None of anything else. One letter is a unit behind a space alone: 5a and 5b
    are codes."""
    if decimals_of([cell]):
        return ""
    found = _PARTS.fullmatch(cell)
    if not found or not decimals_of([found[1]]):
        return None
    unit = found[3]
    is_code = (len(unit) == 1 and not found[2]) or unit.lower() in _NO_UNITS
    return None if is_code else unit


def without_unit(cell: str, unit: str) -> str:
    """The number of a cell with this unit; any other cell as it is."""
    return cell.removesuffix(unit).rstrip() if unit and unit_of(cell) == unit else cell


def one_unit(cells: Collection[str]) -> str:
    """The unit that all of these cells have; "" where one has none or another."""
    units = {unit_of(cell) for cell in cells}
    return (units.pop() or "") if len(units) == 1 else ""


def several_units(cells: Collection[str]) -> list[str]:
    """The units of cells that are all numbers, "" of those without, sorted; [] where one is no number, all have one, or each value
    may as well be a name."""
    units = {unit_of(cell) for cell in cells}
    if None in units or len(units) < 2 or len(cells) < FEWEST_VALUES_A_UNIT * len(units):
        return []
    return sorted(units)


def odd_among_units(cells: Collection[str]) -> frozenset[str]:
    """Those of `cells` that have not the unit which more than half of them have; () where none is so frequent."""
    units = Counter(filter(None, map(unit_of, cells)))
    unit, times = units.most_common(1)[0] if units else ("", 0)
    return frozenset(cell for cell in cells if unit_of(cell) != unit) if 2 * times > len(cells) else frozenset()
