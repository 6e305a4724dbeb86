"""Uncertainty: can the network's confidence be trusted, and what does Monte Carlo dropout buy?"""

import pandas as pd
import streamlit as st
from reading import networks, store
from reading.method_probs import method_tables
from reading.sweep import Sweep
from showing import drawn, selection
from showing.glossary import help_of
from showing.judging_time import judged_when
from showing.measure_column import number_column
from showing.method_differences import show_method_differences
from showing.methods_table import NAMES, REFERENCES, column_config, direction, shown_methods
from showing.sweep_choice import chosen_sweep, need_networks
from showing.trust_sentence import trust_in_words

from regtrack import names
from regtrack.charts.convergence import convergence_chart
from regtrack.charts.entropy_right_wrong import entropy_right_wrong_chart
from regtrack.charts.reliability import reliability_chart
from regtrack.charts.risk_coverage import risk_coverage_chart
from regtrack.diagnosis.bought import bought_in_words, bought_of
from regtrack.errors import StoreError
from regtrack.measures.declared import measures_shown
from regtrack.measures.measure import Shown
from regtrack.words.markdown import escaped

TITLE, ORDER = "Uncertainty", 40
WORDS = {names.DETERMINISTIC: "one pass, dropout off", names.TEMPERATURE: "one pass, temperature fitted on validation",
         names.MC_DROPOUT: "Monte Carlo, mean of the passes", names.ENSEMBLE: "mean of the variant's seeds"}  # fmt: skip


def main() -> None:
    st.title("Can its confidence be trusted?")
    sweep = chosen_sweep()
    sweep = need_networks(sweep)
    table, answer = methods_of(sweep), st.container()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        variant = choose_variant(sweep)
        trials = networks.finished(sweep, variant)
        seeds = [str(int(seed)) for seed in trials[names.SEED]]
        seed = selection.pick("Network of seed", seeds, name="seed", help=help_of("seed"))
    if not with_dropout(sweep):
        st.caption("No variant of this sweep has dropout, so there is no Monte Carlo prediction to compare with.")
    own = table[table["variant"] == variant]
    ece = sweep.leaderboard.set_index("variant")["expected_calibration_error"][variant]
    answer.markdown(f"#### {escaped(trust_in_words(variant, ece, own))}")
    if len(own):
        st.markdown(escaped(bought_in_words(bought_of(own, variant))))
    elif sweep.judged:
        st.markdown(
            f"{escaped(variant)} has no dropout: there is one pass, a temperature, and the ensemble of its seeds."
        )
    elif not sweep.model_uri:
        st.caption(f"Not judged yet: what Monte Carlo dropout bought is told {judged_when(sweep)}.")
    trial = trials[trials[names.SEED] == int(seed)].iloc[0]
    show_methods(own)
    if len(own):
        show_method_differences(sweep, variant)
    if sweep.model_uri:
        show_measures(trial)
    show_predictions(sweep, trial, tuple(trials["run_id"]))
    show_convergence(sweep, trial, variant)


def methods_of(sweep: Sweep) -> pd.DataFrame:
    """names.METHODS_COLUMNS; empty before the sweep is judged, and where no variant has dropout."""
    if sweep.judged and with_dropout(sweep):
        try:
            return store.table(sweep.uri, sweep.run_id, names.METHODS)
        except StoreError as error:
            st.warning(escaped(error))
    return pd.DataFrame(columns=list(names.METHODS_COLUMNS))


def with_dropout(sweep: Sweep) -> list[str]:
    board = sweep.leaderboard
    return list(board.loc[board["test_mc_accuracy"].notna(), "variant"])


def choose_variant(sweep: Sweep) -> str:
    """Any variant; at first the best one with dropout."""
    first = [*with_dropout(sweep), *sweep.leaderboard["variant"]][0]
    return selection.pick(
        "Variant", list(sweep.leaderboard["variant"]), name="variant", default=first, help=help_of("variant")
    )


