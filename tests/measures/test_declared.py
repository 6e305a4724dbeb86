"""Every declared measure: said in full, computed, written to the store, shown where its row says, and documented."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from regtrack import names
from regtrack.charts.convergence import convergence_chart
from regtrack.charts.response import response_chart
from regtrack.diagnosis.leaderboard import ONLY_SOME
from regtrack.measures.declared import MEASURES, measures_computed, measures_shown
from regtrack.measures.measure import Measure, Shown
from regtrack.report.leaderboard_tables import accuracy_table, trust_table
from regtrack.sweeps.summary import rows_of, uncertainty_table
from regtrack.tracking.predictions import read_artifact
from regtrack.uncertainty.headline import compute, measure_inputs

DOCS = Path(__file__).parents[2] / "docs"
UNITS = {"share", "share of examples", "points", "nats", "test examples", "s", ""}
"""The last is of numbers without a unit: Brier score, AURC, AUROC, an epoch, a norm."""
DIRECTED = [measure for measure in measures_computed() if measure.higher_is_better is not None]
ALL = pytest.mark.parametrize("measure", MEASURES.values(), ids=list(MEASURES))


def of(place: Shown):
    shown = measures_shown(place)
    return pytest.mark.parametrize("measure", shown, ids=[measure.name for measure in shown])


def everything() -> pd.DataFrame:
    """A leaderboard of two variants in which nothing is missing, classes unequal."""
    values = dict.fromkeys(names.LEADERBOARD_COLUMNS, 0.25) | {"test_accuracy": 0.9, "seeds": 5, "technique": "l2"}
    words = {"fitting_regime": names.OVERFIT, "leans_to": None, "fitting_regime_selected": names.WELL_FIT,
             "verdict": "better", "not_shown_worse_than_best": True}  # fmt: skip
    return pd.DataFrame([values | words | {"variant": variant} for variant in ("l2=0.1", "dropout=0.2")])


@pytest.fixture
def board() -> pd.DataFrame:
    return everything()


@ALL
def test_each_is_said_in_full(measure):
    """Words, a known unit, digits, a direction and a help that does not repeat it."""
    assert measure.words
    assert measure.heading
    assert measure.unit in UNITS
    assert 0 <= measure.digits <= 4
    assert measure.higher_is_better in (True, False, None)
    assert measure.help
    assert "is better" not in measure.help
    assert not measure.help.endswith(".")


def test_words_and_headings_tell_them_apart_wherever_they_stand_together():
    """No two have the same words, and no two of one place the same heading."""
    words = [measure.words for measure in MEASURES.values()]
    assert len(set(words)) == len(words)
    for place in Shown:
        headings = [measure.heading for measure in measures_shown(place)]
        assert len(headings) > 0
        assert len(set(headings)) == len(headings), place


@ALL
def test_only_what_a_choice_or_an_epoch_sets_has_no_direction(measure):
    """What is neither better high nor low cannot be ranked by: the selected epoch, the penalty, weights, references, how
    common a class is."""
    undirected = {"best_epoch", "penalty", "near_zero_share", "l2_norm", "max_incoming_norm", "reference",
                  "reference_q95", "base_rate"}  # fmt: skip
    assert (measure.higher_is_better is None) == (measure.name in undirected)


def predictions(n_right: int, right: float, wrong: float) -> np.ndarray:
    """(10, 2) probabilities of examples whose label is 0 and 1 in turn: the first are right with that confidence."""
    confidence = np.array([right] * n_right + [1 - wrong] * (10 - n_right))
    of_label = np.stack([confidence, 1 - confidence], axis=1)
    return np.where(np.arange(10)[:, None] % 2 == 0, of_label, of_label[:, ::-1])


@pytest.mark.parametrize("measure", DIRECTED, ids=[m.name for m in DIRECTED])
def test_the_direction_is_that_of_the_function(measure):
    """Eight right and sure beside two wrong and unsure is better than four right and unsure beside six wrong and sure."""
    labels = np.arange(10) % 2
    good, bad = predictions(8, 0.85, 0.55), predictions(4, 0.55, 0.95)
    of_good, of_bad = (compute(measure, measure_inputs(p, labels, n_bins=15, threshold=0.9)) for p in (good, bad))
    assert of_good != of_bad
    assert (of_good > of_bad) == measure.higher_is_better


@pytest.mark.parametrize("measure", measures_computed(), ids=[m.name for m in measures_computed()])
def test_each_that_is_computed_is_written_by_a_real_evaluation(told, measure):
    """Of every trial of a sweep under test/, and under test_mc/ where there is dropout; undefined without an error, and on
    ten classes what only two have."""
    for _, trial in told.record.trials.iterrows():
        prefixes = [names.TEST] + ([names.TEST_MC] if "dropout" in trial["variant"] else [])
        for prefix in prefixes:
            assert np.isfinite(trial.get(f"{prefix}/{measure.name}", np.nan)) != measure.two_classes


@ALL
def test_each_that_is_a_mean_of_a_metric_finds_it_in_a_real_store(told, measure):
    """`of` names a metric that trials log, here of ten classes."""
    if measure.of and not measure.two_classes:
        assert told.record.trials[measure.of].notna().any()


@of(Shown.LEADERBOARD)
def test_each_of_the_leaderboard_is_in_the_stored_one(told, measure):
    """With its limits; known for some variant, or for none on ten classes that are judged by accuracy."""
    path = told.path(told.sweep.sweep_id, names.LEADERBOARD)
    table = pq.read_table(path).to_pandas()
    assert set(measure.columns) <= set(table.columns)
    assert table[measure.name].notna().any() != (measure.name in ONLY_SOME)


@of(Shown.METHODS)
def test_each_of_the_methods_is_in_the_stored_ones(told, measure):
    """A row of every method."""
    table = read_artifact(told.client, told.sweep.sweep_id, names.METHODS).to_pandas()
    methods = ["method", "temperature", "passes"]
    assert len(table[table["measure"] == measure.name]) == len(table.drop_duplicates(methods)) > 1


@of(Shown.RESPONSE)
def test_each_of_the_response_is_measured_and_drawn_with_its_axis(told, measure):
    """In the measures that response curves are made of; the axis is titled with heading and unit."""
    assert measure.name in set(told.judgement.measures["measure"])
    row = ("l2", "baseline", 0.1, "l2=0.1", names.OVERFIT, 3, measure.name, 0.5, 0.4, 0.6)
    table = pd.DataFrame([row], columns=list(names.RESPONSE_COLUMNS))
    assert f'"title": "{measure.axis}"' in response_chart(table, title="q", measure=measure.name).to_json()


@of(Shown.CONVERGENCE)
def test_each_of_the_convergence_has_its_panel(measure):
    """Titled with heading and unit."""
    table = pd.DataFrame([(10, 1, measure.name, 0.5, 0.1, 1.0)], columns=list(names.CONVERGENCE_COLUMNS))
    assert f'"title": "{measure.axis}"' in convergence_chart(table, title="q").to_json()


@of(Shown.ACCURACY_TABLE)
def test_each_of_the_reports_first_table_has_its_column(board, measure):
    """Heading and unit; balanced accuracy among them."""
    assert_column(accuracy_table(board), measure)


@of(Shown.CONFIDENCE_TABLE)
def test_each_of_the_reports_second_table_has_its_column(board, measure):
    """Heading and unit."""
    assert_column(trust_table(board, {}), measure)


def assert_column(table, measure: Measure) -> None:
    [column] = [column for column in table.columns if column.heading == measure.heading]
    assert column.unit.removesuffix(" ± 95 %") == measure.unit
    place = table.columns.index(column)
    assert all(not row[place].empty for row in table.rows)


def test_the_report_shows_balanced_accuracy(board):
    """Whatever the classes: the report is the full table."""
    table = accuracy_table(board.assign(balanced_accuracy=0.8512))
    place = [column.heading for column in table.columns].index("balanced accuracy")
    assert [row[place].text for row in table.rows] == ["0.851", "0.851"]


@of(Shown.TERMINAL)
def test_each_of_the_terminal_has_its_column(board, measure):
    """Under its heading, with its digits."""
    cell = rows_of(board)[0][measure.heading]
    value = measure.scale * board[measure.name].iloc[0]
    assert f"{value:.{measure.digits}f}" in cell


def test_the_evaluation_of_a_model_says_every_measure_in_words():
    """One pass beside Monte Carlo dropout: a row for each measure that is logged."""
    table = uncertainty_table({f"{names.TEST}/{name}": 0.5 for name in names.MEASURES}, 10)
    assert list(table.columns[0].cells) == [measure.words for measure in measures_computed()]


@ALL
def test_each_stands_in_the_glossary(measure):
    """Word for word: words, heading, name and meaning."""
    short = f" ({measure.heading})" if measure.heading != measure.words else ""
    row = f"| **{measure.words}**{short}, `{measure.name}` | {measure.meaning} |"
    assert row in (DOCS / "glossary.md").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("measure", [m for m in MEASURES.values() if m.shown != Shown.CURVES], ids=lambda m: m.name)
def test_each_stands_with_its_name_among_the_artifacts(measure):
    """All but the learning curves' own, which are read from metrics of other names."""
    assert f"`{measure.name}`" in (DOCS / "artifacts.md").read_text(encoding="utf-8")
