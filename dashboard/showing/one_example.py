"""One test example in full: the picture, what one network says of it and how surely, and what every network says.

A part of the pages that show galleries: they show it while the URL names an `example`.
"""

import numpy as np
import pandas as pd
import streamlit as st
from reading import marks, networks, store
from reading.sweep import Sweep

from regtrack import names
from regtrack.charts.class_probabilities import class_probabilities_chart
from regtrack.charts.entropy_split import DATA, MODEL, entropy_split_chart
from regtrack.charts.passes_of_example import passes_of_example_chart
from regtrack.diagnosis.triage.kinds.disagreement import Disagreement
from regtrack.diagnosis.triage.reasons import reason_of
from regtrack.errors import StoreError
from regtrack.pixels.enlarging import enlarged
from regtrack.words.markdown import escaped
from regtrack.words.numbers import confidence
from showing import selection
from showing.features import features_in_words
from showing.glossary import help_of

SIDE = 308
TOP_CLASSES, TOP_OF_PASSES = 10, 4
MOST_NETWORKS = 300
"""Of more networks than this only the first, by the leaderboard, are asked what they say."""


def show(sweep: Sweep, examples: networks.Examples, asked: str, errors: pd.DataFrame, suspicion: pd.DataFrame) -> None:
    """Args: asked: an example's id, as in the URL. errors, suspicion: the sweep's tables, empty where there are none."""
    st.button("← Back to the gallery", on_click=selection.push, kwargs={"example": None, "network": None})
    example_id = int(asked) if asked.isdecimal() else -1
    mine = _own_errors(errors[errors["example_id"] == example_id])
    trials = networks.finished(sweep)
    if trials.empty:
        st.info("No trial of this sweep has finished yet, so none has said anything of this example.")
        return
    trial = _network(trials, mine)
    try:
        found = store.probs(sweep.uri, trial["run_id"], names.TEST)
    except StoreError as error:
        st.warning(escaped(error))
        return
    at = np.flatnonzero(found.example_id == example_id)
    if len(at) == 0:
        st.info(f"Example {escaped(asked)} is not among the test examples of this sweep. Go back and choose one.")
        return
    place = int(at[0])
    st.header(f"Example {example_id}: given as {escaped(examples.named(found.given_label[place]))}")
    left, right = st.columns([1, 2])
    with left:
        _picture(examples, example_id, found, place)
        _triage(examples, mine, suspicion[suspicion["example_id"] == example_id])
        _mark(sweep, example_id)
    with right:
        _probabilities(examples, trial, found, place)
        _entropy(found, place)
        if found.mc_mean_probs is not None:
            _passes(sweep, examples, trial, example_id)
    _everyone(sweep, examples, trials, example_id)


def _own_errors(mine: pd.DataFrame) -> pd.DataFrame:
    """First those of the variant that the gallery was filtered by, then the surest by its kind of prediction."""
    sure = "mc_confidence" if selection.param("method") == names.MC_DROPOUT else "confidence"
    mine = mine.assign(_chosen=mine["variant"] == selection.param("variant"))
    return mine.sort_values(["_chosen", sure], ascending=False, kind="stable").drop(columns="_chosen")


def _network(trials: pd.DataFrame, mine: pd.DataFrame) -> pd.Series:
    """The network in the URL, else the one that is surest and wrong, else the first."""
    words = {row.run_id: f"{row.variant} · seed {int(row.seed)}" for row in trials.itertuples()}
    default = trials["run_id"].iloc[0]
    if len(mine):
        surest = trials[(trials["variant"] == mine["variant"].iloc[0]) & (trials[names.SEED] == mine["seed"].iloc[0])]
        default = surest["run_id"].iloc[0] if len(surest) else default
    run_id = selection.pick("Network", list(words), name="network", format_func=lambda one: words.get(one, one),
                            default=default, help="Whose probabilities are drawn; first the surest of the wrong.")  # fmt: skip
    return trials[trials["run_id"] == run_id].iloc[0]


