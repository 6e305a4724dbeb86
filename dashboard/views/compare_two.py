"""Compare two: variants, seeds of one variant, or one pass against many. Which examples does one fix and one break?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st
from reading import networks, store
from reading.confident_errors_table import stored_errors, stored_suspicion
from reading.stored_curves import curves_of
from reading.sweep import Sweep
from showing import drawn, one_example, selection
from showing.gallery import Card, draw_gallery
from showing.glossary import help_of
from showing.sweep_answer import over
from showing.sweep_choice import chosen_sweep, need_networks
from showing.two_in_words import difference_in_words, points_in_words

from regtrack import names
from regtrack.charts.class_changes import class_changes_chart
from regtrack.charts.differences import differences_chart
from regtrack.charts.learning_curves import learning_curves_chart
from regtrack.diagnosis.differences.changed_examples import changes_of_classes, find_changed_examples
from regtrack.diagnosis.differences.comparison import VariantErrors, compare_variants
from regtrack.diagnosis.differences.families import AMONG_ALL, MOST_IN_PAIRS, TO_BASELINE
from regtrack.diagnosis.differences.mcnemar import mcnemar_test
from regtrack.diagnosis.differences.other_side import turned_round
from regtrack.errors import StoreError
from regtrack.shipped import command
from regtrack.words.markdown import escaped
from regtrack.words.numbers import p_value

TITLE, ORDER = "Compare two", 50
VARIANTS, SEEDS, PASSES = "variants", "seeds", "passes"
KINDS = {VARIANTS: "two variants", SEEDS: "two seeds of one variant", PASSES: "one pass against many of one network"}


@dataclass(frozen=True)
class Side:
    """One of the two: its name on the page, its networks, and how they predict."""

    label: str
    run_ids: tuple[str, ...]
    method: str = names.DETERMINISTIC


def main() -> None:
    st.title(TITLE)
    sweep = chosen_sweep()
    sweep = need_networks(sweep)
    examples = networks.examples_of(sweep)
    if examples.problem:
        st.warning(f"No pictures: {escaped(examples.problem)}")
    asked = selection.param("example")
    if asked:
        one_example.show(sweep, examples, asked, *what_was_judged(sweep))
        return
    if over(sweep):
        st.caption("Of networks of the first split of the data alone; over all of them see the overview.")
    kind = selection.pick("Compare", list(KINDS), name="what", format_func=KINDS.get)
    a, b = {VARIANTS: two_variants, SEEDS: two_seeds, PASSES: two_methods}[kind](sweep)
    try:
        wrong, other_wrong = (networks.wrong(sweep, list(side.run_ids), side.method) for side in (a, b))
        found = store.probs(sweep.uri, a.run_ids[0], names.TEST)
    except StoreError as error:
        st.warning(escaped(error))
        return
    if wrong.shape[1] != other_wrong.shape[1]:
        st.warning("The two predicted different numbers of test examples, so no example can be set beside itself.")
        return
    if kind == VARIANTS:
        show_difference(sweep, a, b, wrong, other_wrong)
    else:
        show_two_networks(a, b, wrong[0], other_wrong[0])
    show_classes(a, b, wrong, other_wrong, found.given_label, examples)
    changed = find_changed_examples(wrong, other_wrong, found.example_id, found.given_label)
    place = {int(one): i for i, one in enumerate(found.example_id)}
    show_changed(sweep, changed[changed["gain"] > 0], a, b, examples, place, "fixed")
    broken = changed[changed["gain"] < 0][::-1]
    broken = broken.rename(columns={"share_wrong": "other_share_wrong", "other_share_wrong": "share_wrong"})
    show_changed(sweep, broken, b, a, examples, place, "broken")
    show_curves(sweep, a, b, kind)


def what_was_judged(sweep: Sweep) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The sweep's errors and suspicions on test; without rows where it is not judged."""
    if sweep.judged:
        try:
            return stored_errors(sweep), stored_suspicion(sweep)
        except StoreError as error:
            st.warning(escaped(error))
    none = pd.DataFrame(columns=list(networks.ERROR_COLUMNS))
    return none, pd.DataFrame(columns=list(names.LABEL_SUSPICION_COLUMNS))


