"""The leaderboard's columns on screen: words, digits and help. Its downloads keep the names of the store."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from regtrack import names
from regtrack.diagnosis.leaderboard import measures_told
from regtrack.measures.declared import measures_shown
from regtrack.measures.measure import Measure, Shown
from regtrack.measures.primaries import DIFFERENCES
from regtrack.words.cells import cell_of
from showing.glossary import help_of
from showing.measure_column import number_column
from showing.regime_badges import COLORS, badge

JUDGED = {"verdict": "verdict", "may_be_best": "may be the best"}
MEASURED = {measure.name: measure for measure in measures_shown(Shown.LEADERBOARD)}
AS_CHOSEN = "chosen"
"""As the leaderboard has them: by what chooses, on validation."""
ORDERS = {AS_CHOSEN: "as chosen, on validation", "variant": "variant"}
"""Words of the orders that are no column's."""
SORTED_BY = (
    AS_CHOSEN,
    *(name for name, measure in MEASURED.items() if measure.higher_is_better is not None),
    "variant",
)
"""The first is the order unless another is chosen."""


def _labels() -> dict[str, str]:
    """What answers stands first: the regime, the difference and its verdict are in sight on a narrow screen."""
    labels = {"regime": "fitting regime", "difference": MEASURED["difference"].column, **JUDGED}
    labels |= {name: measure.column for name, measure in MEASURED.items() if name != "difference"}
    return {**labels, "regime_selected": "regime, selected epoch", "technique": "technique", "seeds": "seeds"}


LABELS = _labels()
"""Column on screen: its words, in their order."""
HELP = {
    "regime": help_of("fitting regime"), "regime_selected": help_of("fitting regime"),
    "verdict": f"on test against the baseline, corrected for the number of variants; {help_of(names.BETTER)}",
    "may_be_best": "not shown to be worse than the best, on validation",
    "seeds": help_of("seed"),
}  # fmt: skip
WIDTH_OF_REGIME = 185  # pixels: what an undetermined one leans to stands in it
WITH_INTERVAL = "half of the 95 % interval behind ±; to order by it, choose it under “Filter and order”"
TEXTS = ("technique", "verdict")


def shown_table(board: pd.DataFrame, trial_links: Sequence[str]) -> pd.DataFrame:
    """A row a row of `board`: the variant, the columns of LABELS, and the link to its trials.

    What has a 95 % interval is text with its half width, "0.248 ± 0.043"; differences are in points.
    """
    table = board.assign(trials=list(trial_links), may_be_best=board["not_shown_worse_than_best"])
    for name, measure in MEASURED.items():
        table[name] = _in_words(board, measure) if measure.interval else measure.scale * board[name]
    leaning = board[["fitting_regime", "leans_to"]].itertuples(index=False)
    table["regime"] = [[badge(*pair)] for pair in leaning]
    table["regime_selected"] = [[badge(regime)] for regime in board["fitting_regime_selected"]]
    return table[["variant", *LABELS, "trials"]]


def _in_words(board: pd.DataFrame, measure: Measure) -> list[str | None]:
    """None where nothing is known: the cell is empty, as that of a number."""
    return [None if pd.isna(row[measure.name]) else cell_of(row, measure) for _, row in board.iterrows()]


def off_zero_and_not_shown(board: pd.DataFrame) -> pd.Series:
    """Whose own interval leaves out 0 and whose verdict is that nothing is shown: a reader asks why."""
    limits = [(board[f"{name}_low"].astype(float), board[f"{name}_high"].astype(float)) for name in DIFFERENCES]
    off = pd.concat([(low > 0) | (high < 0) for low, high in limits], axis=1).any(axis=1)
    return off & (board["verdict"] == names.NOT_SHOWN)


def best_first(board: pd.DataFrame, order: str) -> pd.DataFrame:
    """`board` by one of SORTED_BY, equal rows as they stood; variants by name."""
    if order == AS_CHOSEN:
        return board.reset_index(drop=True)
    falls = order in MEASURED and MEASURED[order].higher_is_better
    return board.sort_values(order, ascending=not falls, kind="stable", ignore_index=True)


def shown_first(board: pd.DataFrame) -> tuple[str, ...]:
    """The columns shown where none are chosen, in the order of LABELS."""
    told = {measure.name for measure in measures_told(board, Shown.OVERVIEW)}
    return tuple(name for name in LABELS if name in {"regime", "verdict"} | told)


def column_config() -> dict:
    config = {"variant": st.column_config.TextColumn("variant", pinned=True, width=190, help=help_of("variant"))}
    for name, label in LABELS.items():
        known = {"label": label, "help": HELP.get(name)}
        if name.startswith("regime"):
            config[name] = st.column_config.MultiselectColumn(
                **known, width=WIDTH_OF_REGIME, options=[*COLORS], color=[*COLORS.values()]
            )
        elif name in TEXTS:
            config[name] = st.column_config.TextColumn(**known)
        elif name == "may_be_best":
            config[name] = st.column_config.CheckboxColumn(**known)
        elif name in MEASURED and MEASURED[name].interval:
            words = f"{help_of(MEASURED[name].words)}; {WITH_INTERVAL}"
            config[name] = st.column_config.TextColumn(label, help=words, alignment="right")
        elif name in MEASURED:
            config[name] = number_column(MEASURED[name])
        else:
            config[name] = st.column_config.NumberColumn(**known, format="%.0f")
    config["trials"] = st.column_config.LinkColumn(
        "trials", display_text="open", help="the variant's trials in the MLflow UI"
    )
    return config
