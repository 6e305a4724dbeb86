"""The leaderboard's columns on screen: words, digits and help. Its downloads keep the names of the store."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from regtrack import names
from regtrack.diagnosis.leaderboard import measures_told
from regtrack.measures.declared import measures_shown
from regtrack.measures.measure import Shown
from showing.glossary import help_of
from showing.measure_column import number_column
from showing.regime_badges import COLORS, badge

JUDGED = {"verdict": "verdict", "may_be_best": "may be the best"}
MEASURED = {measure.name: measure for measure in measures_shown(Shown.LEADERBOARD)}
SORTED_BY = (*(name for name, measure in MEASURED.items() if measure.higher_is_better is not None), "variant")
"""The first is the order unless another is chosen."""


def _labels() -> dict[str, str]:
    """Half widths stand right of what they are of, and the verdict right of the difference."""
    labels = {"technique": "technique", "regime": "fitting regime", "regime_selected": "regime, selected epoch"}
    for name, measure in MEASURED.items():
        labels[name] = measure.column
        if measure.interval:
            labels[f"{name}_half"] = f"± {measure.heading}"
        if name == "difference":
            labels |= JUDGED
    return {**labels, "seeds": "seeds"}


LABELS = _labels()
"""Column on screen: its words, in their order."""
HELP = {
    "regime": help_of("fitting regime"), "regime_selected": help_of("fitting regime"),
    "verdict": f"on test accuracy against the baseline; {help_of(names.BETTER)}",
    "may_be_best": "not shown to be worse than the best, on validation",
    "seeds": help_of("seed"),
}  # fmt: skip
WIDTH_OF_REGIME = 190  # pixels: what an undetermined one leans to stands in it
TEXTS = ("technique", "verdict")


def shown_table(board: pd.DataFrame, trial_links: Sequence[str]) -> pd.DataFrame:
    """A row a row of `board`: the variant, the columns of LABELS, and the link to its trials.

    Half widths are of the 95 % intervals; differences are in points.
    """
    table = board.assign(trials=list(trial_links), may_be_best=board["not_shown_worse_than_best"])
    for name, measure in MEASURED.items():
        table[name] = measure.scale * board[name]
        if measure.interval:
            table[f"{name}_half"] = measure.scale * (board[f"{name}_high"] - board[f"{name}_low"]) / 2
    leaning = board[["fitting_regime", "leans_to"]].itertuples(index=False)
    table["regime"] = [[badge(*pair)] for pair in leaning]
    table["regime_selected"] = [[badge(regime)] for regime in board["fitting_regime_selected"]]
    return table[["variant", *LABELS, "trials"]]


def best_first(board: pd.DataFrame, order: str) -> pd.DataFrame:
    """`board` by one of SORTED_BY, equal rows as they stood; variants by name."""
    falls = order in MEASURED and MEASURED[order].higher_is_better
    return board.sort_values(order, ascending=not falls, kind="stable", ignore_index=True)


def shown_first(board: pd.DataFrame) -> tuple[str, ...]:
    """The columns shown where none are chosen, in the order of LABELS."""
    told = {measure.name for measure in measures_told(board, Shown.OVERVIEW)}
    halves = {
        f"{name}_half" for name in told - {"generalization_gap"}
    }  # its regime stands there: judged by those limits
    return tuple(name for name in LABELS if name in {"regime", "verdict"} | told | halves)


def column_config() -> dict:
    config = {"variant": st.column_config.TextColumn("variant", pinned=True, width=200, help=help_of("variant"))}
    for name, label in LABELS.items():
        known = {"label": label, "help": HELP.get(name)}
        if name.startswith("regime"):
            leaning = [f"{word} ({regime.split(' ', 1)[1]}?)" for word in COLORS for regime in COLORS]
            options = [*COLORS, *leaning]
            colors = [COLORS[option.split(" (")[0]] for option in options]
            config[name] = st.column_config.MultiselectColumn(
                **known, width=WIDTH_OF_REGIME, options=options, color=colors
            )
        elif name in TEXTS:
            config[name] = st.column_config.TextColumn(**known)
        elif name == "may_be_best":
            config[name] = st.column_config.CheckboxColumn(**known)
        elif name in MEASURED:
            config[name] = number_column(MEASURED[name])
        elif name.endswith("_half"):
            digits = MEASURED[name.removesuffix("_half")].digits
            config[name] = st.column_config.NumberColumn(label, help="half of the 95 % interval", format=f"%.{digits}f")
        else:
            config[name] = st.column_config.NumberColumn(**known, format="%.0f")
    config["trials"] = st.column_config.LinkColumn(
        "trials", display_text="open", help="the variant's trials in the MLflow UI"
    )
    return config
