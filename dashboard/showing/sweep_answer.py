"""The answer of a sweep, as it was stored with its judgement; before that, what its finished trials show so far."""

from collections.abc import Sequence

import streamlit as st
from reading import store
from reading.sweep import Sweep

from regtrack import names
from regtrack.diagnosis.answer import Answer, answer_of_tables
from regtrack.diagnosis.answer_words import clauses_of
from regtrack.diagnosis.leaderboard import validation_losses
from regtrack.errors import StoreError
from regtrack.measures.declared import MEASURES
from regtrack.measures.primaries import PRIMARIES
from regtrack.names import BASELINE
from regtrack.words.cells import cell_of
from regtrack.words.lists import counted
from regtrack.words.markdown import escaped
from regtrack.words.numbers import fixed

DAMAGED = (KeyError, TypeError, ValueError, AttributeError, IndexError)
"""What a file that holds something else makes of itself."""


def show_answer(sweep: Sweep) -> None:
    """The first clause large, the others below. Of a store that is older than stored answers it is told from the tables
    that were judged, and where these are missing, by the run's note as it is."""
    if not sweep.judged:
        _show(so_far(sweep))
        return
    try:
        _show(stored_clauses(sweep))
    except StoreError as error:
        _show_older(sweep, error)


def stored_answer(sweep: Sweep) -> Answer:
    """Of names.ANSWER of the sweep's run. Raises StoreError: there is none, or it is damaged."""
    try:
        return Answer.from_dict(store.json_of(sweep.uri, sweep.run_id, names.ANSWER))
    except DAMAGED as error:
        raise StoreError(f"{names.ANSWER} of run {sweep.run_id} is damaged ({error})") from None


def stored_clauses(sweep: Sweep) -> tuple[str, ...]:
    """Of the stored answer. Raises StoreError as it."""
    answer = stored_answer(sweep)
    try:
        return clauses_of(answer)
    except DAMAGED as error:
        raise StoreError(f"{names.ANSWER} of run {sweep.run_id} is damaged ({error})") from None


def known_answer(sweep: Sweep) -> Answer | None:
    """None before it is judged, and where it cannot be read: the answer itself says what is the matter."""
    try:
        return stored_answer(sweep) if sweep.judged else None
    except StoreError:
        return None


def over(sweep: Sweep) -> str:
    """The splits of the data that answer and leaderboard are over, as Answer has them; empty where no answer says so."""
    answer = known_answer(sweep)
    return answer.over if answer else ""


def is_over_all_splits(sweep: Sweep) -> bool:
    """Whether secondary verdicts, techniques and costs are read on all splits of the data, as the answer is; they were not in earlier
    versions."""
    answer = known_answer(sweep)
    return answer is not None and answer.beside_over_splits


def of_which_splits(sweep: Sweep) -> str:
    """What these are read on, in words."""
    answer = known_answer(sweep)
    if answer is None or not answer.over:
        return "on this split"
    return f"over {answer.over}" if answer.beside_over_splits else "on the first split alone"


def _show_older(sweep: Sweep, why: StoreError) -> None:
    try:
        comparison = store.table(sweep.uri, sweep.run_id, names.COMPARISON)
        examples = int(sweep.trials[names.N_TEST].dropna().iloc[0])
        _show(clauses_of(answer_of_tables(sweep.leaderboard, comparison, examples=examples)))
        st.caption(f"Told from the sweep's tables: {escaped(why)}.")
    except (StoreError, *DAMAGED):
        if note := _note(sweep):
            st.text(note)
            st.caption(f"Its note as it was written: {escaped(why)}, and its tables do not tell it.")
        else:
            _show(so_far(sweep))


def _show(clauses: Sequence[str]) -> None:
    head, *rest = clauses
    st.markdown(f"#### {escaped(head)}")
    st.markdown(escaped("; ".join(rest)))


def _note(sweep: Sweep) -> str:
    try:
        return store.tags(sweep.uri, sweep.run_id).get(names.NOTE, "").strip()
    except StoreError:  # the answer is then read from the leaderboard, which stands
        return ""


def so_far(sweep: Sweep) -> tuple[str, ...]:
    """The lowest validation error, or loss by the primary measure, beside the baseline's, in clauses. It says that nothing
    is judged, and where trials log no loss by the primary measure, that it chooses later. Of a model that was trained elsewhere, its test accuracy."""
    best = sweep.leaderboard.iloc[0]
    if sweep.model_uri:
        return (f"Model {best['variant']} has a test accuracy of {cell_of(best, MEASURES['test_accuracy'])}",)
    losses = {} if sweep.primary == names.ACCURACY else validation_losses(sweep.trials, sweep.primary)

    def loss_of(row) -> str:
        return fixed(losses[row["variant"]], 3) if losses else cell_of(row, MEASURES["val_error"])

    lowest = PRIMARIES[sweep.primary if losses else names.ACCURACY].lowest
    clauses = [f"Best so far: {best['variant']} has the lowest {lowest}, {loss_of(best)}"]
    baseline = sweep.leaderboard[sweep.leaderboard["variant"] == BASELINE]
    if len(baseline) and best["variant"] != BASELINE:
        clauses.append(f"{BASELINE} has {loss_of(baseline.iloc[0])}")
    clauses[-1] += f" ({counted(int(best['seeds']), 'seed')})"
    by = PRIMARIES[sweep.primary].lowest
    later = "" if by == lowest else f"; the {by}, which is to choose, is known when the sweep ends"
    return (*clauses, f"whether a difference is real is not judged yet{later}")
