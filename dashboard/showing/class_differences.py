"""The chosen variant's recall of each class against the baseline's, on screen: a win on the whole may be a loss on one."""

import pandas as pd
import streamlit as st
from reading import store
from reading.sweep import Sweep

from regtrack import names
from regtrack.diagnosis.beside_verdict import is_told
from regtrack.diagnosis.compared.classes import worst_class_words
from regtrack.errors import StoreError
from regtrack.words.intervals import with_interval
from regtrack.words.markdown import escaped
from regtrack.words.sentences import as_sentence
from showing.sweep_answer import over


def show_class_differences(sweep: Sweep) -> None:
    """Nothing before the sweep is judged; where it is, and there is no table, why."""
    if not sweep.judged:
        return
    try:
        table = store.table(sweep.uri, sweep.run_id, names.CLASS_DIFFERENCES)
    except StoreError as error:
        st.caption(f"Verdicts by class come with the next report: {escaped(error)}.")
        return
    if table.empty:
        st.caption("No verdicts by class: the baseline is the chosen variant, or there is none.")
        return
    variant, other = table["variant"].iloc[0], table["other"].iloc[0]
    alone = " of the first split alone" if over(sweep) else ""
    with st.expander(f"On which classes is {escaped(variant)} better or worse than {escaped(other)}?"):
        st.markdown(escaped(as_sentence(worst_class_words(table))))
        st.dataframe(drawn_class_differences(table), hide_index=True, placeholder="–", alt="A row a class, against the baseline")  # fmt: skip
        st.caption(
            f"Recall on test over all seeds{alone}, the class that loses most first. Dunnett's over all variants, then Holm's over the "
            "classes, with an error of their own; intervals agree with the verdicts."
        )
        st.download_button("CSV", table.to_csv(index=False), "class_differences.csv", "text/csv", on_click="ignore",
                           key="csv:class_differences")  # fmt: skip


def drawn_class_differences(table: pd.DataFrame) -> pd.DataFrame:
    """Args: table: names.CLASS_DIFFERENCES_COLUMNS."""
    rows = table.to_dict("records")
    return pd.DataFrame({
        "class": table["class"],
        "difference of recall (points ± 95 %)": [with_interval(row["difference"], row["low"], row["high"], scale=100, sign=True) for row in rows],
        "verdict": [f"{row['verdict']}: {row['reason']}" if is_told(row["reason"]) else row["verdict"] for row in rows],
        "recall": table["recall"].round(3), "the baseline's": table["other_recall"].round(3), "examples": table["examples"],
    })  # fmt: skip