def show_methods(own: pd.DataFrame) -> None:
    if own.empty:
        return
    st.subheader("What does each method buy?")
    st.dataframe(shown_methods(own), hide_index=True, placeholder="–", width="stretch", column_config=column_config(),
                 alt="Measures on test by method")  # fmt: skip
    st.caption(
        "Test set, mean over seeds; ± is half a 95 % interval over seeds and examples, here and in the sentence above of each method alone; which "
        "differ stands below, by limits of all together. A calibrated network's ECE is not 0 on a finite test set: it would be the value in "
        f"“{REFERENCES[0].heading}”, and above “{REFERENCES[1].heading}” only one time in twenty. {direction()}"
    )
    st.download_button("CSV", own.to_csv(index=False), "methods.csv", "text/csv", on_click="ignore")


def show_measures(trial: pd.Series) -> None:
    """Of a model that was evaluated: one pass beside Monte Carlo dropout, as logged."""
    measures = measures_shown(Shown.METHODS)
    rows = [
        {"method": NAMES[method]}
        | {measure.name: trial.get(f"{prefix}/{measure.name}") for measure in measures if measure.computed}
        for method, prefix in ((names.DETERMINISTIC, names.TEST), (names.MC_DROPOUT, names.TEST_MC))
    ]
    st.subheader("What do the passes buy?")
    st.dataframe(pd.DataFrame(rows), hide_index=True, column_config=column_config(), placeholder="–",
                 alt="Measures on test, with dropout off and on")  # fmt: skip


def show_predictions(sweep: Sweep, trial: pd.Series, run_ids: tuple[str, ...]) -> None:
    n_bins = int(networks.setting(sweep, "n_bins"))
    try:
        found = method_tables(sweep.uri, trial["run_id"], run_ids, n_bins)
    except StoreError as error:
        st.warning(escaped(error))
        return
    title = "Is it right as often as it is sure?"
    drawn.show_panels(reliability_chart, found.bins, title=title, by_method=True, heights=(270, 130))
    words = "; ".join(f"{name.replace('_', ' ')}: {WORDS[name]}" for name in found.methods)
    st.caption(f"{found.examples:,} test examples, {n_bins} bins. {words}.")
    csv = found.bins.to_csv(index=False)
    st.download_button("CSV", csv, "reliability.csv", "text/csv", on_click="ignore", key="csv:reliability")
    title = "If it may decline to answer, how right is the rest?"
    drawn.show(risk_coverage_chart, found.curves, title=title)
    drawn.show_panels(
        entropy_right_wrong_chart, found.entropies, title="Does it know when it is wrong?", heights=(300,)
    )
    what = "Monte Carlo dropout" if found.entropy_of == names.MC_DROPOUT else "One pass"
    st.caption(
        f"{what}: {found.right:,} right and {found.examples - found.right:,} wrong answers. The less the two overlap, the "
        "better."
    )


def show_convergence(sweep: Sweep, trial: pd.Series, variant: str) -> None:
    if variant not in with_dropout(sweep) or sweep.model_uri:  # an evaluation keeps no single passes
        return
    st.subheader("How many passes are enough?")
    try:
        table = store.table(sweep.uri, trial["run_id"], names.CONVERGENCE)
    except StoreError as error:
        st.warning(escaped(error))
        return
    drawn.show_panels(convergence_chart, table, title="Where would you stop?", heights=(260,))
    wide = table.pivot(index=["n_passes", "seconds"], columns="measure", values="mean")
    measures = measures_shown(Shown.CONVERGENCE)
    wide = wide.reindex(columns=[measure.name for measure in measures]).reset_index()
    st.dataframe(
        wide, hide_index=True, placeholder="–", alt="Seconds and measures by number of passes",
        column_config={"n_passes": "passes", "seconds": st.column_config.NumberColumn("seconds (test set)", format="%.3f")}
        | {measure.name: number_column(measure, measure.paired_digits) for measure in measures},
    )  # fmt: skip
    st.caption(
        "One network. Bands are one standard deviation of a block of so many passes; seconds grow in proportion to them."
    )


main()
