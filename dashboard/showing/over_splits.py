"""Differences from the baseline over several splits of the data, where a sweep has them."""

import streamlit as st
from reading import store
from reading.sweep import Sweep

from regtrack import names
from regtrack.diagnosis.splits.over_splits_words import over_splits_in_words
from regtrack.errors import StoreError
from regtrack.measures.primaries import words_of_comparison
from regtrack.words.markdown import escaped
from showing.difference_columns import columns_in_unit, in_unit
from showing.sweep_answer import known_answer

SHARES = ("split_share", "seed_share", "example_share")
HELP = (
    "Mean over splits of the difference from the baseline, each split with seeds of its own. Intervals and verdicts are for new "
    "data and not for one split, all variants together; they allow for what splits share, as they learn from mostly the same examples. "
)
FEW, ENOUGH = (
    "Everything else on this page is of the first split.",
    "Answer, leaderboard and differences by every measure are over all splits, too.",
)


def show_over_splits(sweep: Sweep) -> None:
    """Nothing of a sweep of one split, or before it is judged."""
    try:
        if not sweep.judged or names.SPLITS not in store.tags(sweep.uri, sweep.run_id):
            return
        table = store.table(sweep.uri, sweep.run_id, names.OVER_SPLITS)
    except StoreError as error:
        st.warning(f"What holds over splits cannot be told: {escaped(error)}")
        return
    answer = known_answer(sweep)
    rest, folds = (ENOUGH if answer.over else FEW, answer.by_folds) if answer else (FEW, False)
    st.subheader("Does it hold on other splits of the data?", help=f"{HELP}{rest}")
    st.markdown("\n".join(f"- {escaped(sentence)}." for sentence in over_splits_in_words(table, folds=folds)))
    by = words_of_comparison(table)
    shown = in_unit(table, by)
    shown = shown.assign(**{name: 100 * shown[name] for name in SHARES}).sort_values("difference", ascending=False)
    columns = columns_in_unit(by) | {
        name: st.column_config.NumberColumn(name.replace("_share", " % of variance"), format="%.0f") for name in SHARES
    }
    columns |= {"seeds": "trainings"}
    st.dataframe(
        shown[["variant", "difference", "low", "high", "verdict", "splits", "seeds", *SHARES]],
        hide_index=True,
        placeholder="–",
        column_config=columns,
        alt="A row a variant: its difference from the baseline over splits, with interval and verdict",
    )
