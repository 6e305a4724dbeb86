"""The methods of one variant as a table to read: a row a method, the calibration error beside its reference."""

import pandas as pd
import streamlit as st

from regtrack import names
from regtrack.measures.declared import MEASURES, measures_shown
from regtrack.measures.measure import Measure, Shown
from showing.measure_column import number_column

NAMES = {
    names.DETERMINISTIC: "one pass",
    names.MC_DROPOUT: "Monte Carlo dropout",
    names.ENSEMBLE: "ensemble of the seeds",
}
ECE = "expected_calibration_error"
REFERENCES = tuple(MEASURES[name] for name in ("reference", "reference_q95"))
"""Columns of the calibration error's own rows: what it would be of a calibrated network."""


def columns() -> list[Measure]:
    """What the methods are compared by, the calibration error's references right of it."""
    shown = list(measures_shown(Shown.METHODS))
    place = shown.index(MEASURES[ECE]) + 1
    return [*shown[:place], *REFERENCES, *shown[place:]]


def direction() -> str:
    """One sentence: of which measures more is better."""
    higher = [measure.heading for measure in measures_shown(Shown.METHODS) if measure.higher_is_better]
    return f"Higher is better for {' and '.join(higher)}, lower for the rest."


def shown_methods(own: pd.DataFrame) -> pd.DataFrame:
    """Args: own: names.METHODS_COLUMNS of one variant. Columns: method, passes, trainings, then `columns`, each with half its
    interval right of it where some method has one."""
    key = ["method", "temperature", "passes", "trainings"]
    wide = own.pivot(index=key, columns="measure", values="value")
    halves = own.assign(half=(own["high"] - own["low"]) / 2).pivot(index=key, columns="measure", values="half")
    halves = halves.dropna(axis="columns", how="all").rename(columns=half_of)
    ece = own[own["measure"] == ECE].set_index(key)
    wide = wide.join(halves).join(ece[[measure.name for measure in REFERENCES]]).reset_index()
    wide = wide.sort_values(["trainings", "passes", "temperature"], kind="stable")
    tempered = wide["temperature"].map({True: " + temperature", False: ""})
    wide["method"] = wide["method"].map(lambda name: NAMES.get(name, name)) + tempered
    shown = [name for measure in columns() for name in (measure.name, half_of(measure.name)) if name in wide or name == measure.name]  # fmt: skip
    return wide.reindex(columns=["method", "passes", "trainings", *shown])


def half_of(measure: str) -> str:
    """The column of half the measure's 95 % interval."""
    return f"{measure}_half"


def column_config() -> dict:
    config = {"method": st.column_config.TextColumn(pinned=True, width=240)}
    for measure in columns():
        config[measure.name] = number_column(measure, measure.paired_digits)
        form = f"%.{measure.paired_digits}f"
        config[half_of(measure.name)] = st.column_config.NumberColumn(f"± {measure.heading}", format=form)
    return config
