"""Learning curves, and the means behind them."""

import pandas as pd
import pytest

from regtrack.charts import curve_means
from regtrack.charts.learning_curves import learning_curves_chart

TABLE = pd.DataFrame(
    [("a", seed, epoch, 2.0, selected, 0.9, 0.3, 0.1, accuracy, cross_entropy)
     for seed, selected, curve in ((1, 1, ((0.8, 0.6), (0.9, 0.4), (0.7, 9.9))), (2, 2, ((0.6, 0.8), (0.7, 0.6))))
     for epoch, (accuracy, cross_entropy) in enumerate(curve, start=1)],
    columns=list(curve_means.COLUMNS),
)  # fmt: skip
"""Seed 2 stopped after epoch 2; seed 1 went on to a third."""


def test_a_mean_is_over_all_seeds_or_not_drawn():
    """Validation error 0.2 and 0.4, then 0.1 and 0.3; epoch 3 was reached by one seed of two and is left out."""
    means = curve_means.mean_curves(TABLE, ("error",))
    validation = means[means["split"] == "validation"]
    assert validation["epoch"].tolist() == [1, 2]
    assert validation["mean"].tolist() == pytest.approx([0.3, 0.2])
    assert validation["low"].tolist() == pytest.approx([0.2, 0.1])
    assert validation["high"].tolist() == pytest.approx([0.4, 0.3])
    assert validation["seeds"].tolist() == [2, 2]


def test_seconds_are_those_since_the_start():
    """Two seconds an epoch: the second ends at four."""
    means = curve_means.mean_curves(TABLE, ("cross_entropy",))
    assert means[means["split"] == "train"]["seconds"].tolist() == [2.0, 4.0]


def test_the_selected_epoch_stands_on_the_mean_curve():
    """Selected at 1 and 2: epoch 1.5, half-way between the mean cross-entropies 0.7 and 0.5."""
    means = curve_means.mean_curves(TABLE, ("cross_entropy",))
    [point] = curve_means.selected_points(TABLE, means).to_dict("records")
    assert point == pytest.approx(
        {"variant": "a", "measure": "cross_entropy", "epoch": 1.5, "seconds": 3.0, "mean": 0.6}
    )


def test_a_selected_epoch_that_not_all_seeds_reached_has_no_point():
    """Its mean of 2.5 lies beyond the curve's end at 2: nothing is guessed."""
    table = TABLE.assign(selected_epoch=TABLE["seed"].map({1: 3, 2: 2}))
    assert curve_means.selected_points(table, curve_means.mean_curves(table, ("error",))).empty


def test_a_penalty_has_no_validation_curve():
    """The penalty belongs to the weights; it is drawn once, in its own panel."""
    means = curve_means.mean_curves(TABLE, ("penalty",))
    assert set(means["split"]) == {"train"}
    panels = learning_curves_chart(TABLE, title="q", measures=("error", "penalty")).to_dict()["hconcat"]
    assert [panel["layer"][-1]["encoding"]["y"]["title"] for panel in panels] == [
        "error (share of examples)", "penalty, train only (nats)",
    ]  # fmt: skip


def test_zero_has_no_place_on_a_logarithmic_axis():
    """A train error of 0 is missing there rather than at the axis' end."""
    spec = learning_curves_chart(
        TABLE.assign(**{"train/accuracy": 1.0}), title="q", measures=("error",), log_y=True
    ).to_dict()
    [drawn] = [rows for rows in spec["datasets"].values() if rows and "split" in rows[0]]
    assert {row["mean"] for row in drawn if row["split"] == "train"} == {None}
    assert {row["mean"] is None for row in drawn if row["split"] == "validation"} == {False}


def test_a_first_epoch_is_seen():
    """Of one epoch there is no line: both splits stand there as strokes, and the axis counts in whole epochs."""
    panel = learning_curves_chart(TABLE[TABLE["epoch"] == 1], title="q", measures=("error",), wide=True).to_dict()
    strokes = panel["layer"][-1]
    assert strokes["mark"]["shape"] == "stroke"
    assert len(panel["datasets"][strokes["data"]["name"]]) == 2
    assert strokes["encoding"]["x"]["axis"]["format"] == "d"
    longer = learning_curves_chart(TABLE, title="q", measures=("error",), wide=True).to_dict()
    assert not any(layer["mark"].get("shape") == "stroke" for layer in longer["layer"])


def test_train_is_dashed_and_validation_solid():
    """In print without colour the two are still told apart."""
    [panel] = learning_curves_chart(TABLE, title="q", measures=("error",)).to_dict()["hconcat"]
    [line] = [layer for layer in panel["layer"] if layer["mark"]["type"] == "line"]
    scale = line["encoding"]["strokeDash"]["scale"]
    dashes = dict(zip(scale["domain"], scale["range"], strict=True))
    assert dashes["train"][1] > 0
    assert dashes["validation"] == [1, 0]


def test_a_wide_chart_is_one_panel_that_takes_the_width_it_is_given():
    """No fixed width, the legend below; of two measures it is refused before anything is drawn."""
    spec = learning_curves_chart(TABLE, title="q", measures=("error",), wide=True).to_dict()
    assert "hconcat" not in spec
    assert "width" not in spec
    [line] = [layer for layer in spec["layer"] if "strokeDash" in layer["encoding"]]
    assert line["encoding"]["color"]["legend"]["orient"] == "bottom"
    with pytest.raises(ValueError, match="expected one measure"):
        learning_curves_chart(TABLE, title="q", wide=True)
