"""Cells: a measure of one variant in words, with its interval where it has one."""

from collections.abc import Mapping

from regtrack.measures.measure import Measure
from regtrack.measures.primaries import DIFFERENCES
from regtrack.words.intervals import with_interval
from regtrack.words.numbers import fixed


def cell_of(row: Mapping, measure: Measure) -> str:
    """As every table writes it: in the measure's unit, a difference with its sign; `–` where it is missing.

    Args:
        row: of a table of variants, with `measure.columns`.
    """
    if not measure.interval:
        return fixed(measure.scale * row[measure.name], measure.digits)
    limits = (row[name] for name in measure.columns)
    return with_interval(*limits, scale=measure.scale, sign=measure.name in DIFFERENCES)
