"""Summary: the figures that terminal and note show are those of the leaderboard, rounded, missing as missing."""

import io

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

from regtrack import names
from regtrack.measures.declared import MEASURES
from regtrack.sweeps.last_screen import variants_table
from regtrack.sweeps.summary import (
    caption,
    judged_cell_of,
    markdown_table,
    regime_of,
    rows_of,
    uncertainty_table,
)


@pytest.fixture
def board() -> pd.DataFrame:
    values = dict.fromkeys(names.LEADERBOARD_COLUMNS, np.nan) | {
        "variant": "l2=0.001", "seeds": 5, "train_error": 0.1, "val_error": 0.25, "val_error_low": 0.2,
        "val_error_high": 0.3, "generalization_gap": 0.05, "generalization_gap_low": 0.01,
        "generalization_gap_high": 0.09, "test_accuracy": 0.74, "test_accuracy_low": 0.7, "test_accuracy_high": 0.78,
        "negative_log_likelihood": 0.61239, "fitting_regime": names.OVERFIT, "verdict": "better", "difference": 0.0123,
        "difference_low": 0.0023, "difference_high": 0.0223,
    }  # fmt: skip
    return pd.DataFrame([values, values | {"variant": "dropout=0.2", "test_mc_accuracy": 0.755}])


def shown(table) -> str:
    text = io.StringIO()
    Console(file=text, width=200).print(table)
    return text.getvalue()


def test_a_row_shows_the_leaderboards_own_figures(board):
    """Point and half width of the interval, from the same columns, rounded to what the interval supports."""
    assert rows_of(board)[0] == {
        "variant": "l2=0.001",
        "seeds": "5",
        "regime": "overfit",
        "validation error": "0.25 ± 0.05",
        "test accuracy": "0.74 ± 0.04",
        "from baseline": "+1.2 ± 1.0 better",
        "train error": "0.100",
        "generalization gap": "0.05 ± 0.04",
        "NLL": "0.612",
        "accuracy with MC dropout": "–",
    }


@pytest.mark.parametrize(("primary", "validation", "test"), [
    (names.AURC, "validation AURC", "test AURC"), (names.BRIER_SCORE, "validation Brier score", "test Brier score"),
    (names.DEBIASED_CALIBRATION_ERROR, "validation debiased calibration error", "test debiased calibration error"),
    (names.NEGATIVE_LOG_LIKELIHOOD, "validation NLL", "test NLL"),
])  # fmt: skip
def test_whatever_is_judged_has_its_columns(board, primary, validation, test):
    """On validation, which chose, and on test, once; of a variant of which too little is known a dash."""
    levels = pd.DataFrame(
        {"validation": [0.021], "test": [0.0312], "test_low": [0.0262], "test_high": [0.0362]}, index=["l2=0.001"]
    )
    known, unknown = rows_of(board, primary, levels)
    assert known[validation] == f"{0.021:.{MEASURES[primary].digits}f}"
    assert (known[test], unknown[validation], unknown[test]) == ("0.031 ± 0.005", "–", "–")
    assert MEASURES[primary].heading not in known
    assert known[test] in shown(variants_table([known], 80))


@pytest.mark.parametrize(
    ("regime", "leans_to", "text"),
    [(names.UNDETERMINED, names.OVERFIT, "undetermined (overfit?)"), (names.UNDETERMINED, None, "undetermined"),
     (names.UNDERFIT, names.UNDERFIT, "underfit"), (np.nan, np.nan, "–")],
)  # fmt: skip
def test_an_undetermined_regime_says_what_it_leans_to(board, regime, leans_to, text):
    """Only an undetermined one; where no regime was judged there is a dash."""
    row = board.iloc[0].to_dict() | {"fitting_regime": regime, "leans_to": leans_to}
    assert regime_of(pd.Series(row)) == text


@pytest.mark.parametrize(
    ("difference", "verdict", "text"),
    [(-0.02, "worse", "−2.0 ± 1.0 worse"), (0.001, "practically equal", "+0.1 ± 1.0 equal"),
     (0.001, "not shown to differ", "+0.1 ± 1.0"), (np.nan, np.nan, "–")],
)  # fmt: skip
def test_a_difference_from_the_baseline_is_in_points_with_its_verdict(board, difference, verdict, text):
    """Only a verdict that something is shown stands beside it; the baseline itself has a dash."""
    row = board.iloc[0].to_dict() | {"difference": difference, "verdict": verdict}
    row |= {"difference_low": difference - 0.01, "difference_high": difference + 0.01}
    assert judged_cell_of(pd.Series(row), MEASURES["difference"]) == text


def test_a_name_with_marks_of_its_own_stays_text(board):
    """Neither the terminal's styles nor markdown, HTML or a table's columns can come from a variant's name."""
    name = "python:m:[red]<img src=x>|`*_"
    hostile = board.assign(variant=name)
    assert name in shown(variants_table(rows_of(hostile), 200))
    assert (
        markdown_table(rows_of(hostile)).splitlines()[2].startswith(r"| python:m:\[red\]\<img src=x\>\|\`\*\_ | 5 | ")
    )


def test_true_labels_have_a_column_only_where_labels_were_changed(board):
    """Without label noise there is nothing to tell apart."""
    assert "test accuracy, true labels" not in rows_of(board)[0]
    noisy = board.assign(test_accuracy_true_label=0.9)
    assert rows_of(noisy)[0]["test accuracy, true labels"] == "0.900"


def test_terminal_and_note_show_every_variant_in_the_boards_order(board):
    """One line a variant, in both."""
    markdown = markdown_table(rows_of(board)).splitlines()
    assert len(markdown) == 4
    assert markdown[2].startswith("| l2=0.001 | 5 | overfit | 0.25 ± 0.05 | 0.74 ± 0.04 |")
    text = shown(variants_table(rows_of(board), 200))
    assert text.index("l2=0.001") < text.index("dropout=0.2")
    assert "0.755" in text


def test_an_empty_board_is_shown_without_an_exception(board):
    """No trial finished: words in the note, an empty table at the terminal."""
    assert markdown_table(rows_of(board.iloc[:0])) == "No trial finished."
    assert "variant" in shown(variants_table(rows_of(board.iloc[:0]), 200))


def test_the_caption_says_what_the_figures_are():
    """Which epoch, which interval, how many test examples."""
    text = caption(1234)
    assert "selected epoch" in text
    assert "95 % interval" in text
    assert "1,234 test examples" in text
    over = caption(1234, over="7 splits")
    assert over.startswith(
        "Means over 7 splits, regimes of the first; ± is half a 95 % interval for new data; differences"
    )
    assert "this split" not in over


def test_uncertainty_shows_both_ways_of_predicting_measure_by_measure():
    """Only measures that are there; missing on one side is an en dash."""
    text = shown(uncertainty_table({"test/accuracy": 0.9, "test_mc/accuracy": 0.91, "test/aurc": 0.1}, 100))
    assert "100 passes" in text
    assert "0.9000" in text
    assert "0.9100" in text
    assert "–" in text
    assert "brier" not in text.lower()


def test_balanced_accuracy_has_a_column_where_classes_are_unequal(board):
    """Beside the plain one, in every row; not there for equal classes."""
    unequal, equal = (rows_of(board.assign(balanced_accuracy=value)) for value in (0.6, 0.741))
    assert [row["balanced accuracy"] for row in unequal] == ["0.600", "0.600"]
    assert not any("balanced accuracy" in row for row in equal)