def two_variants(sweep: Sweep) -> tuple[Side, Side]:
    """At first the best of the leaderboard and the baseline, or the second best."""
    board = list(sweep.leaderboard["variant"])
    if len(board) < 2:
        st.info(f"This sweep has one variant that has finished, {escaped(board[0])}. {what_else(sweep, VARIANTS)}")
        st.stop()
    left, right = st.columns(2)
    with left:
        a = selection.pick("Variant A", board, name="a", help=help_of("variant"))
    others = [variant for variant in board if variant != a]
    with right:
        b = selection.pick("Variant B", others, name="b", default=TO_BASELINE if TO_BASELINE in others else others[0])
    return tuple(Side(name, tuple(networks.finished(sweep, name)["run_id"])) for name in (a, b))


def what_else(sweep: Sweep, but: str) -> str:
    """Which of the other comparisons this sweep has what it takes for, as advice."""
    board, trials = sweep.leaderboard, networks.finished(sweep)
    possible = {
        VARIANTS: len(board) > 1,
        SEEDS: trials.groupby("variant")[names.SEED].nunique().max() > 1,
        PASSES: board["test_mc_accuracy"].notna().any(),
    }
    others = [KINDS[kind] for kind, can in possible.items() if can and kind != but]
    if others:
        return f"Choose above to compare {' or '.join(others)}."
    return f"There is nothing to compare in it: run a grid of several variants or seeds, `{command()}`."


def two_seeds(sweep: Sweep) -> tuple[Side, Side]:
    trials = networks.finished(sweep)
    seeds = trials.groupby("variant", sort=False)[names.SEED].nunique()
    several = list(seeds[seeds > 1].index)
    if not several:
        st.info(f"No variant of this sweep has two seeds that have finished. {what_else(sweep, SEEDS)}")
        st.stop()
    left, middle, right = st.columns(3)
    with left:
        variant = selection.pick("Variant", several, name="a")
    own = {str(int(row.seed)): row.run_id for row in networks.finished(sweep, variant).itertuples()}
    with middle:
        first = selection.pick("Seed A", list(own), name="seed_a", help=help_of("seed"))
    others = [seed for seed in own if seed != first]
    with right:
        second = selection.pick("Seed B", others, name="seed_b")
    return tuple(Side(f"{variant} seed {seed}", (own[seed],)) for seed in (first, second))


def two_methods(sweep: Sweep) -> tuple[Side, Side]:
    board = sweep.leaderboard
    with_dropout = list(board.loc[board["test_mc_accuracy"].notna(), "variant"])
    if not with_dropout:
        st.info(f"No variant of this sweep has dropout, so each network has one pass only. {what_else(sweep, PASSES)}")
        st.stop()
    left, right = st.columns(2)
    with left:
        variant = selection.pick("Variant", with_dropout, name="a")
    own = {str(int(row.seed)): row.run_id for row in networks.finished(sweep, variant).itertuples()}
    with right:
        seed = selection.pick("Seed", list(own), name="seed_a", help=help_of("seed"))
    run_ids = (own[seed],)
    return Side("Monte Carlo dropout", run_ids, names.MC_DROPOUT), Side("one pass", run_ids)


def show_difference(sweep: Sweep, a: Side, b: Side, wrong: np.ndarray, other_wrong: np.ndarray) -> None:
    """The stored comparison of the pair; of a sweep that is not judged, this pair alone and no verdict."""
    row, judged = stored_pair(sweep, a.label, b.label), True
    if row is None:
        pair = [VariantErrors(a.label, wrong), VariantErrors(b.label, other_wrong)]
        table = compare_variants(pair, split=names.TEST)
        row, judged = table[table["family"] == AMONG_ALL].iloc[0], False
    words = f"**{escaped(a.label)}** has {difference_in_words(row, escaped(b.label))}."
    if judged:
        words += f" Verdict: **{escaped(row['verdict'])}** (p {p_value(row['p_adjusted'])}, Holm over all pairs, exploratory)."
    st.markdown(f"#### {words}", help=help_of(names.BETTER))
    if not judged:
        why = f"Of the {MOST_IN_PAIRS} variants that do best on validation every pair is judged, and of no others"
        why = why if sweep.judged and sweep.trials["variant"].nunique() > MOST_IN_PAIRS else "Not judged yet"
        st.caption(f"{why}: the difference of this pair alone, without a verdict.")
    st.caption(
        f"{int(row['seeds'])} and {int(row['other_seeds'])} seeds, {int(row['examples']):,} examples. A network of A fixes "
        f"{row['fixed']:,.0f} examples that one of B gets wrong, and breaks {row['broken']:,.0f}."
    )
    table = pd.DataFrame([row]).assign(verdict=row["verdict"] if judged else None)
    drawn.show(differences_chart, table, title="Does A differ from B?")


