"""Each class of a network on screen: how many there are, how many it finds, and how often it is right in saying so."""

import pandas as pd
import streamlit as st

from regtrack.measures.declared import measures_shown
from regtrack.measures.measure import Shown
from showing.measure_column import number_column
from showing.methods_table import NAMES


def draw_class_table(table: pd.DataFrame) -> tuple[pd.DataFrame, dict]:
    """(rows, column configuration) of names.PER_CLASS_COLUMNS, the rarest class first."""
    shown = pd.DataFrame(
        {"class": table["class"], "prediction": table["method"].map(NAMES), "examples": table["count"]}
    )
    config = {}
    for measure in measures_shown(Shown.CLASSES):
        shown[measure.name], config[measure.name] = table[measure.name], number_column(measure)
        if measure.interval:
            half = f"± {measure.heading}"
            shown[half] = (table[f"{measure.name}_high"] - table[f"{measure.name}_low"]) / 2
            config[half] = st.column_config.NumberColumn(half, format=f"%.{measure.digits}f")
    return shown.sort_values("examples", kind="stable", ignore_index=True), config
