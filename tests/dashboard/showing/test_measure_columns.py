"""The dashboard's columns are the declared measures, with their words, digits, help and order."""

import pandas as pd
import pytest
from showing import leaderboard_columns, methods_table
from showing.class_table import draw_class_table
from showing.glossary import MEANINGS, help_of
from showing.measure_column import number_column

from regtrack import names
from regtrack.measures.declared import MEASURES, measures_shown
from regtrack.measures.measure import Shown

LEADERBOARD, METHODS = measures_shown(Shown.LEADERBOARD), measures_shown(Shown.METHODS)


def config(column: dict) -> tuple[str, str, str]:
    return column["label"], column["type_config"]["format"], column["help"]


@pytest.mark.parametrize("measure", LEADERBOARD, ids=lambda m: m.name)
def test_each_of_the_leaderboard_is_a_column_with_its_digits_and_help(measure):
    """Words, format and help come from the row; what has an interval is text with its half width."""
    column = leaderboard_columns.column_config()[measure.name]
    assert column["label"] == measure.column
    assert column["help"].startswith(f"{measure.words}: {measure.meaning}")
    assert column["type_config"]["type"] == ("text" if measure.interval else "number")
    if not measure.interval:
        assert config(column)[1] == f"%{'+' if measure.unit == 'points' else ''}.{measure.digits}f"


@pytest.mark.parametrize("measure", METHODS, ids=lambda m: m.name)
def test_each_of_the_methods_is_a_column_with_a_digit_more(measure):
    """Methods are read side by side on the same networks; a count stays a whole number."""
    column = methods_table.column_config()[measure.name]
    digits = 0 if measure.name.startswith("high_confidence_errors") else measure.digits + 1
    assert config(column)[:2] == (measure.column, f"%.{digits}f")


def test_the_overview_orders_by_every_measure_with_a_direction():
    """As chosen unless another is wanted; the selected epoch is no rank, nor is how common a class is."""
    assert leaderboard_columns.SORTED_BY[:2] == (leaderboard_columns.AS_CHOSEN, "val_error")
    assert set(leaderboard_columns.SORTED_BY) == {m.name for m in LEADERBOARD} - {"best_epoch", "base_rate"} | {
        "chosen", "variant"
    }  # fmt: skip


def test_as_chosen_they_stay_as_they_were_judged():
    """Whatever measure chose them: the table has them in its order."""
    board = pd.DataFrame({"variant": ["b", "a"], "val_error": [0.2, 0.1]})
    assert leaderboard_columns.best_first(board, leaderboard_columns.AS_CHOSEN)["variant"].tolist() == ["b", "a"]


@pytest.mark.parametrize("measure", [m for m in LEADERBOARD if m.higher_is_better is not None], ids=lambda m: m.name)
def test_the_best_stand_first(measure):
    """By the direction of the row; what is missing stands last."""
    board = pd.DataFrame({"variant": ["a", "b", "c"], measure.name: [1.0, float("nan"), 2.0]})
    expected = ["c", "a", "b"] if measure.higher_is_better else ["a", "c", "b"]
    assert leaderboard_columns.best_first(board, measure.name)["variant"].tolist() == expected
    assert leaderboard_columns.best_first(board, "variant")["variant"].tolist() == ["a", "b", "c"]


def test_only_points_are_scaled_and_so_are_their_halves(board):
    """A share of 0.25 is shown as such, a difference of 0.25 as 25 points with half its interval in points."""
    table = leaderboard_columns.shown_table(board.assign(difference_low=0.20, difference_high=0.30), ["link"])
    assert table[["val_error", "train_error", "difference"]].iloc[0].tolist() == ["0.250 ± 0", 0.25, "+25 ± 5"]


def test_balanced_accuracy_is_shown_first_only_where_classes_are_unequal(board):
    """Right of the plain one."""
    assert "balanced_accuracy" not in leaderboard_columns.shown_first(board)
    first = leaderboard_columns.shown_first(board.assign(balanced_accuracy=0.2))
    assert first[first.index("test_accuracy") + 1] == "balanced_accuracy"


def test_what_only_two_classes_have_is_shown_where_there_are_two(board):
    """Of ten classes no empty column; the area under the curve right of the accuracy."""
    assert "auroc" not in leaderboard_columns.shown_first(board)
    first = leaderboard_columns.shown_first(board.assign(auroc=0.9))
    assert first[first.index("test_accuracy") + 1] == "auroc"


def test_the_overview_starts_with_the_columns_of_the_measures_that_say_so(board):
    """Regime, verdict and these, in the columns' order."""
    assert leaderboard_columns.shown_first(board) == (
        "regime", "difference", "verdict", "val_error", "test_accuracy", "generalization_gap", "negative_log_likelihood", "expected_calibration_error", "aurc",
        "high_confidence_errors", "fit_seconds",
    )  # fmt: skip


@pytest.mark.parametrize("measure", MEASURES.values(), ids=lambda m: m.name)
def test_each_can_be_a_column_with_help(measure):
    """The glossary knows every measure by its words."""
    assert MEANINGS[measure.words] == measure.meaning
    assert number_column(measure)["help"] == help_of(measure.words)


def test_each_class_has_the_measures_of_a_class():
    """Values and half widths by class, the rarest first, with the words of the rows."""
    table = pd.DataFrame([dict.fromkeys(names.PER_CLASS_COLUMNS, 0.5) | {"class": name, "count": count, "method": "mc_dropout",
                           "recall_low": 0.4, "recall_high": 0.7} for name, count in (("common", 90), ("rare", 10))])  # fmt: skip
    shown, columns = draw_class_table(table)
    assert shown["class"].tolist() == ["rare", "common"]
    assert shown["prediction"].tolist() == ["Monte Carlo dropout"] * 2
    assert shown["± recall"].tolist() == pytest.approx([0.15, 0.15])
    measures = measures_shown(Shown.CLASSES)
    assert [config(columns[m.name]) for m in measures] == [(m.column, "%.3f", help_of(m.words)) for m in measures]
