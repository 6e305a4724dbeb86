"""A number and its unit in one cell: read as a number where all have one unit, asked about where they have several."""

import numpy as np
import pandas as pd
import pytest

from regtrack.data import Dataset, load_dataset
from regtrack.data.tables.frame_reading import encode_frame
from regtrack.data.tables.numbers_with_units import odd_among_units, one_unit, several_units, unit_of, without_unit
from regtrack.errors import DataError

N = 60


@pytest.mark.parametrize(
    ("cell", "unit"),
    [
        ("12 kg", "kg"), ("18 USD", "USD"), ("12kg", "kg"), ("-1.5 °C", "°C"), ("1,234.5 km/h", "km/h"), ("5 m²", "m²"),
        ("5 m", "m"), ("12", ""), ("5 %", ""), ("$5", ""), ("5a", None), ("1st", None), ("2nd", None), ("5 pm", None),
        ("A12", None), ("kg", None), ("1 2 kg", None), ("18-24", None), ("3 rooms 2 baths", None), ("", None),
    ],
)  # fmt: skip
def test_a_unit_stands_behind_one_number(cell, unit):
    """Words are units, and one letter behind a space; codes, ordinals and times of day are text."""
    assert unit_of(cell) == unit
    assert without_unit(cell, "kg") == (cell.replace("kg", "").strip() if unit == "kg" else cell)


def test_units_of_a_column_are_one_several_or_odd():
    """By all of its different cells."""
    assert (one_unit(["1 kg", "2 kg"]), one_unit(["1 kg", "2 g"]), one_unit(["1", "2"])) == ("kg", "", "")
    assert several_units(["1 kg", "2 kg", "500 g", "250 g"]) == ["g", "kg"]
    assert several_units(["100ml", "1l x"]) == several_units(["100 ml", "1 l"]) == several_units(["1 kg", "2 kg"]) == []
    assert odd_among_units(["1 kg", "2 kg", "heavy"]) == {"heavy"}
    assert odd_among_units(["1 kg", "heavy"]) == frozenset()


