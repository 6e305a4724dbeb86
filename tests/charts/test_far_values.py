"""One variant that collapsed does not squeeze all others: it stands at the edge, with its value."""

import numpy as np
import pandas as pd
import pytest

from regtrack.charts.differences import differences_chart
from regtrack.charts.far_values import off_scale
from regtrack.charts.train_and_validation_error import COLUMNS, train_and_validation_error_chart


@pytest.mark.parametrize(
    ("values", "off"),
    [
        ([1, 2, -1, -60], [3]), ([1, 2, -1, 60], [3]), ([1, 2, -1, 1, 2, 1, -58, -60], [6, 7]),
        ([1, 2, -1, -6], []), ([1, -60], []), ([1, 2, -60, -61], []), ([0, 0, 0, -60], []), ([np.nan, 1, 2, 1, -60], [4]),
        ([], []),
    ],
)  # fmt: skip
def test_only_the_few_that_squeeze_all_others_are_off_the_scale(values, off):
    """At most one in four, and only where the axis gets three times as long for them; nothing is off around nothing."""
    values = np.array(values, float)
    assert np.flatnonzero(off_scale(values, values)).tolist() == off


def comparison(*differences):
    rows = [{"variant": f"v{i}", "other": "baseline", "split": "test", "difference": d, "low": d - 0.01, "high": d + 0.01,
             "verdict": "worse"} for i, d in enumerate(differences)]  # fmt: skip
    return pd.DataFrame(rows)


def layers_of(chart):
    return [layer for layer in chart.to_dict()["layer"]]


def data_of(chart, layer):
    spec = chart.to_dict()
    return spec["datasets"][layer.get("data", spec.get("data"))["name"]]


def test_a_collapsed_variant_stands_at_the_edge_of_the_differences():
    """The axis ends where the others do; the one is written out there, and its interval is drawn nowhere."""
    chart = differences_chart(comparison(0.01, 0.02, -0.01, -0.62), title="?")
    layers = layers_of(chart)
    low, high = layers[-1]["encoding"]["x"]["scale"]["domain"]
    assert -0.1 < low < -0.02
    assert 0.03 < high < 0.1
    [row] = [row for row in data_of(chart, layers[-1]) if row["off_scale"]]
    assert row["variant"] == "v3"
    assert row["effect"] == "−62.0 ± 1.0 points"
    points = [layer for layer in layers if layer["mark"]["type"] == "point"]
    assert all("v3" not in {row["variant"] for row in data_of(chart, layer)} for layer in points)
    usual = differences_chart(comparison(0.01, 0.02, -0.01, -0.03), title="?").to_dict()
    assert all("domain" not in layer["encoding"]["x"].get("scale", {}) for layer in usual["layer"])


def test_a_collapsed_variant_stands_at_the_edge_of_the_errors():
    """Ten variants at 5 to 10 % and one at 90 %: the axis ends near the ten, and the point tells its own errors."""
    rows = [(f"v{i}", "none", 0.05 + i / 300, 0.06 + i / 300, 0.05 + i / 300, 0.07 + i / 300, 5) for i in range(10)]
    table = pd.DataFrame([*rows, ("out", "none", 0.89, 0.9, 0.88, 0.92, 5)], columns=list(COLUMNS))
    spec = train_and_validation_error_chart(table, title="?").to_dict()
    [points] = [
        layer for layer in spec["layer"] if isinstance(layer["mark"], dict) and layer["mark"]["type"] == "point"
    ]
    assert points["encoding"]["y"]["scale"]["domain"][1] < 0.15
    drawn = {row["variant"]: row for row in next(rows for rows in spec["datasets"].values() if "variant" in rows[0])}
    assert drawn["out"]["val_error"] == 0.9
    assert drawn["out"]["val_at"] == points["encoding"]["y"]["scale"]["domain"][1]
    assert "out" in spec["title"]["subtitle"]


def test_nothing_is_off_the_scale_of_a_usual_sweep():
    """Errors within three times of each other are drawn where they are."""
    table = pd.DataFrame(
        [("a", "none", 0.1, 0.2, 0.1, 0.3, 5), ("b", "none", 0.2, 0.3, 0.2, 0.4, 5)], columns=list(COLUMNS)
    )
    assert "off the scale" not in str(train_and_validation_error_chart(table, title="?").to_dict())
