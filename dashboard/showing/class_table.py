"""Each class of a network on screen: how many there are, how many it finds, and how often it is right in saying so."""

import pandas as pd
import streamlit as st

from regtrack import names

METHODS = {names.DETERMINISTIC: "one pass", names.MC_DROPOUT: "Monte Carlo dropout"}


def draw_class_table(table: pd.DataFrame) -> tuple[pd.DataFrame, dict]:
    """(rows, column configuration) of names.PER_CLASS_COLUMNS, the rarest class first."""
    shown = pd.DataFrame(
        {"class": table["class"], "prediction": table["method"].map(METHODS), "examples": table["count"]}
    )
    for name in ("recall", "precision"):
        shown[name] = table[name]
        shown[f"± {name}"] = (table[f"{name}_high"] - table[f"{name}_low"]) / 2
    shown["f1"] = table["f1"]
    halves = [f"± {name}" for name in ("recall", "precision")]
    shares = {name: st.column_config.NumberColumn(name, format="%.3f") for name in halves}
    shares["recall"] = st.column_config.NumberColumn("recall", format="%.3f", help="share of the class that is found")
    shares["precision"] = st.column_config.NumberColumn(
        "precision", format="%.3f", help="share of what is taken for the class that belongs to it"
    )
    shares["f1"] = st.column_config.NumberColumn("F1", format="%.3f", help="harmonic mean of recall and precision")
    return shown.sort_values("examples", kind="stable", ignore_index=True), shares
