"""Techniques as the page shows them: sentences, expected best against tries, and what validation chooses of each."""

import numpy as np
import pandas as pd
import streamlit as st
from reading import store
from reading.sweep import Sweep

from regtrack import names
from regtrack.charts.expected_best import expected_best_chart
from regtrack.diagnosis.techniques.technique_choices import pairs_of_techniques
from regtrack.diagnosis.techniques.tries_words import techniques_in_words
from regtrack.errors import StoreError
from regtrack.measures.declared import MEASURES
from regtrack.measures.primaries import words_of_comparison
from regtrack.words.markdown import escaped
from showing import drawn
from showing.difference_columns import NAMES, columns_in_unit, in_unit
from showing.sweep_answer import is_over_all_splits, of_which_splits

SHOWN = (
    "technique", "settings", "trainings", "fit_seconds", "chosen", "validation", "test", "difference", "low", "high", "verdict", "reason",
)  # fmt: skip


def show_techniques(sweep: Sweep) -> None:
    """Of a sweep that is judged; one that was judged before says what brings it."""
    try:
        techniques, expected = (
            store.table(sweep.uri, sweep.run_id, name) for name in (names.TECHNIQUES, names.EXPECTED_BEST)
        )
        pairs = stored_pairs(sweep, techniques)
    except StoreError as error:
        st.info(f"Techniques are compared with the next report: {escaped(error)}.")
        return
    if len(techniques) < 2:
        st.info("One technique has finished trials: there is no other to set it against.")
        return
    for place, sentence in enumerate(techniques_in_words(techniques, expected, pairs)):
        st.markdown(f"#### {escaped(sentence)}" if place == 0 else escaped(sentence))
    title = "How many settings must be tried before a technique is worth it?"
    drawn.show(expected_best_chart, expected, height=440, title=title)
    st.caption(
        "So many settings of a technique drawn at random, the best of them on validation read on test, the mean over all draws. "
        f"Bands hold for all techniques and tries together, over seeds and examples, {of_which_splits(sweep)}."
    )
    show_choices(techniques, of_which_splits(sweep))


def stored_pairs(sweep: Sweep, techniques: pd.DataFrame) -> pd.DataFrame:
    """names.TECHNIQUE_PAIRS_COLUMNS: stored where they are over several splits, else rows of the comparison of every pair."""
    if is_over_all_splits(sweep):
        return store.table(sweep.uri, sweep.run_id, names.TECHNIQUE_PAIRS)
    return pairs_of_techniques(techniques, store.table(sweep.uri, sweep.run_id, names.COMPARISON))


def show_choices(techniques: pd.DataFrame, where: str) -> None:
    """Of each technique the setting that validation chooses; `where` as `of_which_splits` says it."""
    st.subheader("What validation chooses of each, and what its tries cost")
    by, measure = words_of_comparison(techniques), MEASURES[techniques["primary"].iloc[0]]
    shown = in_unit(techniques, by)
    shown.loc[shown["chosen"] == shown["other"], list(NAMES)] = np.nan  # the baseline from itself
    columns = columns_in_unit(by) | {
        name: st.column_config.NumberColumn(f"{name} {measure.words}", format=f"%.{measure.digits}f")
        for name in ("validation", "test")
    }
    columns |= {
        "settings": "settings tried",
        "fit_seconds": st.column_config.NumberColumn("training (s)", format="%.0f"),
    }
    st.dataframe(
        shown[[name for name in SHOWN if name != "reason" or shown["reason"].any()]],
        hide_index=True,
        placeholder="–",
        column_config=columns,
        alt="A row a technique: its settings, the one that validation chooses, its difference from the baseline on test",
    )
    st.caption(
        f"Read {where}. Differences from the baseline have the limits that hold for all variants together (Dunnett): of many settings the "
        "chosen one is the luckier, the more there were."
    )
