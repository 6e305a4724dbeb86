"""Judgements: what a sweep's run and each of its trials hold once the sweep was judged."""

import json
import re
from dataclasses import asdict
from operator import attrgetter

import pandas as pd
import pytest

from regtrack import names
from regtrack.charts.theme import variant_hues
from regtrack.diagnosis.answer import Answer
from regtrack.tracking.artifacts import read_table
from regtrack.tracking.judgements import COLOR, NOTE
from regtrack.variants import Grid

TABLES = {
    names.LEADERBOARD: ("leaderboard", names.LEADERBOARD_COLUMNS),
    names.COMPARISON: ("comparison", names.COMPARISON_COLUMNS),
    names.SECONDARY: ("secondary", names.COMPARISON_COLUMNS),
    names.CLASS_DIFFERENCES: ("class_differences", names.CLASS_DIFFERENCES_COLUMNS),
    names.RESPONSE: ("response", names.RESPONSE_COLUMNS),
    names.CLAIMS: ("claims", names.CLAIMS_COLUMNS),
    names.HIGH_CONFIDENCE_ERRORS: ("triage.errors", names.HIGH_CONFIDENCE_ERRORS_COLUMNS),
    names.LABEL_SUSPICION: ("triage.suspicion", names.LABEL_SUSPICION_COLUMNS),
    names.TECHNIQUES: ("by_technique.chosen", names.TECHNIQUES_COLUMNS),
    names.EXPECTED_BEST: ("by_technique.expected_best", names.EXPECTED_BEST_COLUMNS),
    names.PARETO: ("by_technique.pareto", names.PARETO_COLUMNS),
    names.PROMISED_ERRORS: ("triage.promised", names.PROMISED_ERRORS_COLUMNS),
}


def table(told, run_id: str, artifact: str) -> pd.DataFrame:
    return read_table(told.path(run_id, artifact), artifact).to_pandas()


def plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Missing is one thing, and a list of text is text: what parquet keeps."""
    lists = {name: frame[name].map(lambda v: ", ".join(v)) for name in frame if name == "run_ids"}
    return frame.assign(**lists).astype(object).where(frame.notna(), None).reset_index(drop=True)


@pytest.mark.parametrize("artifact", TABLES)
def test_every_table_stands_on_the_sweep_with_its_schema_and_columns(told, artifact):
    """Read back, it is the judgement's own; read_table checks the schema."""
    attribute, columns = TABLES[artifact]
    found = table(told, told.sweep.run_id, artifact)
    assert tuple(found.columns) == columns
    expected = attrgetter(attribute)(told.judgement)
    assert len(found) == len(expected)
    pd.testing.assert_frame_equal(plain(found), plain(expected), check_dtype=False)


def test_tables_that_tiny_must_fill_are_not_empty(told):
    """Two variants have two families of comparisons on two splits; every held-out example has its suspicion."""
    comparison = table(told, told.sweep.run_id, names.COMPARISON)
    assert comparison.groupby(["family", "split"]).size().to_dict() == {
        ("all", "test"): 1, ("all", "val"): 1, ("baseline", "test"): 1, ("baseline", "val"): 1
    }  # fmt: skip
    assert len(table(told, told.sweep.run_id, names.LABEL_SUSPICION)) == 720
    assert len(table(told, told.sweep.run_id, names.CLAIMS)) > 10


def test_methods_stand_on_the_sweep_for_the_variant_with_dropout_alone(told, tiny):
    """Its columns, a row of each method and measure; the baseline has no method to compare."""
    methods = table(told, told.sweep.run_id, names.METHODS)
    assert tuple(methods.columns) == names.METHODS_COLUMNS
    assert set(methods["variant"]) == {tiny.grid.variants[1].label}
    assert set(methods["method"]) == {"deterministic", "mc_dropout", "ensemble"}
    verdicts = table(told, told.sweep.run_id, names.METHOD_VERDICTS)
    assert tuple(verdicts.columns) == names.METHOD_VERDICTS_COLUMNS
    assert set(verdicts["variant"]) == set(methods["variant"])
    assert set(verdicts["other"]) == {"deterministic", "best_single", "mc_dropout"}


