"""Accuracy, likelihood and the cost of an answer against each other: whom nobody should choose."""

import streamlit as st
from reading import store
from reading.sweep import Sweep

from regtrack import names
from regtrack.charts.pareto import pareto_chart
from regtrack.diagnosis.compared.losses import MIXED_WORDS
from regtrack.diagnosis.pareto.pareto_words import pareto_in_words
from regtrack.errors import StoreError
from regtrack.words.markdown import escaped
from showing import drawn


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
    for sentence in pareto_in_words(table):
        st.markdown(escaped(f"{sentence[0].upper()}{sentence[1:]}."))
    drawn.show(pareto_chart, table, title="Accuracy, likelihood and the cost of an answer")
    st.caption(
        f"The negative log-likelihood is that of {MIXED_WORDS}. The cost is the multiplications by weights of one pass, times "
        "the passes; training is not in it."
    )
