"""Confident errors against what the probabilities promise: the sentence, and a row a class behind it."""

import pandas as pd
import streamlit as st
from reading.confident_errors_table import stored_promises
from reading.sweep import Sweep

from regtrack.diagnosis.triage.suspicion_words import promise_words
from regtrack.errors import StoreError
from regtrack.words.markdown import escaped

WORDS = {
    "class": "class that is said",
    "examples": "answers",
    "confident": "confident",
    "expected_wrong": "wrong, as promised",
    "upper_limit": "at most",
    "observed_wrong": "wrong, as given",
    "excess": "excess",
    "more_than_promised": "more than promised",
}
HELP = (
    "Of 1,000 answers with 0.97 thirty are wrong if the networks are as sure as they should be, and none of the labels "
    "need be. The limit is exact, 95 % over all rows together; by the class that is said, in the mean of the better networks."
)


def show_promises(sweep: Sweep, threshold: float) -> None:
    """Of a judged sweep; one that was judged before this was asked says how to ask it."""
    try:
        promised = stored_promises(sweep)
    except StoreError:
        st.caption(
            "Whether these are more than the probabilities promise was not asked when this sweep was judged; "
            f"`regtrack report --sweep {escaped(sweep.sweep_id)}` asks it."
        )
        return
    st.markdown(escaped(promise_words(promised, threshold=threshold)), help=HELP)
    with st.expander("What is promised, class by class"):
        st.dataframe(promise_table(promised), hide_index=True, placeholder="–", alt="A row a class that is said",
                     column_config={WORDS["expected_wrong"]: st.column_config.NumberColumn(format="%.1f"),
                                    WORDS["excess"]: st.column_config.NumberColumn(format="%+.1f")})  # fmt: skip


def promise_table(promised: pd.DataFrame) -> pd.DataFrame:
    """All classes together, then each, the largest excess first."""
    rows = promised.assign(**{"class": promised["class"].fillna("all together"), "each": promised["label"].notna()})
    rows = rows.sort_values(["each", "excess"], ascending=[True, False], kind="stable")
    return rows[list(WORDS)].rename(columns=WORDS)