def test_the_sweep_holds_the_page_and_a_grid_that_can_be_run_next(told):
    """The report is HTML, the next grid a grid file."""
    page = told.path(told.sweep.run_id, names.REPORT).read_text(encoding="utf-8")
    assert page.lstrip().startswith("<!doctype html>")
    grid = Grid.from_yaml(told.path(told.sweep.run_id, names.NEXT_GRID))
    assert len(grid.seeds) >= 5
    assert told.path(told.sweep.run_id, names.NEXT_GRID).read_text() == told.judgement.next_grid.text


def test_the_sweep_holds_its_answer_as_values(told):
    """Schema and value: what is read back is the judgement's answer, and gives the printed sentence."""
    content = strict(told.path(told.sweep.run_id, names.ANSWER).read_text(encoding="utf-8"))
    assert content["schema"] == names.SCHEMAS[names.ANSWER]
    back = Answer.from_dict(content)
    assert back == told.judgement.answer
    assert back.sentence == told.sweep.reported.answer.sentence


def strict(text: str):
    """JSON as its standard says: no NaN, no infinity."""

    def refuse(constant):
        raise AssertionError(f"{constant} is not JSON")

    return json.loads(text, parse_constant=refuse)


def test_each_trial_holds_its_variants_regime_as_json(told):
    """Schema, both verdicts with their evidence, advice; null where nothing is known."""
    for trial in told.record.trials.itertuples():
        content = strict(told.path(trial.run_id, names.REGIME).read_text(encoding="utf-8"))
        advice = told.judgement.advice[trial.variant]
        assert content == {
            "schema": names.SCHEMAS[names.REGIME],
            "last": json.loads(json.dumps(told.judgement.regimes[trial.variant].to_dict())),
            "selected": json.loads(json.dumps(told.judgement.selected_regimes[trial.variant].to_dict())),
            "advice": json.loads(json.dumps(asdict(advice))),
        }
        assert content["last"]["variant"] == trial.variant


def test_each_trial_wears_regime_note_and_colour(told):
    """Two seeds are too few, so undetermined; the note says so and links the report; a colour a variant."""
    board = told.judgement.leaderboard
    hues = variant_hues(board["variant"], board["technique"])
    for trial in told.record.trials.itertuples():
        tags = told.client.get_run(trial.run_id).data.tags
        assert tags[names.FITTING_REGIME] == tags[names.FITTING_REGIME_SELECTED] == names.UNDETERMINED
        assert "undetermined" in tags[NOTE]
        assert tags[NOTE].endswith(f"[The sweep's report]({told.sweep.reported.report_link})")
        assert re.fullmatch("#[0-9A-Fa-f]{6}", tags[COLOR])
        assert tags[COLOR] == hues[trial.variant]
    assert len(set(hues.values())) == 2


def test_each_trial_holds_its_own_errors_and_together_they_are_all(told):
    """A slice a trial, also where it is empty; put together again it is the sweep's table."""
    parts = []
    for trial in told.record.trials.itertuples():
        own = table(told, trial.run_id, names.HIGH_CONFIDENCE_ERRORS)
        assert tuple(own.columns) == names.HIGH_CONFIDENCE_ERRORS_COLUMNS
        assert (own["variant"] == trial.variant).all()
        assert (own["seed"] == trial.seed).all()
        parts.append(own)
    keys = ["variant", "seed", "split", "example_id"]
    whole = table(told, told.sweep.run_id, names.HIGH_CONFIDENCE_ERRORS).sort_values(keys)
    together = pd.concat(parts).sort_values(keys)
    pd.testing.assert_frame_equal(plain(together), plain(whole), check_dtype=False)


def test_the_sweeps_note_is_the_answer_with_links(told):
    """What the MLflow UI shows first on the run."""
    note = told.client.get_run(told.sweep.run_id).data.tags[NOTE]
    assert note.startswith("**")
    for link in ("report_link", "chart_link", "compare_link"):
        assert f"]({getattr(told.sweep.reported, link)})" in note
