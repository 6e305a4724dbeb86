"""Fitting regimes: where does each variant stand between under- and overfitting, and on what evidence?"""

import streamlit as st
from reading import store
from reading.last_epoch import EPOCHS, LAST, errors_at
from reading.stored_curves import curves_of
from reading.sweep import Sweep
from showing import drawn, selection
from showing.foremost_variants import foremost_of, said_of, without_limits_of_others
from showing.glossary import help_of
from showing.judging_time import judged_when
from showing.regime_badges import badge
from showing.regime_evidence import is_balanced, regime_of, show_evidence, tolerance_and_reference
from showing.sweep_choice import chosen_sweep, need_networks

from regtrack import names
from regtrack.charts.learning_curves import X_WORDS, learning_curves_chart
from regtrack.charts.response import response_chart
from regtrack.charts.train_and_validation_error import train_and_validation_error_chart
from regtrack.errors import StoreError
from regtrack.measures.declared import MEASURES, measures_shown
from regtrack.measures.measure import Shown
from regtrack.names import BASELINE
from regtrack.words.markdown import escaped

TITLE, ORDER = "Fitting regimes", 20
VARIANT, CURVES = "variant", "curves"
NO_CURVE = "No curve to draw: the trials' tables are not there."
CURVE_MEASURES = [measure.name for measure in measures_shown(Shown.CURVES)]


def main() -> None:
    st.title("Where does each stand between under- and overfitting?")
    sweep = chosen_sweep()
    sweep = need_networks(sweep)
    if sweep.model_uri:
        st.info(
            f"{escaped(sweep.model_uri)} was not trained in this sweep, so how it fitted is not known. What it predicts "
            "stands on the other pages."
        )
        return
    st.markdown(f"#### {in_one_sentence(sweep)}")
    known = list(sweep.leaderboard["variant"])
    asked = selection.param(VARIANT)
    clicked = asked if asked in known else None
    content = regime_of(sweep, clicked or known[0]) if sweep.judged else None
    epoch = choose(known)
    show_errors(sweep, epoch, clicked, content)
    if clicked:
        show_variant(sweep, clicked, content)
    show_curves(sweep, clicked)
    show_responses(sweep)


def in_one_sentence(sweep: Sweep) -> str:
    if not sweep.judged:
        ends = "when the sweep ends" if sweep.status == names.RUNNING else "by the report"
        return f"{len(sweep.leaderboard)} variants have finished trials; how each fits is judged {ends}"
    counts = sweep.leaderboard["fitting_regime"].value_counts()
    parts = [f"{counts[regime]} {badge(regime)}" for regime in names.REGIMES if regime in counts]
    return f"Of {len(sweep.leaderboard)} variants at the last epoch: " + ", ".join(parts)


