"""The chart of train against validation error."""

import numpy as np
import pandas as pd
import pytest

from regtrack.charts.direct_labels import SIDES, Area, label_columns, label_sides
from regtrack.charts.theme import REGIME_SYMBOLS
from regtrack.charts.train_and_validation_error import COLUMNS, HEIGHTS, WIDTHS, train_and_validation_error_chart

TABLE = pd.DataFrame(
    [("baseline", "none", 0.01, 0.3, 0.25, 0.35, 5), ("l2=0.01", "l2", 0.2, 0.25, 0.2, 0.3, 5)], columns=list(COLUMNS)
)


def drawn(spec: dict, column: str) -> pd.DataFrame:
    """The rows in the specification that have this column."""
    [found] = [rows for rows in spec["datasets"].values() if rows and column in rows[0]]
    return pd.DataFrame(found)


def points(spec: dict) -> dict:
    """Encoding of the points."""
    [layer] = [layer for layer in spec["layer"] if layer["mark"]["type"] == "point"]
    return layer["encoding"]


def test_axes_say_what_they_show_and_in_which_unit():
    """Both axes are shares of examples, and train error is with dropout off."""
    spec = train_and_validation_error_chart(TABLE, title="a question?").to_dict()
    titles = {channel: points(spec)[channel]["title"] for channel in ("x", "y")}
    assert titles == {
        "x": "train error (share of examples, dropout off)",
        "y": "validation error (share of examples)",
    }


def test_the_chart_draws_the_table_it_was_given():
    """The numbers in the picture are the numbers of the table, intervals included."""
    spec = train_and_validation_error_chart(TABLE, title="a question?").to_dict()
    pd.testing.assert_frame_equal(drawn(spec, "variant")[list(COLUMNS)], TABLE)


def test_a_judged_variant_wears_the_mark_of_its_regime_and_an_unjudged_one_none_of_them():
    """Colour and shape are those of the fitting regime; a missing one is "not judged" beside them."""
    spec = train_and_validation_error_chart(TABLE.assign(fitting_regime=["overfit", None]), title="q").to_dict()
    assert drawn(spec, "variant")["fitting_regime"].tolist() == ["overfit", "not judged"]
    for channel, place in (("color", 0), ("shape", 1)):
        scale = points(spec)[channel]["scale"]
        shown = dict(zip(scale["domain"], scale["range"], strict=True))
        assert {regime: shown[regime] for regime in REGIME_SYMBOLS} == {r: m[place] for r, m in REGIME_SYMBOLS.items()}
    assert points(spec)["color"]["legend"]["values"] == ["overfit", "not judged"]


def test_where_nothing_is_judged_the_technique_gives_the_hue():
    """A column of missing regimes is no column."""
    spec = train_and_validation_error_chart(TABLE.assign(fitting_regime=None), title="q").to_dict()
    assert points(spec)["color"]["field"] == "technique"


def test_the_band_lies_between_no_gap_and_the_tolerance():
    """At any train error the band reaches from it to the tolerance above it."""
    spec = train_and_validation_error_chart(TABLE, title="q", tolerance=0.05).to_dict()
    band = drawn(spec, "above")
    assert (band["above"] - band["error"]).round(9).tolist() == [0.05, 0.05]
    [area] = [layer for layer in spec["layer"] if layer["mark"]["type"] == "area"]
    assert area["encoding"]["y"]["field"] == "error"
    assert area["encoding"]["y2"]["field"] == "above"


def test_the_reference_stands_at_its_error_and_inside_the_axis():
    """A reference above every point still has a place on the axis, and is named with its value."""
    spec = train_and_validation_error_chart(TABLE, title="q", reference_error=0.5).to_dict()
    assert drawn(spec, "reference_error")["reference_error"].tolist() == [0.5]
    assert points(spec)["y"]["scale"]["domain"][1] > 0.5
    assert "reference error 0.500" in [layer["mark"].get("text") for layer in spec["layer"]]


