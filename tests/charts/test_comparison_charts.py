"""Differences, agreement and high-confidence errors: charts that put variants beside each other."""

import numpy as np
import pandas as pd
import pytest

from regtrack.charts.agreement import agreement_chart, both_ways
from regtrack.charts.confident_errors import confident_errors_chart
from regtrack.charts.confusion import confusion_chart
from regtrack.charts.differences import differences_chart
from regtrack.charts.theme import NOT_JUDGED

COMPARISON = pd.DataFrame(
    [("l1=0.01", "baseline", -0.012, -0.02, -0.004, "worse"), ("l2=0.01", "baseline", 0.02, np.nan, np.nan, "better"),
     ("none", "baseline", np.nan, np.nan, np.nan, None)],
    columns=["variant", "other", "difference", "low", "high", "verdict"],
)  # fmt: skip
PAIRS = pd.DataFrame([("a", "b", 10.0, 30.0), ("b", "c", 50.0, 5.0)], columns=["variant", "other", "fixed", "broken"])


def drawn(spec: dict, column: str) -> list[dict]:
    """The rows in the specification that have this column."""
    [found] = [rows for rows in spec["datasets"].values() if rows and column in rows[0]]
    return found


def test_the_largest_gain_is_on_top_and_what_was_not_compared_is_left_out():
    """Sorted by effect, gains to the right; a variant without a difference has no row."""
    spec = differences_chart(COMPARISON, title="q", margin=0.01).to_dict()
    assert [row["variant"] for row in drawn(spec, "variant")] == ["l2=0.01", "l1=0.01"]
    [points] = [layer for layer in spec["layer"] if layer["mark"]["type"] == "point"]
    assert points["encoding"]["y"]["sort"] == ["l2=0.01", "l1=0.01"]
    assert points["encoding"]["x"]["title"] == "accuracy minus that of baseline (points of %; right is better)"


def test_a_difference_is_worded_in_points_with_its_limits():
    """-0.012 of accuracy is 1.2 points less; without limits none are claimed."""
    rows = drawn(differences_chart(COMPARISON, title="q").to_dict(), "variant")
    assert [row["effect"] for row in rows] == ["+2.00 points", "−1.2 ± 0.8 points"]


def test_a_difference_without_a_verdict_is_drawn():
    """Before a sweep is judged: a word of its own, which the scale of colours and shapes knows."""
    spec = differences_chart(COMPARISON.assign(verdict=None), title="q").to_dict()
    assert {row["verdict"] for row in drawn(spec, "variant")} == {NOT_JUDGED}
    scales = [layer["encoding"]["color"]["scale"]["domain"] for layer in spec["layer"] if "color" in layer["encoding"]]
    assert scales
    assert all(NOT_JUDGED in scale for scale in scales)


def test_the_margin_reaches_as_far_to_both_sides():
    """The band of practical equality is the margin either side of zero."""
    spec = differences_chart(COMPARISON, title="q", margin=0.01).to_dict()
    assert drawn(spec, "from") == [{"from": -0.01, "to": 0.01}]


def test_with_several_others_a_row_names_both():
    """Two comparisons of one variant are two rows."""
    table = COMPARISON.assign(variant="l2=0.01", other=["baseline", "l1=0.01", "baseline"])
    rows = drawn(differences_chart(table, title="q").to_dict(), "variant")
    assert [row["row"] for row in rows] == ["l2=0.01 − l1=0.01", "l2=0.01 − baseline"]


def test_a_pair_is_read_in_both_directions():
    """What a fixes over b is what b breaks against a."""
    cells = both_ways(PAIRS).set_index(["variant", "other"])
    assert cells.loc[("a", "b"), ["fixed", "broken", "net"]].tolist() == [10, 30, -20]
    assert cells.loc[("b", "a"), ["fixed", "broken", "net"]].tolist() == [30, 10, 20]
    assert len(cells) == 4


def test_the_variant_ahead_of_most_others_is_on_top():
    """b is 20 ahead of a and 45 ahead of c; c is behind by more than a."""
    spec = agreement_chart(PAIRS, title="q").to_dict()
    assert spec["layer"][0]["encoding"]["y"]["sort"] == ["b", "a", "c"]
    assert spec["layer"][0]["encoding"]["x"]["sort"] == ["b", "a", "c"]


def test_the_diagonal_is_what_two_seeds_of_one_variant_disagree_on():
    """Given, it is drawn and explained; missing (one seed), it is not drawn."""
    own = pd.DataFrame([("a", "a", 7.0, 7.0), ("b", "b", np.nan, np.nan)], columns=PAIRS.columns)
    spec = agreement_chart(pd.concat([PAIRS, own]), title="q").to_dict()
    assert [row["fixed"] for row in drawn(spec, "net") if row["variant"] == row["other"]] == [7.0]
    assert "two seeds of one variant" in spec["title"]["subtitle"]
    assert "two seeds of one variant" not in str(agreement_chart(PAIRS, title="q").to_dict()["title"])


def test_the_fewest_confident_errors_are_on_top():
    """Sorted by the worst method; the axis names the threshold from which an error counts."""
    columns = ["variant", "method", "value", "low", "high"]
    table = pd.DataFrame([("a", "deterministic", 40.0, 30.0, 50.0), ("a", "mc_dropout", 20.0, 10.0, 30.0),
                          ("b", "deterministic", 30.0, 20.0, 40.0)], columns=columns)  # fmt: skip
    spec = confident_errors_chart(table, title="q", threshold=0.9).to_dict()
    [points] = [layer for layer in spec["layer"] if layer["mark"]["type"] == "point"]
    assert points["encoding"]["y"]["sort"] == ["b", "a"]
    assert points["encoding"]["x"]["title"] == "high-confidence errors (test examples, confidence ≥ 0.9)"
    assert pd.DataFrame(drawn(spec, "method"))[columns].equals(table)


def test_a_count_of_examples_does_not_begin_below_none():
    """A symmetric interval of 1 ± 3 examples is drawn from 0."""
    table = pd.DataFrame(
        [("a", "deterministic", 1.0, -2.0, 4.0)], columns=["variant", "method", "value", "low", "high"]
    )
    drawn = confident_errors_chart(table, title="?").to_dict()["datasets"]
    assert [row["low"] for rows in drawn.values() for row in rows] == [0.0]


@pytest.mark.parametrize(("classes", "smallest", "largest"), [(2, 180, 240), (10, 340, 1200)])
def test_a_matrix_of_few_classes_is_no_stamp(classes, smallest, largest):
    """Two classes fill a third of a page and more, ten as much as they did."""
    pairs = [(f"c{i}", f"c{j}", 3) for i in range(classes) for j in range(classes) if i != j]
    spec = confusion_chart(pd.DataFrame(pairs, columns=["given", "predicted", "count"]), title="?").to_dict()
    assert smallest <= classes * spec["width"]["step"] <= largest
    assert spec["height"]["step"] >= 24
