"""What each method changes against what costs as much or less, on screen: a row a pair, a column a measure."""

import pandas as pd
import streamlit as st
from reading import store
from reading.sweep import Sweep

from regtrack import names
from regtrack.diagnosis.method_verdicts import EXAMPLES, JUDGED_BY, PAIR
from regtrack.diagnosis.method_words import difference_told, method_name, methods_in_words, other_name
from regtrack.errors import StoreError
from regtrack.measures.primaries import COMPARED
from regtrack.words.markdown import escaped


def show_method_differences(sweep: Sweep, variant: str) -> None:
    """Sentences and table, of the variant; of a sweep that was judged before there were any, that the next report adds them."""
    try:
        table = store.table(sweep.uri, sweep.run_id, names.METHOD_VERDICTS)
    except StoreError as error:
        st.caption(f"Verdicts on methods come with the next report: {escaped(error)}.")
        return
    own = table[table["variant"] == variant]
    if own.empty:
        return
    st.markdown("\n".join(f"- {escaped(sentence)}." for sentence in methods_in_words(own)))
    st.dataframe(
        drawn_differences(own),
        hide_index=True,
        placeholder="–",
        width="stretch",
        alt="Differences between methods by measure",
    )
    st.caption(
        "Above 0 the method is better than what it is compared with. Against one pass of the same networks, pairs of the same seed on "
        "the same examples; verdicts and limits hold for all methods together (Holm), measures at equal parts of the error. The ensemble is set against what costs as "
        f"many trainings, or as many passes; its limits are over these test examples alone ({EXAMPLES})."
    )
    st.download_button("CSV", own.to_csv(index=False), "method_verdicts.csv", "text/csv", on_click="ignore", key="csv:verdicts")  # fmt: skip


def drawn_differences(own: pd.DataFrame) -> pd.DataFrame:
    """Args: own: names.METHOD_VERDICTS_COLUMNS of one variant."""
    rows = []
    for _, pair in own.groupby(PAIR, sort=False):
        records = pair.to_dict("records")
        first = records[0]
        of = {row["measure"]: f"{difference_told(row)} ({_standing(row)})" for row in records}
        rows.append(
            {"method": method_name(first), "passes": first["passes"], "trainings": first["trainings"],
             "compared with": other_name(first), "its passes": first["other_passes"], "its trainings": first["other_trainings"]}
            | {COMPARED[measure].gained: of.get(measure) for measure in JUDGED_BY}
        )  # fmt: skip
    return pd.DataFrame(rows)


def _standing(row: dict) -> str:
    return EXAMPLES if row["interval_covers"] == EXAMPLES else row["verdict"]
