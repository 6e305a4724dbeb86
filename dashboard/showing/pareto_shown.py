"""Accuracy, likelihood and the cost of an answer against each other: whom nobody should choose."""

import pandas as pd
import streamlit as st
from reading import store
from reading.sweep import Sweep

from regtrack import names
from regtrack.charts.pareto import pareto_chart
from regtrack.diagnosis.compared.losses import MIXED_WORDS
from regtrack.diagnosis.pareto.pareto_words import pareto_in_words, predictor_in_words
from regtrack.errors import StoreError
from regtrack.words.markdown import escaped
from regtrack.words.sentences import as_sentence
from showing import drawn
from showing.foremost_variants import foremost_of, said_of, without_limits_of_others
from showing.sweep_answer import of_which_splits


def show_pareto(sweep: Sweep) -> None:
    """Of a sweep that is judged; one that was judged before says what brings it."""
    st.subheader("What is worth its cost?")
    try:
        table = store.table(sweep.uri, sweep.run_id, names.PARETO)
    except StoreError as error:
        st.info(f"What an answer costs is told with the next report: {escaped(error)}.")
        return
    if len(table) < 2:
        st.caption("There is one way to answer, so nothing to weigh.")
        return
    for clause in pareto_in_words(table):
        st.markdown(escaped(as_sentence(clause)))
    shown = foremost_of(sweep)
    bars = without_limits_of_others(table, shown)
    drawn.show(pareto_chart, bars, height=520, title="Accuracy, likelihood and the cost of an answer")
    st.caption(
        f"Read {of_which_splits(sweep)}. {said_of(sweep, shown, 'have bars')} The negative log-likelihood is that of {MIXED_WORDS} (C classes), so that no single answer "
        "given with a probability of 0 decides. The cost is the multiplications by weights of one pass, times "
        "the passes; training is not in it."
    )
    with st.expander(f"All {len(table)} ways to answer"):
        show_ways(table)


def show_ways(table: pd.DataFrame) -> None:
    """The likeliest first."""
    shown = table.sort_values("negative_log_likelihood", kind="stable")
    shown = shown.assign(
        answers=[predictor_in_words(row) for row in shown.to_dict("records")], cost=shown["cost"] / 1000
    )
    columns = {
        "cost": st.column_config.NumberColumn("multiplications (thousands)", format="%.1f"),
        "accuracy": st.column_config.NumberColumn(format="%.3f"),
        "negative_log_likelihood": st.column_config.NumberColumn("NLL (nats)", format="%.3f"),
        "beaten_by": "nobody should choose it because of",
        "worse_in": "it is worse in",
    }
    st.dataframe(
        shown[["answers", "technique", "cost", "accuracy", "negative_log_likelihood", "beaten_by", "worse_in"]],
        hide_index=True,
        placeholder="–",
        column_config=columns,
        alt="A row a way to answer: what it costs, how often it is right, how likely it finds the labels",
    )
