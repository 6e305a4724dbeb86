"""Response to a strength and to training examples: charts with a quantity on the horizontal axis."""

import pandas as pd
import pytest

from regtrack import names
from regtrack.charts.expected_best import MOST_POINTS, expected_best_chart
from regtrack.charts.response import LINEAR, LOWER_IS_STRONGER, regime_spans, response_chart
from regtrack.charts.training_size import COLUMNS, training_size_chart
from regtrack.variants.regularizers import PARAMS


def strengths(param: str, *rows: tuple, held: str = "") -> pd.DataFrame:
    """Rows of (strength, regime), all of one value."""
    return pd.DataFrame(
        [(param, held, s, f"{param}={s}", regime, 5, "val_error", 0.2, 0.1, 0.3) for s, regime in rows],
        columns=list(names.RESPONSE_COLUMNS),
    )


def drawn(spec: dict, column: str) -> pd.DataFrame:
    """The rows in the specification that have this column."""
    [found] = [rows for rows in spec["datasets"].values() if rows and column in rows[0]]
    return pd.DataFrame(found)


L2 = strengths("l2", (0.01, "underfit"), (0.0, "overfit"), (0.0001, "well fit"), (0.001, "well fit"))


def test_off_stands_one_step_left_of_the_weakest_and_apart():
    """Decades are steps of 1; off is at -5, has no line to the rest, and is named so."""
    spec = response_chart(L2, title="q", measure="val_error").to_dict()
    points = drawn(spec, "position")
    assert points["position"].tolist() == pytest.approx([-5, -4, -3, -2])
    assert points["off"].tolist() == [True, False, False, False]
    [line] = [layer for layer in spec["layer"] if layer["mark"]["type"] == "line"]
    assert {"filter": "!datum.off"} in line["transform"]
    assert "'off'" in line["encoding"]["x"]["axis"]["labelExpr"]


def test_a_smaller_limit_is_stronger_and_stands_to_the_right():
    """For max-norm: off, 2, 1, 0.5."""
    table = strengths("max_norm", (0.5, "well fit"), (1.0, "well fit"), (2.0, "overfit"), (0.0, "overfit"))
    points = drawn(response_chart(table, title="q", measure="val_error").to_dict(), "position")
    assert points["strength"].tolist() == [0.0, 2.0, 1.0, 0.5]


def test_a_rate_has_a_linear_axis_on_which_off_is_zero():
    """A dropout rate is its own place, and its line begins at 0."""
    table = strengths("dropout_rate", (0.0, "overfit"), (0.2, "well fit"), (0.5, "underfit"))
    points = drawn(response_chart(table, title="q", measure="val_error").to_dict(), "position")
    assert points["position"].tolist() == [0.0, 0.2, 0.5]
    assert not points["off"].any()


def test_the_built_in_scales_are_those_of_the_registry():
    """Charts import no registry; what they know of its parameters is what it says."""
    strengths_of = {name: param.strength for name, param in PARAMS.items() if param.strength}
    assert set(LINEAR) == {name for name, strength in strengths_of.items() if strength.scale == "linear"}
    assert set(LOWER_IS_STRONGER) == {name for name, strength in strengths_of.items() if strength.stronger == "lower"}


def test_a_parameter_of_ones_own_says_how_it_regularizes():
    """On a log scale where lower is stronger: off, 100, 10."""
    table = strengths("mine", (10.0, "well fit"), (100.0, "overfit"), (0.0, "overfit"))
    spec = response_chart(table, title="q", measure="val_error", scale="log", stronger="lower").to_dict()
    assert drawn(spec, "position")["strength"].tolist() == [0.0, 100.0, 10.0]
    linear = response_chart(table, title="q", measure="val_error", scale="linear", stronger="higher").to_dict()
    assert drawn(linear, "position")["position"].tolist() == [0.0, 10.0, 100.0]


