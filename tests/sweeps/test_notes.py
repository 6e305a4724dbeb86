"""Notes: what MLflow shows on top of a run fits into what MLflow keeps of it."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from regtrack import names
from regtrack.measures.primaries import DIFFERENCES
from regtrack.sweeps.notes import LONGEST, sweep_note
from regtrack.sweeps.summary import caption, rows_of
from regtrack.sweeps.winner import Winner
from regtrack.tracking.links import artifact_link, chart_link, compare_link

BASE = "http://127.0.0.1:5000"


def reported(variants: int, sentence: str = "no win is shown"):
    """What report_sweep hands on for so many variants with dropout, with sentences as long as real ones."""
    values = dict.fromkeys(names.LEADERBOARD_COLUMNS, 0.1234) | {
        "seeds": 5, "fitting_regime": names.UNDETERMINED, "leans_to": names.OVERFIT, "verdict": "not shown to differ",
        "test_accuracy_true_label": np.nan,
    } | dict.fromkeys(DIFFERENCES[1:], np.nan)  # fmt: skip  # one measure judges, and the others' columns are empty
    labels = [f"dropout={i / 1000}+max_norm=1" for i in range(variants)]
    board = pd.DataFrame([values | {"variant": label} for label in labels])
    return SimpleNamespace(
        answer=SimpleNamespace(sentence=sentence),
        rows=rows_of(board),
        caption=caption(360),
        what_mc_dropout_bought=tuple(f"{label}: 100 passes changed accuracy by {'+0.0012 ± 0.0034 ' * 18}" for label in labels),
        report_link=artifact_link(BASE, "1", "r" * 32, names.REPORT),
        chart_link=chart_link(BASE, "1", "r" * 32, seed=0),
        compare_link=compare_link(BASE, "1", ["a" * 32] * variants),
        winner=Winner("dropout=0.2", 3, "a" * 32, "m-" + "b" * 32),
    )  # fmt: skip


def rows(note: str) -> int:
    return note.count("| dropout=")


def test_a_short_note_is_whole():
    """Answer, table, caption, a line for each variant with dropout, three links."""
    found = reported(5)
    note = sweep_note(found)
    assert note.startswith("**no win is shown.**\n\n| variant | seeds | regime |")
    assert (rows(note), note.count("- dropout=")) == (5, 5)
    assert found.caption in note
    assert all(f"]({link})" in note for link in (found.report_link, found.chart_link, found.compare_link))
    assert "more in the report" not in note


def test_the_monte_carlo_lines_go_first():
    """Too long with them: the note says where they are, the table stays whole, and so do the links."""
    found = reported(18)
    assert sum(map(len, found.what_mc_dropout_bought)) > LONGEST / 2
    note = sweep_note(found)
    assert len(note) <= LONGEST
    assert (rows(note), note.count("- dropout=")) == (18, 0)
    assert "What Monte Carlo dropout bought: more in the report." in note
    assert f"]({found.compare_link})" in note


@pytest.mark.parametrize("variants", [30, 60, 400])
def test_a_table_too_long_is_cut_at_its_end_and_says_so(variants):
    """However many variants: whole rows, best first, the number left out, and the report's link."""
    found = reported(variants)
    note = sweep_note(found)
    assert len(note) <= LONGEST
    assert f"[Report]({found.report_link}) · [Charts of the variants, one seed]({found.chart_link})" in note
    left_out = variants - rows(note)
    assert rows(note) >= 25
    assert (f"]({found.compare_link})" in note) == (variants == 30)
    assert (f"{left_out} more variants in the dashboard and in sweep/leaderboard.parquet." in note) == (left_out > 0)
    assert note.count("|\n| dropout=0.0+max") == 1


def test_nothing_without_dropout_is_said_to_be_left_out():
    """No Monte Carlo line exists, so none is missing."""
    found = reported(400)
    found.what_mc_dropout_bought = ()
    assert "Monte Carlo" not in sweep_note(found)


def test_an_answer_longer_than_a_note_leaves_the_link():
    """Names may be of any length: the note still opens the report."""
    found = reported(2, sentence="x" * LONGEST)
    assert sweep_note(found) == f"[Report]({found.report_link})"


def test_the_store_keeps_a_longest_note_whole(store):
    """What MLflow keeps is what LONGEST says: one more character is cut off."""
    run_id = store.create_run(store.get_experiment_by_name("tests").experiment_id).info.run_id
    for length in (LONGEST, LONGEST + 1):
        store.set_tag(run_id, "mlflow.note.content", "x" * length)
        assert len(store.get_run(run_id).data.tags["mlflow.note.content"]) == LONGEST


def test_a_trials_note_says_what_is_known_of_its_variant(told):
    """Regime at both epochs, errors, advice, the report's link; every trial of a variant the same."""
    for variant in told.tiny.grid.variants:
        run_ids = told.record.trials.loc[told.record.trials["variant"] == variant.label, "run_id"]
        [note] = {told.client.get_run(run_id).data.tags["mlflow.note.content"] for run_id in run_ids}
        first = note.splitlines()[0]
        assert first.endswith("at the last epoch, undetermined at the selected one (2 seeds, 360 validation examples).")
        assert "- next: undetermined; " in note
        assert len(note) <= LONGEST


def test_the_note_says_how_to_use_the_winner():
    """The serving model's id and the command stand below the links, for one whose run has such a model."""
    found = reported(2)
    served = "mlflow models serve -m models:/m-" + "b" * 32 + " --env-manager local -p 5001"
    assert sweep_note(found).endswith(f"To use dropout=0.2 (seed 3), logged model `m-{'b' * 32}`: `{served}`")
    found.winner = Winner("dropout=0.2", 3, "a" * 32, "")
    assert "To use" not in sweep_note(found)
