"""Overview: which regularizer, and is the win real? The answer, the leaderboard, the differences from the baseline."""

import io

import pandas as pd
import streamlit as st
from reading import store
from reading.sweep import Sweep
from showing import mlflow_ui, selection
from showing.differences_by_measure import show_differences
from showing.glossary import help_of
from showing.judging_time import judged_when
from showing.leaderboard_columns import (
    LABELS,
    ORDERS,
    SORTED_BY,
    best_first,
    column_config,
    off_zero_and_not_shown,
    shown_first,
    shown_table,
)
from showing.over_splits import show_over_splits
from showing.regime_badges import BADGES
from showing.sweep_answer import over, show_answer
from showing.sweep_choice import chosen_sweep, need_finished
from showing.where_seeds_went import show_where_seeds_went

from regtrack import names
from regtrack.diagnosis.leaderboard import rank_variants
from regtrack.errors import StoreError
from regtrack.tracking import links
from regtrack.variants.regularizers import REGULARIZERS
from regtrack.variants.technique import NO_TECHNIQUE, regularizers_in
from regtrack.words.intervals import plus_minus_words
from regtrack.words.lists import counted
from regtrack.words.markdown import escaped

TITLE, ORDER = "Overview", 10
ROWS = "rows"
TALLEST = 15  # rows before the table scrolls in itself


def main() -> None:
    st.title("Which regularizer?")
    sweep = chosen_sweep()
    say_what_there_is(sweep)
    need_finished(sweep)
    show_answer(sweep)
    show_where_seeds_went(sweep)
    show_leaderboard(sweep)
    show_over_splits(sweep)
    show_differences(sweep)
    show_links(sweep)
    say_how_it_is_read(sweep.uri)


def say_what_there_is(sweep: Sweep) -> None:
    counts = sweep.trials["status"].value_counts()
    parts = [f"{counted(count, 'trial')} {status}" for status, count in counts.items()] + [
        f"{sweep.trials_planned:,} planned{' on the first split' if over(sweep) else ''}"
    ]
    if "dataset" in sweep.trials:
        parts.append("dataset " + ", ".join(escaped(name) for name in sweep.trials["dataset"].dropna().unique()))
    st.caption(" · ".join(parts))
    failed = int(counts.get(names.FAILED, 0))
    if failed:
        st.warning(
            f"Failed trials: {failed}. The page “Sweep in progress” says why; variants are compared without them."
        )
    if sweep.model_uri:
        st.info(
            f"{escaped(sweep.model_uri)} was not trained in this sweep: there are no learning curves, no train error and no "
            "fitting regime. The split was drawn for this evaluation, so examples that it learned from may be among those "
            "it is tested on."
        )
    elif not sweep.judged and len(sweep.leaderboard):
        st.caption(f"Not judged yet: regimes, verdicts and differences come {judged_when(sweep)}.")


@st.fragment  # a filter draws the table anew and not the page
def show_leaderboard(sweep: Sweep) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        board, columns = filtered(sweep), choose_columns(sweep.leaderboard)
        if len(board) < len(sweep.leaderboard):
            st.caption(f"{len(board)} of {len(sweep.leaderboard)} variants pass the filters.")
    if board.empty:
        st.info("No variant passes these filters. Take one of them away.")
    else:
        show_table(sweep, board, columns)


def filtered(sweep: Sweep) -> pd.DataFrame:
    """The leaderboard's rows that the filters let pass, in the chosen order. The boxes are folded away until wanted."""
    with st.popover("Filter and order"):
        used = {part for technique in sweep.leaderboard["technique"] for part in regularizers_in(technique)}
        techniques = selection.picks(
            "Technique", [name for name in (NO_TECHNIQUE, *REGULARIZERS) if name in used], name="technique",
            help="Variants with any of these; none chosen shows all.",
        )  # fmt: skip
        known = [regime for regime in names.REGIMES if regime in set(sweep.leaderboard["fitting_regime"])]
        regimes = selection.picks("Fitting regime", known, name="regime", help=help_of("fitting regime"),
                                  format_func=BADGES.get) if known else []  # fmt: skip
        seeds = selection.picks(
            "Seeds", [str(int(seed)) for seed in sorted(sweep.trials[names.SEED].dropna().unique())], name="seed",
            help="Means over these seeds alone; none chosen takes all. Verdicts are of all seeds, so they go.",
        )  # fmt: skip
        words = selection.text("Name contains", name="find")
        order = selection.pick(
            "Order", SORTED_BY, name="sort", help="The best first.",
            format_func=lambda name: LABELS.get(name, ORDERS.get(name, name)),
        )  # fmt: skip
    board = sweep.leaderboard
    if seeds:
        own = sweep.trials[sweep.trials[names.SEED].isin([int(seed) for seed in seeds])]
        board = rank_variants(own, primary=sweep.primary)
    if techniques:
        board = board[[bool({*regularizers_in(technique)} & {*techniques}) for technique in board["technique"]]]
    if regimes:
        board = board[board["fitting_regime"].isin(regimes)]
    board = board[board["variant"].str.contains(words, case=False, regex=False)]
    return best_first(board, order)


