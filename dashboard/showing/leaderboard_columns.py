"""The leaderboard's columns on screen: words, digits and help. Its downloads keep the names of the store."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from regtrack.diagnosis.leaderboard import is_imbalanced
from showing.glossary import help_of
from showing.regime_badges import COLORS, badge

LABELS = {
    "technique": "technique",
    "regime": "fitting regime",
    "regime_selected": "regime, selected epoch",
    "val_error": "validation error",
    "val_error_half": "± validation",
    "test_accuracy": "test accuracy",
    "test_accuracy_half": "± test",
    "balanced_accuracy": "balanced accuracy",
    "difference": "from baseline (points)",
    "difference_half": "± baseline",
    "verdict": "verdict",
    "may_be_best": "may be the best",
    "train_error": "train error",
    "generalization_gap": "gap",
    "generalization_gap_half": "± gap",
    "negative_log_likelihood": "NLL (nats)",
    "expected_calibration_error": "ECE",
    "aurc": "AURC",
    "high_confidence_errors": "confident but wrong",
    "mc_high_confidence_errors": "confident but wrong, MC",
    "test_mc_accuracy": "test accuracy, MC",
    "test_accuracy_true_label": "test accuracy, true labels",
    "best_epoch": "selected epoch",
    "fit_seconds": "training (s)",
    "seeds": "seeds",
}
"""Column on screen: its words, in their order."""
SHOWN = ("regime", "val_error", "val_error_half", "test_accuracy", "test_accuracy_half", "difference",
         "difference_half", "verdict", "generalization_gap", "negative_log_likelihood", "expected_calibration_error",
         "aurc", "high_confidence_errors", "fit_seconds")  # fmt: skip
HALVES = ("val_error", "test_accuracy", "difference", "generalization_gap")
HELP = {
    "regime": help_of("fitting regime"), "regime_selected": help_of("fitting regime"),
    "verdict": f"on test accuracy against the baseline; {help_of('better')}",
    "may_be_best": "not shown to be worse than the best, on validation",
    "generalization_gap": f"{help_of('generalization gap')}; at the last epoch",
    "expected_calibration_error": help_of("expected calibration error"), "aurc": help_of("AURC"),
    "high_confidence_errors": f"{help_of('high-confidence error')}; test examples, mean over seeds",
    "mc_high_confidence_errors": f"{help_of('high-confidence error')}; mean of the Monte Carlo passes",
    "balanced_accuracy": help_of("balanced accuracy"),
    "best_epoch": help_of("selected epoch"), "seeds": help_of("seed"),
    "negative_log_likelihood": "test, mean, nats; lower is better",
}  # fmt: skip
DIGITS = {"difference": 1, "difference_half": 1, "aurc": 4, "high_confidence_errors": 0,
          "mc_high_confidence_errors": 0, "best_epoch": 1, "fit_seconds": 1, "seeds": 0}  # fmt: skip
WIDTH_OF_REGIME = 190  # pixels: what an undetermined one leans to stands in it
TEXTS = ("technique", "verdict")


def shown_table(board: pd.DataFrame, trial_links: Sequence[str]) -> pd.DataFrame:
    """A row a row of `board`: the variant, the columns of LABELS, and the link to its trials.

    Half widths are of the 95 % intervals; differences are in points.
    """
    table = board.assign(trials=list(trial_links), may_be_best=board["not_shown_worse_than_best"])
    for name in HALVES:
        scale = 100 if name == "difference" else 1
        table[f"{name}_half"] = scale * (board[f"{name}_high"] - board[f"{name}_low"]) / 2
    table["difference"] = 100 * board["difference"]
    leaning = board[["fitting_regime", "leans_to"]].itertuples(index=False)
    table["regime"] = [[badge(*pair)] for pair in leaning]
    table["regime_selected"] = [[badge(regime)] for regime in board["fitting_regime_selected"]]
    return table[["variant", *LABELS, "trials"]]


def shown_first(board: pd.DataFrame) -> tuple[str, ...]:
    """The columns shown where none are chosen: balanced accuracy too where it differs from the plain one."""
    if not is_imbalanced(board):
        return SHOWN
    place = SHOWN.index("test_accuracy_half") + 1
    return (*SHOWN[:place], "balanced_accuracy", *SHOWN[place:])


def column_config() -> dict:
    config = {"variant": st.column_config.TextColumn("variant", pinned=True, width=200, help=help_of("variant"))}
    for name, label in LABELS.items():
        known = {
            "label": label,
            "help": HELP.get(name, "half of the 95 % interval" if name.endswith("_half") else None),
        }
        if name.startswith("regime"):
            config[name] = st.column_config.MultiselectColumn(
                **known, width=WIDTH_OF_REGIME, options=[*COLORS], color=[*COLORS.values()]
            )
        elif name in TEXTS:
            config[name] = st.column_config.TextColumn(**known)
        elif name == "may_be_best":
            config[name] = st.column_config.CheckboxColumn(**known)
        else:
            sign = "+" if name == "difference" else ""
            config[name] = st.column_config.NumberColumn(**known, format=f"%{sign}.{DIGITS.get(name, 3)}f")
    config["trials"] = st.column_config.LinkColumn(
        "trials", display_text="open", help="the variant's trials in the MLflow UI"
    )
    return config