def _picture(examples: networks.Examples, example_id: int, found: store.Probs, place: int) -> None:
    given, true = found.given_label[place], found.true_label[place]
    at = examples.place.get(example_id)
    if at is None:
        st.caption("The store has no picture of it. " + escaped(examples.problem))
    elif examples.has_pictures:
        words = f"Example {example_id}, given as {examples.named(given)}"
        st.image(enlarged(examples.picture(at), SIDE), alt=words)
    elif examples.is_table:
        cells = pd.DataFrame(examples.features(at), columns=["column", "value"])
        cells["value"] = cells["value"].mask(cells["value"] == "")
        st.dataframe(cells, hide_index=True, placeholder="missing", alt=f"Row {example_id} of the table")
    else:
        st.markdown(f"Its numbers: {escaped(features_in_words(examples.features(at), named=False))}")
    st.markdown(f"Given label: **{escaped(examples.named(given))}**")
    if given != true:
        st.markdown(f"True label: **{escaped(examples.named(true))}** (the given one was changed on purpose)")


def _triage(examples: networks.Examples, mine: pd.DataFrame, suspicion: pd.DataFrame) -> None:
    told = mine.dropna(subset=["kind"])
    if len(told):
        row = told.iloc[0]
        reason = reason_of(row, examples.named)
        st.markdown(f"Probably: **{escaped(row['kind'])}**. {escaped(reason)}")
    if len(suspicion):
        row = suspicion.iloc[0]
        st.markdown(
            f"The better networks would label it **{escaped(examples.named(row['suggested_label']))}**; suspicion of the "
            f"given label {row['suspicion']:.2f}" + (f". {Disagreement.title}." if row["suspected"] else "."),
            help="suspicion: 1 minus the probability that the sweep's better networks give the given label, [0, 1]",
        )


def _probabilities(examples: networks.Examples, trial: pd.Series, found: store.Probs, place: int) -> None:
    one, mc, std = found.deterministic_probs[place], found.mc_mean_probs, found.mc_std_probs
    shown = one if mc is None else np.maximum(one, mc[place])
    order = np.argsort(-shown, kind="stable")[:TOP_CLASSES]
    rows = [(examples.named(c), names.DETERMINISTIC, one[c], np.nan) for c in order]
    if mc is not None:
        rows += [
            (examples.named(c), names.MC_DROPOUT, mc[place][c], np.nan if std is None else std[place][c]) for c in order
        ]
    table = pd.DataFrame(rows, columns=["class_name", "method", "mean", "std"])
    said = examples.named(one.argmax())
    words = (
        f"{escaped(trial['variant'])} seed {int(trial['seed'])} says **{escaped(said)}** with {confidence(one.max())}"
    )
    if mc is not None:
        words += f"; the mean of its passes says **{escaped(examples.named(mc[place].argmax()))}** with {confidence(mc[place].max())}"
    st.markdown(words + ".", help=help_of("confidence"))
    st.altair_chart(class_probabilities_chart(table, title="What does it say this is?"), width="stretch")


def _entropy(found: store.Probs, place: int) -> None:
    if found.expected_entropy is None or found.mutual_information is None:
        st.caption(
            "This network has no dropout: its uncertainty cannot be split, and there are no passes. Choose one with dropout above."
        )
        return
    data, model = float(found.expected_entropy[place]), float(found.mutual_information[place])
    most = float(np.log(found.deterministic_probs.shape[1]))
    larger = "mostly the data's: the passes agree" if data >= model else "mostly the model's: the passes disagree"
    st.markdown(f"Uncertainty {data + model:.3f} nats, of at most {most:.2f}; it is {larger}.")
    table = pd.DataFrame([(DATA, data), (MODEL, model)], columns=["part", "nats"])
    st.altair_chart(entropy_split_chart(table, title="Whose uncertainty is it?", most=most), width="stretch")