def choose(known: list[str]) -> str:
    """The boxes above the chart; returns which epoch's errors to draw."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        epoch = selection.pick(
            "Errors and regimes at", list(EPOCHS), name="epoch", format_func=EPOCHS.get, help=help_of("selected epoch")
        )
        selection.pick(
            "Evidence and curves of", ["", *known], name=VARIANT, default="", help=help_of("variant"),
            format_func=lambda one: one or "click a point, or choose",
        )  # fmt: skip
    return epoch


def show_errors(sweep: Sweep, epoch: str, clicked: str | None, content: dict | None) -> None:
    tolerance, reference = tolerance_and_reference(content, "last" if epoch == LAST else "selected")
    table = errors_at(epoch, sweep.trials, sweep.leaderboard)
    if epoch != LAST:
        table = table.assign(fitting_regime=table["fitting_regime_selected"])
    shown = foremost_of(sweep)
    table = without_limits_of_others(table, [*shown, clicked])
    selection.clickable(
        train_and_validation_error_chart, table, name=VARIANT, field="variant", title="Train and validation error, by variant",
        tolerance=tolerance, reference_error=reference, highlight=clicked,
    )  # fmt: skip
    st.caption(
        "Click a point for its curves and its evidence. On the dashed line a variant does as well on unseen examples as "
        "on those it learned from. Bars are 95 % intervals over seeds and validation examples, on this split"
        + ("; at the last epoch a little too wide." if epoch == LAST else ".")
        + (
            " The regimes are told by balanced errors, which the evidence gives."
            if content and is_balanced(content)
            else ""
        )
        + f" {said_of(sweep, shown, 'have bars')}"
    )


def show_variant(sweep: Sweep, variant: str, content: dict | None) -> None:
    st.subheader(escaped(variant), anchor=False)
    show_own_curves(sweep, variant)
    if content:
        with st.expander("Evidence: why this regime, and what to try next", expanded=True):
            show_evidence(content)
    elif not sweep.judged:
        st.caption(f"The evidence comes {judged_when(sweep)}.")


def show_own_curves(sweep: Sweep, variant: str) -> None:
    table = curves_of(sweep, [variant])
    if table.empty:
        st.info(NO_CURVE)
        return
    measures = [name for name in CURVE_MEASURES if name != "penalty" or (table[names.TRAIN_PENALTY] > 0).any()]
    for place, measure in zip(st.columns(len(measures)), measures, strict=True):
        with place:
            drawn.show(learning_curves_chart, table, title=MEASURES[measure].words.capitalize(), measures=(measure,), hues=sweep.hues,
                       wide=True)  # fmt: skip


@st.fragment  # its boxes draw this part anew and not the page
def show_curves(sweep: Sweep, chosen: str | None) -> None:
    st.subheader("Learning curves, variants overlaid", anchor=False)
    known = list(sweep.leaderboard["variant"])
    first = list(dict.fromkeys([*([chosen] if chosen else []), *([BASELINE] if BASELINE in known else []), known[0]]))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        shown = selection.picks("Variants", known, name=CURVES, default=first, help=help_of("variant"))
        measure = selection.pick("Measure", CURVE_MEASURES, name="measure", format_func=axis_of, default="error")
        x = selection.pick("Across", list(X_WORDS), name="x", format_func=X_WORDS.get)
        log_y = selection.flag("Log scale", name="log")
    table = curves_of(sweep, shown)
    if table.empty:
        st.info(NO_CURVE)
        return
    title = "Where does validation leave train behind?"
    drawn.show(
        learning_curves_chart, table, title=title, measures=(measure,), x=x, log_y=log_y, hues=sweep.hues, wide=True
    )
    st.caption("Validation solid, train dashed, both with dropout off; the point is the selected epoch.")


def axis_of(measure: str) -> str:
    return MEASURES[measure].axis


@st.fragment
def show_responses(sweep: Sweep) -> None:
    st.subheader("Response to one regularizer", anchor=False)
    if not sweep.judged:
        st.caption(f"Response curves come {judged_when(sweep)}.")
        return
    try:
        table = store.table(sweep.uri, sweep.run_id, names.RESPONSE)
    except StoreError as error:
        st.warning(escaped(error))
        return
    if table.empty:
        st.info("No two variants of this sweep differ in the strength of one regularizer alone.")
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        param = selection.pick("Regularizer", list(table["param"].unique()), name="param", help=help_of("strength"))
        table = table[table["param"] == param]
        lengths = table.groupby("held")["strength"].nunique().sort_values(ascending=False, kind="stable")
        held = selection.pick("Held fixed", list(lengths.index), name="held")
        table = table[table["held"] == held]
        known = set(table["measure"])
        measures = [measure.name for measure in measures_shown(Shown.RESPONSE) if measure.name in known]
        measure = selection.pick("Response", measures, name="response", format_func=axis_of,
                                 default="val_error_last" if "val_error_last" in measures else None)  # fmt: skip
    drawn.show(response_chart, table, title=f"How does {param} change it?", measure=measure, height=420)
    st.caption("Marks and background are the fitting regimes at the last epoch; bars are 95 % intervals.")


main()
