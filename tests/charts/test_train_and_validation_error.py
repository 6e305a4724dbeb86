"""The chart of train against validation error."""

import pandas as pd
import pytest

from regtrack.charts.theme import TECHNIQUE_HUES, technique_hues
from regtrack.charts.train_and_validation_error import COLUMNS, train_and_validation_error

TABLE = pd.DataFrame(
    [("baseline", "none", 0.01, 0.3, 0.25, 0.35, 5), ("l2=0.01", "l2", 0.2, 0.25, 0.2, 0.3, 5)], columns=list(COLUMNS)
)


def test_every_axis_has_a_title_with_its_unit():
    """Both axes say what they show and in which unit."""
    spec = train_and_validation_error(TABLE, title="a question?").to_dict()
    titles = {channel: {layer["encoding"][channel]["title"] for layer in spec["layer"][1:]} for channel in ("x", "y")}
    assert titles == {
        "x": {"train error (share of examples, dropout off)"},
        "y": {"validation error (share of examples)"},
    }


def test_the_chart_draws_the_table_it_was_given():
    """The numbers in the picture are the numbers of the table, intervals included."""
    spec = train_and_validation_error(TABLE, title="a question?").to_dict()
    drawn = [rows for rows in spec["datasets"].values() if "variant" in rows[0]]
    assert drawn == [TABLE.to_dict("records")]


@pytest.mark.parametrize("table", [TABLE.iloc[:0], TABLE[["variant", "technique"]].iloc[:0]])
def test_an_empty_table_gives_an_empty_chart(table):
    """No trial finished: an empty chart, not an exception."""
    spec = train_and_validation_error(table, title="nothing yet").to_dict()
    assert spec["layer"]


def test_hues_keep_clear_of_those_of_fitting_regimes():
    """A technique never wears the colour of a fitting regime, and none is grey."""
    assert not {"#0072B2", "#009E73", "#D55E00"} & set(TECHNIQUE_HUES)
    hues = technique_hues(["none", *(f"technique {i}" for i in range(12))])
    assert hues["none"] == "#8C8C8C"
    assert len(hues) == 13