def test_names_stand_where_there_is_room_and_nowhere_else():
    """A free point is named to its right, one at the right edge to its left, and thirteen points not at all."""
    free = pd.DataFrame({"x": [0.1, 0.95], "y": [0.8, 0.97], "low": None, "high": None, "name": ["a name", "another"]})
    area = Area((500, 500), (400, 400), right=1.0, top=1.0)
    assert label_sides(free, area) == ["right", "left"]
    many = pd.concat([free] * 7).iloc[:13]
    assert label_sides(many, area) == [""] * 13


def test_a_wide_chart_has_names_that_a_narrow_one_has_no_room_for():
    """The sides of a width are its own: points a finger apart on a telephone are named on a screen, and the chart asks its width."""
    crowd = pd.DataFrame(
        {"x": [0.300, 0.375, 0.450], "y": [0.8] * 3, "low": 0.7, "high": 0.9, "name": ["dropout=0.5"] * 3}
    )
    area = Area(WIDTHS, HEIGHTS, right=1.0, top=1.0)
    named = [sum(map(bool, sides)) for sides in label_columns(crowd, area).values()]
    assert named[0] < named[-1] == 3
    layers = train_and_validation_error_chart(TABLE, title="q").to_dict()["layer"]
    filters = {layer["transform"][0]["filter"] for layer in layers if layer["mark"]["type"] == "text"}
    assert (
        "(width < 618 ? datum.label_0 : width < 831 ? datum.label_1 : width < 1116 ? datum.label_2 : datum.label_3) == 'right'"
        in filters
    )


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("spread", [0.02, 0.1, 1.0])
def test_no_two_names_lie_on_each_other_at_any_size(seed, spread):
    """Twelve crowded variants, drawn at twenty sizes from the smallest to the largest: names, marks and intervals are
    clear of each other, and of the words at the reference."""
    draws = np.random.default_rng(seed)
    x, y = draws.uniform(0.2, 0.2 + 0.6 * spread, 12), draws.uniform(0.25, 0.25 + 0.6 * spread, 12)
    table = pd.DataFrame(
        {"x": x, "y": y, "low": y - 0.04, "high": y + 0.04, "name": [f"l1=0.000{i}" for i in range(12)]}
    )
    area = Area(WIDTHS, HEIGHTS, right=1.0, top=1.0)
    sides_of = label_columns(table, area, words_at=0.3)
    assert all(any(sides) for sides in sides_of.values())
    for share in np.linspace(0, 1, 20):
        width, height = (low + share * (high - low) for low, high in (WIDTHS, HEIGHTS))
        band = next(i for i, band in enumerate(area.bands()) if width <= band.widths[1] + 1e-9)
        sides = sides_of[f"label_{band}"]
        names = [
            label_box(*row, side, width, height) for *row, side in zip(x, y, table["name"], sides, strict=True) if side
        ]
        marks = [(a * width - 5, b * height - 5, a * width + 5, b * height + 5) for a, b in zip(x, y, strict=True)]
        reference = (width - 23 * 5.8, 0.3 * height - 14, width, 0.3 * height)
        for i, name in enumerate(names):
            assert not any(overlap(name, other) for other in [*names[:i], *marks, reference])


def label_box(x: float, y: float, name: str, side: str, width: float, height: float) -> tuple:
    """Where Vega draws the words, by its own reading of align, dx and dy."""
    align, dx, dy = SIDES[side]
    long = 5.8 * len(name)
    left = x * width + dx - (long if align == "right" else 0)
    return left, y * height - dy - 5.5, left + long, y * height - dy + 5.5


def overlap(a: tuple, b: tuple) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def test_the_highlighted_variant_gets_a_ring():
    """One more layer of points, for that variant alone; its name is data and never an expression."""
    spec = train_and_validation_error_chart(TABLE, title="q", highlight="l2'=0.01").to_dict()
    [ring] = [layer for layer in spec["layer"] if layer["mark"]["type"] == "point" and not layer["mark"]["filled"]]
    assert ring["transform"] == [{"filter": {"field": "variant", "equal": "l2'=0.01"}}]