def _passes(sweep: Sweep, examples: networks.Examples, trial: pd.Series, example_id: int) -> None:
    try:
        passes = store.table(sweep.uri, trial["run_id"], names.PASSES)
    except StoreError as error:
        st.caption(f"No single passes: {escaped(error)}")
        return
    passes = passes[passes["example_id"] == example_id]
    if passes.empty:
        st.caption(
            "Single passes are stored for this network's 500 surest errors only; this example is not among them."
        )
        return
    probs = np.stack(passes["probs"].to_list())
    top = np.argsort(-probs.mean(axis=0), kind="stable")[:TOP_OF_PASSES]
    numbers = passes["pass"].to_numpy()
    table = pd.concat([pd.DataFrame({"class_name": examples.named(c), "pass": numbers, "probability": probs[:, c]}) for c in top])  # fmt: skip
    st.altair_chart(passes_of_example_chart(table, title=f"Do its {len(passes)} passes agree?"), width="stretch")


def _everyone(sweep: Sweep, examples: networks.Examples, trials: pd.DataFrame, example_id: int) -> None:
    st.subheader("What every network says of it")
    asked = trials.head(MOST_NETWORKS)
    rows, problems = networks.said_of(sweep.uri, tuple(asked["run_id"]), example_id)
    if problems:
        st.warning(f"{len(problems)} of {len(asked)} networks cannot be asked. {escaped(problems[0])}")
    if len(asked) < len(trials):
        st.caption(f"The first {len(asked)} of {len(trials)} networks, by the leaderboard.")
    if not rows:
        return
    said = pd.DataFrame(rows, columns=list(networks.SAID_COLUMNS)).merge(
        asked[["run_id", "variant", names.SEED]], on="run_id"
    )
    votes = said["predicted_class"].map(examples.named).value_counts()
    st.markdown("; ".join(f"{count} of {len(said)} say **{escaped(name)}**" for name, count in votes.items()) + ".")
    kinds = {
        "one pass": ("predicted_class", "confidence"),
        "Monte Carlo dropout": ("mc_predicted_class", "mc_confidence"),
    }
    for tab, (label, sure) in zip(st.tabs(list(kinds)), kinds.values(), strict=True):
        of_kind = said.dropna(subset=[label])
        if of_kind.empty:
            tab.caption("No variant of this sweep has dropout.")
            continue
        words = [f"{examples.named(c)} {confidence(p)}" for c, p in zip(of_kind[label], of_kind[sure], strict=True)]
        table = of_kind.assign(words=words, seed=[f"seed {int(seed)}" for seed in of_kind[names.SEED]])
        wide = table.pivot(index="variant", columns="seed", values="words")
        order = [variant for variant in dict.fromkeys(asked["variant"]) if variant in wide.index]
        tab.dataframe(
            wide.loc[order].reset_index(), hide_index=True, width="stretch", alt="Class and confidence by variant and seed",
            column_config={"variant": st.column_config.TextColumn(width="medium", pinned=True)},
        )  # fmt: skip


def _mark(sweep: Sweep, example_id: int) -> None:
    st.subheader("Your mark", help="Kept in a file of your own; the store stays as it is.")
    if done := st.session_state.pop("marked", None):
        st.success(done)
    try:
        digest = networks.digest_of(sweep.uri, networks.finished(sweep)["run_id"].iloc[0])
        mark = marks.read(digest).get(example_id)
    except (StoreError, marks.MarksError) as error:
        st.warning(escaped(error))
        return
    if not digest:
        st.caption("The store does not say which data these are, so a mark could not be found again.")
        return
    with st.form(f"mark:{example_id}"):
        chosen = st.radio(
            "This label is", marks.MARKS, index=marks.MARKS.index(mark.mark) if mark else None, horizontal=True
        )
        note = st.text_area("Note", value=mark.note if mark else "", max_chars=marks.MOST_CHARACTERS, height=80)
        with st.container(horizontal=True):
            save = st.form_submit_button("Save mark", type="primary")
            remove = st.form_submit_button("Remove mark", disabled=mark is None)
    if save and chosen is None:
        st.warning("Choose what the label is first: a label error, ambiguous, or fine.")
        return
    try:
        if save:
            marks.put(digest, example_id, chosen, note)
            st.session_state["marked"] = f"Marked as {chosen}, in {escaped(marks.path())}"
        elif remove:
            marks.remove(digest, example_id)
            st.session_state["marked"] = "The mark is removed."
    except marks.MarksError as error:
        st.error(escaped(error))
        return
    if save or remove:
        st.rerun()
