"""The methods of one variant as a table to read: a row a method, the calibration error beside its reference."""

import pandas as pd
import streamlit as st

from regtrack import names
from showing.glossary import help_of

NAMES = {
    names.DETERMINISTIC: "one pass",
    names.MC_DROPOUT: "Monte Carlo dropout",
    names.ENSEMBLE: "ensemble of the seeds",
}
MEASURES = {
    "accuracy": "accuracy", "expected_calibration_error": "ECE", "reference": "ECE if calibrated",
    "reference_q95": "its 95 %", "negative_log_likelihood": "NLL (nats)", "high_confidence_errors": "confident but wrong",
    "high_confidence_errors_at_equal_coverage": "… at equal coverage", "aurc": "AURC",
    "error_detection_auroc": "error detection AUROC", "brier_score": "Brier score",
}  # fmt: skip
HELP = {
    "expected_calibration_error": help_of("expected calibration error"), "aurc": help_of("AURC"),
    "reference": "mean calibration error of as many examples if every confidence were right",
    "reference_q95": "one calibrated network in twenty has more",
    "high_confidence_errors": help_of("high-confidence error"),
    "high_confidence_errors_at_equal_coverage": "errors among as many of the surest as one pass accepts at the "
    "threshold: lowering every confidence gains nothing here",
    "error_detection_auroc": "chance that an error is less sure than a right answer, [0, 1]; higher is better",
}  # fmt: skip


def shown_methods(own: pd.DataFrame) -> pd.DataFrame:
    """Args: own: names.METHODS_COLUMNS of one variant. Columns: method, passes, trainings, then MEASURES."""
    key = ["method", "temperature", "passes", "trainings"]
    wide = own.pivot(index=key, columns="measure", values="value")
    ece = own[own["measure"] == "expected_calibration_error"].set_index(key)
    wide = wide.join(ece[["reference", "reference_q95"]]).reset_index()
    wide = wide.sort_values(["trainings", "passes", "temperature"], kind="stable")
    tempered = wide["temperature"].map({True: " + temperature", False: ""})
    wide["method"] = wide["method"].map(lambda name: NAMES.get(name, name)) + tempered
    return wide.reindex(columns=["method", "passes", "trainings", *MEASURES])


def column_config() -> dict:
    counts = ("high_confidence_errors", "high_confidence_errors_at_equal_coverage")
    return {"method": st.column_config.TextColumn(pinned=True, width=240)} | {
        name: st.column_config.NumberColumn(words, format="%.1f" if name in counts else "%.4f", help=HELP.get(name))
        for name, words in MEASURES.items()
    }
