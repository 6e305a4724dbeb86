"""Confident but wrong: where the networks are sure and wrong, and whether it is they or the labels."""

import pandas as pd
import streamlit as st
from reading import marks, networks, store
from reading.confident_errors_table import by_method, one_an_example, stored_errors, stored_suspicion, taken_for
from reading.sweep import Sweep
from showing import drawn, one_example, selection
from showing.class_differences import show_class_differences
from showing.class_table import draw_class_table
from showing.example_rows import draw_example_rows
from showing.gallery import Card, draw_gallery
from showing.glossary import help_of
from showing.label_audit import draw_next, show_audit
from showing.promised_errors import show_promises
from showing.sweep_choice import chosen_sweep, need_networks

from regtrack import names
from regtrack.charts.confusion import CELL, confusion_chart
from regtrack.diagnosis.triage.kinds.disagreement import Disagreement
from regtrack.errors import StoreError
from regtrack.words.markdown import escaped
from regtrack.words.numbers import confidence

TITLE, ORDER = "Confident but wrong", 30
ANY = "any"
METHODS = {names.DETERMINISTIC: "one pass, dropout off", names.MC_DROPOUT: "Monte Carlo dropout"}
UNMARKED = "not marked"


def main() -> None:
    st.title(TITLE)
    sweep = chosen_sweep()
    sweep = need_networks(sweep)
    examples = networks.examples_of(sweep)
    if examples.problem:
        st.warning(f"No pictures: {escaped(examples.problem)}")
    threshold = networks.setting(sweep, "high_confidence")
    errors = errors_of(sweep, threshold)
    if errors is None:
        st.info("Without its predictions nothing is known of what it gets wrong. Another network's may be there.")
        return
    suspicion = suspicion_of(sweep)
    asked = selection.param("example")
    marked = marks_of(sweep)
    if asked:
        draw_next(sweep, suspicion, marked, asked)
        one_example.show(sweep, examples, asked, errors, suspicion)
        return
    say_what_there_is(errors, threshold)
    if sweep.judged:
        show_promises(sweep, threshold)
    table = filtered(sweep, errors, threshold, marked)
    given, said = show_confusion(table, examples)
    if given != ANY:
        table = table[table["given_label"].map(examples.named) == given]
    if said != ANY:
        table = table[table["said"].map(examples.named) == said]
    show_classes(sweep)
    show_class_differences(sweep)
    if errors.empty:
        st.info(f"No test example is wrong with a confidence of {threshold:g} or more: there is none to look at.")
    else:
        show_gallery(table, examples, marked)
    show_audit(sweep, suspicion, examples, marked)
    show_export(errors, suspicion, examples, marked)


def errors_of(sweep: Sweep, threshold: float) -> pd.DataFrame | None:
    """As judged; of a sweep that is not judged, one network's own, None where its predictions are not there."""
    try:
        return stored_errors(sweep)
    except StoreError as error:
        if sweep.judged:
            st.warning(escaped(error))
        else:
            st.caption(
                "The errors of one network, without what others say of them."
                if sweep.model_uri
                else "Not judged yet: these are the errors of one network, without what the others say of them."
            )
    trials = networks.finished(sweep)
    words = {row.run_id: f"{row.variant} · seed {int(row.seed)}" for row in trials.itertuples()}
    run_id = selection.pick(
        "Errors of the network", list(words), name="of", format_func=lambda one: words.get(one, one)
    )
    try:
        return networks.errors_of_network(sweep, trials[trials["run_id"] == run_id].iloc[0], threshold)
    except StoreError as error:
        st.warning(escaped(error))
        return None


def suspicion_of(sweep: Sweep) -> pd.DataFrame:
    if sweep.judged:
        try:
            return stored_suspicion(sweep)
        except StoreError as error:
            st.warning(escaped(error))
    return pd.DataFrame(columns=list(names.LABEL_SUSPICION_COLUMNS))