def choose_columns(board: pd.DataFrame) -> list[str]:
    with st.popover("Columns"):
        return selection.picks(
            "Columns", list(LABELS), name="columns", default=shown_first(board), format_func=LABELS.get
        )


def show_table(sweep: Sweep, board: pd.DataFrame, columns: list[str]) -> None:
    base = mlflow_ui.base(sweep.uri)
    runs = sweep.trials.groupby("variant")["run_id"].agg(list)
    opened = [links.compare_link(base, sweep.experiment_id, runs.get(variant, [])) for variant in board["variant"]]
    table = shown_table(board, opened)
    chosen = [variant for variant in selection.params(ROWS) if variant in set(board["variant"])]
    key = f"{selection.fresh_key(ROWS)}:{'|'.join(board['variant'])}"  # rows are numbers: other rows, another table
    st.dataframe(
        table,
        hide_index=True,
        placeholder="–",
        height=38 + 35 * min(len(table), TALLEST),
        column_order=["variant", *[name for name in LABELS if name in columns], "trials"],
        column_config=column_config(),
        key=key,
        on_select=lambda: push_rows(key, list(board["variant"])),
        selection_mode="multi-row",
        selection_default={"selection": {"rows": [i for i, v in enumerate(board["variant"]) if v in chosen]}},
        alt="Leaderboard: a row a variant",
    )
    if count := int(off_zero_and_not_shown(board).sum()):
        st.caption(
            f"{count} of these differences {'has' if count == 1 else 'have'} an interval off 0 and {'is' if count == 1 else 'are'} "
            "still not shown to differ: by chance alone some would be off 0 among so many, so verdicts are corrected for it."
        )
    with st.container(horizontal=True, vertical_alignment="center"):
        if len(chosen) == 2:
            selection.page_link("compare_two", label="Compare the two chosen", a=chosen[0], b=chosen[1])
        if chosen:
            selection.page_link("fitting_regimes", label="Learning curves of the chosen", curves=chosen)
        else:
            st.caption(f"Tick rows to compare them. {plus_minus_words(over(sweep))}.")
        st.download_button("CSV", board.to_csv(index=False), "leaderboard.csv", "text/csv", on_click="ignore")
        st.download_button(
            "Parquet", parquet(board), "leaderboard.parquet", "application/vnd.apache.parquet", on_click="ignore"
        )


def push_rows(key: str, variants: list[str]) -> None:
    rows = st.session_state[key]["selection"]["rows"]
    selection.push(**{ROWS: [variants[row] for row in rows if row < len(variants)]})


def parquet(board: pd.DataFrame) -> bytes:
    buffer = io.BytesIO()
    board.to_parquet(buffer, index=False)
    return buffer.getvalue()


def show_links(sweep: Sweep) -> None:
    base = mlflow_ui.base(sweep.uri)
    first = sweep.trials[names.SEED].min() if len(sweep.trials) else float("nan")
    seed = 0 if pd.isna(first) else int(first)
    charts = links.chart_link(base, sweep.experiment_id, sweep.sweep_id, seed=seed, view=stored_view(sweep))
    parts = [f"[Charts of the variants, one seed]({charts})"]
    if sweep.judged:
        parts.insert(0, f"[Report]({links.artifact_link(base, sweep.experiment_id, sweep.run_id, names.REPORT)})")
    st.markdown("In the MLflow UI: " + " · ".join(parts))
    mlflow_ui.say_how_to_start(sweep.uri)


def stored_view(sweep: Sweep) -> str:
    """Its key; "" before the sweep is judged, of an older sweep, and where the store does not answer now."""
    try:
        return store.tags(sweep.uri, sweep.run_id).get(names.CHART_VIEW, "")
    except StoreError:  # the plain link is right too
        return ""


def say_how_it_is_read(uri: str) -> None:
    """Through the client a large store is several times slower to read."""
    try:
        st.caption(escaped(store.how_read(uri)))
    except StoreError as error:
        st.error(escaped(error))


main()