def stored_pair(sweep: Sweep, a: str, b: str) -> pd.Series | None:
    """names.COMPARISON_COLUMNS of accuracy(a) - accuracy(b) on test among all pairs, turned where it is stored so."""
    if not sweep.judged:
        return None
    try:
        table = store.table(sweep.uri, sweep.run_id, names.COMPARISON)
    except StoreError as error:
        st.warning(escaped(error))
        return None
    table = table[(table["family"] == AMONG_ALL) & (table["split"] == names.TEST)]
    found = table[(table["variant"] == a) & (table["other"] == b)]
    if len(found):
        return found.iloc[0]
    found = table[(table["variant"] == b) & (table["other"] == a)]
    return pd.Series(turned_round(found.iloc[0])) if len(found) else None


def show_two_networks(a: Side, b: Side, wrong: np.ndarray, other_wrong: np.ndarray) -> None:
    test = mcnemar_test(wrong, other_wrong)
    st.markdown(
        f"#### **{escaped(a.label)}** has {points_in_words(test.fixed, test.broken, len(wrong))} **{escaped(b.label)}**: of "
        f"{len(wrong):,} examples it fixes {test.fixed:,} and breaks {test.broken:,}."
    )
    st.markdown(f"McNemar's exact test: p {p_value(test.p_value)}. A small p says only that these two networks differ.")
    st.caption("It says nothing of the variant: another seed may answer otherwise. To choose, compare two variants.")


def show_classes(a: Side, b: Side, wrong: np.ndarray, other_wrong: np.ndarray, given: np.ndarray, examples: networks.Examples) -> None:  # fmt: skip
    table = changes_of_classes(wrong, other_wrong, given)
    table = table.assign(class_name=table["given_label"].map(examples.named))
    drawn.show(class_changes_chart, table, title="Where do they disagree, by class?")
    st.caption(
        f"Fixed: right in {escaped(a.label)} and wrong in {escaped(b.label)}; broken: the reverse. Examples a network, mean "
        "over all pairs of their networks."
    )
    st.download_button("CSV", table.to_csv(index=False), "classes.csv", "text/csv", on_click="ignore")


def show_changed(sweep: Sweep, changed: pd.DataFrame, better: Side, worse: Side, examples: networks.Examples,
                 place: dict[int, int], name: str) -> None:  # fmt: skip
    """Args: changed: as `changed_examples` gives it of `better` against `worse`, those with a gain."""
    many = len(better.run_ids) > 1 or len(worse.run_ids) > 1
    title = {"fixed": "Fixed", "broken": "Broken"}[name]
    how = "more often than" if many else "and wrong in"
    st.subheader(f"{title}: right in {escaped(better.label)} {how} {escaped(worse.label)}")
    if changed.empty:
        st.caption("There is no such example.")
        return
    first = ", those on which the networks differ most first" if many else ""
    st.caption(f"{len(changed):,} examples{first}. Choose one to see everything about it.")
    said = None if many else networks.probs_of(sweep, worse.run_ids[0], worse.method).argmax(axis=1)
    cards = []
    for row in changed.itertuples():
        given = examples.named(row.given_label)
        right, other = (round((1 - share) * len(side.run_ids)) for share, side in
                        ((row.share_wrong, better), (row.other_share_wrong, worse)))  # fmt: skip
        words = f"right in {right} of {len(better.run_ids)}, against {other} of {len(worse.run_ids)}"
        if said is not None:
            words = f"taken for {escaped(examples.named(said[place[row.example_id]]))}"
        cards.append(
            Card(int(row.example_id), f"Example {row.example_id}, given as {given}", (f"**{escaped(given)}**", words))
        )
    draw_gallery(cards, examples, name=f"page_{name}")


def show_curves(sweep: Sweep, a: Side, b: Side, kind: str) -> None:
    if kind == PASSES:
        return  # one network, one curve
    trials = networks.finished(sweep)
    trials = trials[trials["run_id"].isin([*a.run_ids, *b.run_ids])]
    curves = curves_of(sweep, dict.fromkeys(trials["variant"]))
    if kind == SEEDS:
        curves = curves.merge(trials[["variant", names.SEED]], on=["variant", "seed"])
        curves = curves.assign(
            variant=[f"{v} seed {int(s)}" for v, s in zip(curves["variant"], curves["seed"], strict=True)]
        )
    hues = sweep.hues if kind == VARIANTS else None
    titles = {"error": "How did the two learn? Error", "cross_entropy": "How did the two learn? Cross-entropy"}
    for measure, title in titles.items():
        drawn.show(learning_curves_chart, curves, title=title, measures=(measure,), hues=hues, wide=True)


main()