def say_what_there_is(errors: pd.DataFrame, threshold: float) -> None:
    found = by_method(errors, names.DETERMINISTIC, threshold)
    each = one_an_example(found)
    examples = "1 test example is" if len(each) == 1 else f"{len(each):,} test examples are"
    words = f"{examples} wrong with a confidence of {threshold:g} or more"
    if each["trials"].notna().any():
        everyone = int((each["trials_confidently_wrong"] == each["trials"]).sum())
        disagree = int((each["kind"] == Disagreement.name).sum())
        words += f" in at least one of {int(each['trials'].max()):,} networks, {everyone:,} of them in every one. Of {disagree:,} the better networks disagree with the label: {Disagreement.name}"
    st.markdown(f"#### {words}.", help=help_of("high-confidence error"))


def marks_of(sweep: Sweep) -> dict[int, marks.Mark]:
    try:
        return marks.read(networks.digest_of(sweep.uri, networks.finished(sweep)["run_id"].iloc[0]))
    except (StoreError, marks.MarksError) as error:
        st.warning(escaped(error))
        return {}


def filtered(sweep: Sweep, errors: pd.DataFrame, threshold: float, marked: dict) -> pd.DataFrame:
    """The rows that all filters but the two classes let pass."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        known = [m for m in METHODS if m == names.DETERMINISTIC or errors["mc_confidence"].notna().any()]
        method = selection.pick("Prediction", known, name="method", format_func=METHODS.get)
        present = set(errors["variant"])
        variants = [variant for variant in sweep.leaderboard["variant"] if variant in present]
        variant = selection.pick("Variant", [ANY, *variants], name="variant", help=help_of("variant"))
        kinds = sorted(errors["kind"].dropna().unique())
        kind = selection.pick(
            "Probably", [ANY, *kinds], name="kind", help="What the sweep's networks together make of it."
        )
        states = [ANY, UNMARKED, *marks.MARKS]
        mark = selection.pick("Your mark", states, name="mark")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        top = 0.999
        lowest = threshold
        if threshold < top:
            lowest = selection.number("Confidence at least", name="threshold", default=threshold, low=threshold, high=top,
                                      step=0.001, help=help_of("confidence"))  # fmt: skip
        table = by_method(errors, method, lowest)
        seeds = int(errors.groupby("variant")["seed"].nunique().max()) if len(errors) else 1
        if seeds > 1:
            agree = selection.pick("Seeds that make the same error, at least", [str(n) for n in range(1, seeds + 1)], name="agree",
                                   help="Of the variant; of any one variant where none is chosen.")  # fmt: skip
            table = table[table["seeds_agreeing"] >= int(agree)]
    if variant != ANY:
        table = table[table["variant"] == variant]
    if kind != ANY:
        table = table[table["kind"] == kind]
    if mark == UNMARKED:
        table = table[~table["example_id"].isin(list(marked))]
    elif mark != ANY:
        table = table[table["example_id"].isin([one for one, found in marked.items() if found.mark == mark])]
    return table


def show_confusion(table: pd.DataFrame, examples: networks.Examples) -> tuple[str, str]:
    """The matrix and two boxes that choose the same: given label and predicted class, or ANY."""
    counts = taken_for(table, examples)
    chart, filters = st.columns([3, 1])
    with filters:
        given = pick_class("Given label", "given", counts["given"], examples)
        said = pick_class("Predicted class", "said", counts["predicted"], examples)
        if given != ANY or said != ANY:
            st.button("All classes", on_click=selection.push, kwargs={"given": None, "said": None, "page": None})
    if table.empty:
        return given, said
    with chart:
        key = f"confusion:{given}:{said}"  # after back, the same cell can be clicked again
        title = "Which classes are taken for which? Click a cell"
        spec = drawn.spec_of(confusion_chart, counts, title=title, class_names=examples.class_names)
        st.vega_lite_chart(spec=spec, key=key, on_select=lambda: clicked(key), width="content")
    return given, said


def show_classes(sweep: Sweep) -> None:
    """Recall and precision of each class, of the variant that is chosen, else of the first of the leaderboard."""
    asked = selection.param("variant")
    variant = asked if asked in set(sweep.leaderboard["variant"]) else sweep.leaderboard["variant"].iloc[0]
    trial = networks.finished(sweep, variant).iloc[0]
    with st.expander(f"Each class by itself: {escaped(variant)}, seed {int(trial[names.SEED])}"):
        try:
            table = store.table(sweep.uri, trial["run_id"], names.PER_CLASS)
        except StoreError as error:
            st.caption(escaped(error))
            return
        shown, config = draw_class_table(table)
        st.dataframe(shown, hide_index=True, placeholder="–", column_config=config, alt="A row a class")
        st.caption(
            "Test examples of one network; ± is half of Wilson's 95 % interval over them. The rarest class first."
        )


def pick_class(label: str, name: str, present: pd.Series, examples: networks.Examples) -> str:
    """One of the classes that occur, in the data's order, or ANY; what the URL asks for stays, though none passes."""
    known = [*examples.class_names, *sorted({*present} - {*examples.class_names})]
    asked = selection.param(name)
    return selection.pick(label, [ANY, *(one for one in known if one in {*present, asked})], name=name)