def test_a_regime_reaches_half_way_to_its_neighbour():
    """Well fit at -4 and -3, underfit at -2: one span to -2.5, then the next; off has its own."""
    points = drawn(response_chart(L2, title="q", measure="val_error").to_dict(), "position")
    spans = regime_spans(points)
    assert spans["fitting_regime"].tolist() == ["overfit", "well fit", "underfit"]
    assert spans["to"].tolist() == pytest.approx([-4.85, -2.5, -1.85])
    assert spans["from"].tolist() == pytest.approx([-5.15, -4.15, -2.5])


def test_only_the_measure_asked_for_is_drawn():
    """Rows of another measure are no part of the picture."""
    other = L2.assign(measure="accuracy", value=0.9)
    spec = response_chart(pd.concat([L2, other]), title="q", measure="accuracy").to_dict()
    assert drawn(spec, "position")["value"].tolist() == [0.9] * 4


def test_several_held_values_are_lines_and_leave_the_background_free():
    """Two regimes at one strength cannot both stand behind it: the points alone say which is whose."""
    table = pd.concat([L2.assign(held="dropout_rate=0"), L2.assign(held="dropout_rate=0.2")])
    spec = response_chart(table, title="q", measure="val_error").to_dict()
    assert {layer["mark"]["type"] for layer in spec["layer"]} == {"line", "rule", "point"}
    [line] = [layer for layer in spec["layer"] if layer["mark"]["type"] == "line"]
    assert line["encoding"]["strokeDash"]["scale"]["domain"] == ["dropout_rate=0", "dropout_rate=0.2"]


def test_what_is_extrapolated_is_dashed_and_has_no_points():
    """Only what was measured gets a point; only validation is drawn."""
    table = pd.DataFrame(
        [("a", 9000, "extrapolated", "val", 0.2, 0.15, 0.25), ("a", 1000, "measured", "val", 0.3, 0.28, 0.32),
         ("a", 1000, "measured", "train", 0.1, 0.1, 0.1)], columns=list(COLUMNS),
    )  # fmt: skip
    spec = training_size_chart(table, title="q").to_dict()
    assert drawn(spec, "kind")["value"].tolist() == [0.3, 0.2]
    [line] = [layer for layer in spec["layer"] if layer["mark"]["type"] == "line"]
    scale = line["encoding"]["strokeDash"]["scale"]
    assert dict(zip(scale["domain"], scale["range"], strict=True)) == {"measured": [1, 0], "extrapolated": [5, 4]}
    [points] = [layer for layer in spec["layer"] if layer["mark"]["type"] == "point"]
    assert points["transform"] == [{"filter": "datum.kind == 'measured'"}]
    assert points["encoding"]["x"]["scale"]["type"] == "log"


def tries(*settings: int) -> pd.DataFrame:
    """Expected bests of techniques of so many settings, a row a try."""
    rows = [
        (f"technique {n}", k, n, 5.0 * k, 0.9, 0.9, 0.88, 0.92, 0.01, -0.01, 0.05, names.NOT_SHOWN, "", names.ACCURACY)
        for n in settings
        for k in range(1, n + 1)
    ]
    return pd.DataFrame(rows, columns=list(names.EXPECTED_BEST_COLUMNS))


def test_few_tries_have_a_point_each_on_a_linear_axis():
    """Three of the one, five of the other."""
    spec = expected_best_chart(tries(3, 5), title="q").to_dict()
    assert drawn(spec, "pointed")["pointed"].all()
    assert "type" not in spec["layer"][-1]["encoding"]["x"]["scale"]


def test_hundreds_of_tries_keep_their_lines_and_a_few_points():
    """On a log axis; the last try of each technique has a point, and no technique more than MOST_POINTS and that one."""
    spec = expected_best_chart(tries(30, 361), title="q").to_dict()
    points = drawn(spec, "pointed")
    assert len(points) == 391
    assert points[points["pointed"]].groupby("technique").size().max() <= MOST_POINTS + 1
    assert points[points["tries"] == points["settings"]]["pointed"].all()
    assert spec["layer"][-1]["encoding"]["x"]["scale"]["type"] == "log"