@pytest.fixture
def load(tmp_path):
    """load(cells, options="") -> the Dataset of a CSV with the column `mass`, and a class."""

    def load(cells, options=""):
        pd.DataFrame({"mass": cells, "kind": ["ant", "bee"] * (N // 2)}).to_csv(tmp_path / "mine.csv", index=False)
        return load_dataset(f"table:{tmp_path}/mine.csv?target=kind{options}", split_seed=0)

    return load


@pytest.mark.parametrize("written", ["{} kg", "{}kg", "{} USD", "{},5 kg", "{}.0 kg"])
def test_a_column_of_one_unit_is_numbers_and_says_so(load, written):
    """The unit is dropped with a note, rows show it, and the option of the note makes categories of it."""
    cells = [written.format(i % 37 + 1) for i in range(N)]
    dataset = load(cells)
    assert dataset.feature_names == ("mass",)
    unit = "USD" if "USD" in written else "kg"
    told = f"column mass was taken as numbers, unit '{unit}' dropped; if they are categories: &categorical=mass"
    assert told in dataset.notes
    assert set(dataset.train.rows[:, 0]) <= set(cells)
    truth = dataset.train.example_id % 37 + 1
    assert np.corrcoef(truth, dataset.train.x[:, 0])[0, 1] == pytest.approx(1)
    assert 20 < len(load(cells, "&categorical=mass").feature_names) < 38


def test_missing_cells_and_marks_stand_beside_units(load):
    """They are missing, as among other numbers."""
    dataset = load(["NA", "-", "", *[f"{i} kg" for i in range(3, N)]])
    rows = np.concatenate([split.rows[:, 0] for split in dataset.splits.values()])
    assert (rows == "").sum() == 3
    assert "cells -, NA were read as missing" in dataset.notes


@pytest.mark.parametrize(
    ("cells", "said", "remedies"),
    [
        ([f"{i} kg" if i % 2 else f"{i}00 g" for i in range(N)], "numbers of several units: '000 g' in line 2, '1 kg' in line 3",
         ["&drop=mass", "&categorical=mass", "or write its numbers in one unit"]),
        ([f"{i} kg" if i % 2 else f"{i}" for i in range(N)], "numbers written in two ways: '0' in line 2, '1 kg' in line 3", ["&numbers=mass"]),
        (["heavy", *[f"{i} kg" for i in range(1, N)]], "numbers, but for 'heavy' in line 2", ["&numbers=mass"]),
    ],
    ids=["two units", "one without", "a word"],
)  # fmt: skip
def test_what_is_not_of_one_unit_is_asked_about(load, cells, said, remedies):
    """By name and line, with remedies that load."""
    with pytest.raises(DataError) as caught:
        load(cells)
    assert f"'mass' ({said}" in str(caught.value)
    for remedy in remedies:
        assert remedy in str(caught.value)
        if remedy.startswith("&") and "drop" not in remedy:
            load(cells, remedy)
    assert ("&numbers=" in str(caught.value)) == ("&numbers=mass" in remedies)


@pytest.mark.parametrize(
    "names", [["100 ml", "1 l"], ["1st", "2nd", "3rd"], ["5a", "5b", "7c"], ["class 1", "class 2"]]
)
def test_a_few_names_with_numbers_stay_categories(load, names):
    """Sizes, ordinals and codes are no numbers."""
    dataset = load([names[i % len(names)] for i in range(N)])
    assert dataset.feature_names == tuple(f"mass={name}" for name in sorted(names))


def test_text_with_a_unit_in_parquet_or_a_frame_is_asked_about(tmp_path):
    """Its type says text: what is told makes numbers of it."""
    frame = pd.DataFrame({"mass": [f"{i}.5 kg" for i in range(N)], "kind": ["ant", "bee"] * (N // 2)})
    frame.to_parquet(tmp_path / "mine.parquet")
    spec = f"table:{tmp_path}/mine.parquet?target=kind"
    with pytest.raises(DataError, match=r"'mass' \(text of numbers and a unit, 'kg'\).*&numbers=mass"):
        load_dataset(spec, split_seed=0)
    assert load_dataset(f"{spec}&numbers=mass", split_seed=0).feature_names == ("mass",)
    x = frame[["mass"]]
    with pytest.raises(DataError) as caught:
        Dataset.from_arrays(x, frame["kind"], split_seed=0)
    call = "x.assign(**{'mass': x['mass'].str.extract(r'([-+]?[\\d.]+)')[0].astype(float)})"
    assert call in str(caught.value)
    assert Dataset.from_arrays(eval(call, {"x": x}), frame["kind"], split_seed=0).feature_names == ("mass",)


def test_a_served_row_may_have_the_unit_or_none_and_no_other(load):
    """12 kg is 12, to the bit; 12 g is refused."""
    encoding = load([f"{i} kg" for i in range(N)]).encoding
    rows = [encode_frame(pd.DataFrame({"mass": cells}), encoding) for cells in (["12 kg", "7kg"], ["12", "7"], [12, 7])]
    np.testing.assert_array_equal(rows[0], rows[1])
    np.testing.assert_array_equal(rows[0], rows[2])
    with pytest.raises(DataError, match="expected a finite number in column mass, received '12 g' in row 0"):
        encode_frame(pd.DataFrame({"mass": ["12 g"]}), encoding)


def test_shares_in_place_of_percents_are_refused(load):
    """A column of percents reads bare numbers as percents; where all of them lie within 1 a person is asked, and the sign answers."""
    encoding = load([f"{i / 2}%" for i in range(N)]).encoding
    wanted = encode_frame(pd.DataFrame({"mass": ["8.4%", "0.5%"]}), encoding)
    for cells in (["8.4", "0.5"], [8.4, 0.5]):
        np.testing.assert_array_equal(encode_frame(pd.DataFrame({"mass": cells}), encoding), wanted)
    for cells in (["0.084"], [0.084, 0.005], [0, -0.084]):
        with pytest.raises(
            DataError, match=r"expected percents in column mass, .* received only numbers within 1, -?0.084 in row"
        ):
            encode_frame(pd.DataFrame({"mass": cells}), encoding)
    for cells in (["0.084%"], [0.0], ["8.4"], [None]):
        encode_frame(pd.DataFrame({"mass": cells}), encoding)
    small = load([f"{i / 100}%" for i in range(N)]).encoding
    encode_frame(pd.DataFrame({"mass": [0.084]}), small)