def clicked(key: str) -> None:
    cells = st.session_state[key]["selection"].get(CELL) or []
    if cells:
        selection.push(given=cells[0].get("given"), said=cells[0].get("predicted"), page=None)


def show_gallery(table: pd.DataFrame, examples: networks.Examples, marked: dict) -> None:
    each = one_an_example(table)
    if each.empty:
        st.info("No test example is wrong with this confidence and passes the other filters. Take one of them away.")
        return
    st.subheader("1 example" if len(each) == 1 else f"{len(each):,} examples, the surest first")
    st.caption(f"Choose one to see everything about it.{how_it_is_counted(each)}")
    if examples.place and not examples.has_pictures:
        draw_example_rows(each, examples, marked)
    else:
        draw_gallery([card(row, examples, marked) for row in each.itertuples()], examples, name="page")


def how_it_is_counted(each: pd.DataFrame) -> str:
    """What the count on a card means, by the first card that has one; nothing where none has."""
    counted = each.dropna(subset=["trials"])
    if counted.empty:
        return ""
    first = counted.iloc[0]
    count = f"“{int(first['trials_confidently_wrong'])} of {int(first['trials'])}”"
    return f" {count} is how many networks are confidently wrong on it."


def card(row, examples: networks.Examples, marked: dict) -> Card:
    given, said = examples.named(row.given_label), examples.named(row.said)
    words = [f"{escaped(given)} → **{escaped(said)}** {confidence(row.sure)}"]
    if pd.notna(row.trials):
        words.append(f"{int(row.trials_confidently_wrong)} of {int(row.trials)} · {escaped(row.kind)}")
    if row.given_label != row.true_label:
        words.append("label changed on purpose")
    if row.example_id in marked:
        words.append(f"✓ {escaped(marked[row.example_id].mark)}")
    return Card(int(row.example_id), f"Example {row.example_id}, given as {given}, predicted as {said}", tuple(words))


def show_export(errors: pd.DataFrame, suspicion: pd.DataFrame, examples: networks.Examples, marked: dict) -> None:
    st.subheader("Your marks")
    st.caption(f"Kept in {escaped(marks.path())}, a file of your own; the tracking store stays as it is.")
    if not marked:
        how = "" if errors.empty else " Open an example to mark it as a label error, ambiguous or fine."
        st.markdown(f"None of these data yet.{how}")
        return
    counts = pd.Series([found.mark for found in marked.values()]).value_counts()
    st.markdown(", ".join(f"{count} {mark}" for mark, count in counts.items()) + ".")
    known = pd.concat([suspicion, errors[["example_id", "given_label"]]]).drop_duplicates("example_id")
    known = known.reindex(columns=["example_id", "given_label", "suggested_label"])
    known = known.assign(given_class=known["given_label"].map(examples.named),
                         suggested_class=known["suggested_label"].map(examples.named))  # fmt: skip
    digest = next(iter(marked.values())).dataset_digest
    try:
        table = marks.to_relabel(digest, known)
    except marks.MarksError as error:
        st.warning(escaped(error))
        return
    st.download_button("Examples to relabel, as CSV", table.to_csv(index=False), "relabel.csv", "text/csv",
                       disabled=table.empty, on_click="ignore", help="Ids of those marked as label error.")  # fmt: skip


main()
