"""Differences from the baseline, by the primary measure or by one that is judged beside it."""

import pandas as pd
import streamlit as st
from reading import store
from reading.sweep import Sweep

from regtrack import names
from regtrack.charts.differences import differences_chart
from regtrack.diagnosis.beside_verdict import beside_verdicts
from regtrack.diagnosis.compared.influence import TOO_FEW_ERRORS
from regtrack.diagnosis.differences.families import TO_BASELINE
from regtrack.errors import StoreError
from regtrack.measures.declared import MEASURES
from regtrack.measures.primaries import words_of_comparison
from regtrack.words.markdown import escaped
from showing import drawn, selection
from showing.foremost_variants import foremost_of, said_of
from showing.sweep_answer import is_over_all_splits, of_which_splits, over

PRIMARY = "primary"


@st.fragment  # another measure draws the differences anew and not the page
def show_differences(sweep: Sweep) -> None:
    """The chart with its caption; of the primary measure what stands beside the verdicts, too."""
    if not sweep.judged:
        return
    over_all = is_over_all_splits(sweep)
    try:
        table = to_baseline(sweep, over_all=over_all)
    except StoreError as error:
        st.warning(escaped(error))
        return
    if table.empty:
        st.caption("No second variant to set against a baseline, so no difference is shown.")
        return
    if over(sweep):
        st.caption(f"Differences {of_which_splits(sweep)} of the data.")
    shown = foremost_of(sweep)
    if said := said_of(sweep, shown, "are drawn; the table above has all"):
        st.caption(said)
    table = table[table["variant"].isin(shown)]
    secondary = secondary_tables(sweep)
    chosen = choose_measure(words_of_comparison(table).differs, list(secondary)) if secondary else PRIMARY
    if chosen == PRIMARY:
        show_chart(table, "over all variants together")
        if not over_all and (beside := beside_verdicts(table)):
            st.markdown("\n".join(f"- {escaped(sentence)}" for sentence in beside))
    elif set(secondary[chosen]["reason"]) == {TOO_FEW_ERRORS}:
        st.caption(f"No verdict by {MEASURES[chosen].words}: {secondary[chosen]['reason'].iloc[0]}.")
    else:
        own = secondary[chosen]
        show_chart(
            own[own["variant"].isin(shown)],
            "at an equal part of the error that secondary measures have; none calls a win",
        )


def to_baseline(sweep: Sweep, *, over_all: bool) -> pd.DataFrame:
    """By the primary measure, over all splits where the rest is; a row a variant but the baseline. Raises StoreError."""
    if over_all:
        return store.table(sweep.uri, sweep.run_id, names.OVER_SPLITS)
    table = store.table(sweep.uri, sweep.run_id, names.COMPARISON)
    return table[(table["family"] == TO_BASELINE) & (table["split"] == names.TEST)]


def show_chart(table: pd.DataFrame, together: str) -> None:
    drawn.show(differences_chart, table, title="Which variants differ from the baseline?")
    st.caption(f"Test {words_of_comparison(table).against()}. Verdicts and intervals are Dunnett's, {together}.")


def secondary_tables(sweep: Sweep) -> dict[str, pd.DataFrame]:
    """By measure, each variant against the baseline; none, with the reason, of a sweep that was judged before there were any."""
    try:
        table = store.table(sweep.uri, sweep.run_id, names.SECONDARY)
    except StoreError as error:
        st.caption(f"Differences by other measures come with the next report: {escaped(error)}.")
        return {}
    return {str(measure): own for measure, own in table.groupby("primary", sort=False)}


def choose_measure(primary: str, secondary: list[str]) -> str:
    """PRIMARY, or a name of `secondary`; `primary` is what is compared by the former."""
    return selection.pick(
        "Differences by",
        [PRIMARY, *secondary],
        name="differences",
        format_func=lambda name: f"{primary} (primary)" if name == PRIMARY else f"{MEASURES[name].words} (secondary)",
        help="The primary measure chose and is judged; the others are judged beside it, at an error of their own.",
    )
