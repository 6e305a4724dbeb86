"""A measure as a column on screen: its heading, digits and help."""

import streamlit as st

from regtrack.measures.measure import POINTS, Measure
from showing.glossary import help_of


def number_column(measure: Measure, digits: int | None = None):
    """With its own digits unless others are given; a difference in points wears its sign."""
    sign = "+" if measure.unit == POINTS else ""
    form = f"%{sign}.{measure.digits if digits is None else digits}f"
    return st.column_config.NumberColumn(measure.column, format=form, help=help_of(measure.words))
