"""Columns of a difference from the baseline with its limits, in the unit and to the digits of what is compared."""

import pandas as pd
import streamlit as st

from regtrack.measures.primaries import PrimaryWords

NAMES = ("difference", "low", "high")


def in_unit(table: pd.DataFrame, by: PrimaryWords) -> pd.DataFrame:
    """`table` with NAMES as they are shown, such as points for shares."""
    return table.assign(**{name: by.scale * table[name] for name in NAMES})


def columns_in_unit(by: PrimaryWords) -> dict:
    """Column configuration of NAMES."""
    headings = dict(zip(NAMES, (by.difference, "low", "high"), strict=True))
    return {
        name: st.column_config.NumberColumn(f"{words} ({by.unit})" if by.unit else words, format=f"%+.{by.decimals}f")
        for name, words in headings.items()
    }
