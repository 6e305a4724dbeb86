"""Raw rows of a person's DataFrame become the very inputs that training had, or are refused in one line."""

import json

import numpy as np
import pandas as pd
import pytest

from regtrack.data import load_dataset
from regtrack.data.tables.fitted import TableEncoding
from regtrack.data.tables.frame_reading import encode_frame
from regtrack.errors import DataError

N = 60


def table() -> pd.DataFrame:
    """A number with holes, codes, a flag, words with holes, a price and a row number, beside two kinds."""
    rng = np.random.default_rng(0)
    rows = np.arange(N)
    frame = pd.DataFrame(
        {
            "size": rng.normal(50, 10, N).round(2),
            "code": rows % 3,
            "flag": rows % 5 == 0,
            "colour": rng.choice(["red", "green", None], N),
            "price": [f"${1000 + 7 * row:,}.50" for row in rows],
            "row": rows,
            "kind": np.array(["ant", "bee"])[rows % 2],
        }
    )
    frame.loc[rows % 7 == 3, "size"] = np.nan
    return frame


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    """The table as a file, a column left out, codes made categories."""
    path = tmp_path_factory.mktemp("table") / "mine.csv"
    table().to_csv(path, index=False)
    return load_dataset(f"table:{path}?target=kind&drop=row&categorical=code", split_seed=0)


FORMS = {
    "the file as text": lambda frame, path: pd.read_csv(path, dtype=str),
    "the file as pandas reads it": lambda frame, path: pd.read_csv(path),
    "the frame": lambda frame, path: frame,
    "prices as numbers": lambda frame, path: frame.assign(price=1000.5 + 7 * np.arange(N)),
    "codes as floats": lambda frame, path: frame.assign(code=frame["code"].astype(float)),
    "columns in another order": lambda frame, path: frame[frame.columns[::-1]],
    "objects": lambda frame, path: frame.astype(object),
}


@pytest.mark.parametrize("form", FORMS)
def test_raw_rows_are_encoded_as_training_encoded_them(form, dataset, tmp_path):
    """Each form of the table gives every split's inputs, bit for bit; the target and a dropped column are left aside."""
    frame = table()
    frame.to_csv(tmp_path / "mine.csv", index=False)
    rows = FORMS[form](frame, tmp_path / "mine.csv")
    for split in dataset.splits.values():
        np.testing.assert_array_equal(encode_frame(rows.iloc[split.example_id], dataset.encoding), split.x)


def test_an_encoding_is_stored_as_text(dataset):
    """JSON with a version, and back; another version and other text are refused in a line."""
    text = dataset.encoding.to_json()
    assert json.loads(text)["version"] == 1
    assert TableEncoding.from_json(text) == dataset.encoding
    assert dataset.encoding.feature_names == dataset.feature_names
    with pytest.raises(DataError, match="version 1, received version 2"):
        TableEncoding.from_json(text.replace('"version": 1', '"version": 2'))
    for other in ("{}", "[]", "no json", '{"version": 1, "numbers": [{}], "categories": []}'):
        with pytest.raises(DataError, match="as regtrack writes it"):
            TableEncoding.from_json(other)


def test_unscaled_numbers_are_the_tables_own(dataset):
    """Missing ones take the median in the column's units, the rest is what it was."""
    frame = table()
    x, plain = encode_frame(frame, dataset.encoding), encode_frame(frame, dataset.encoding.unscaled())
    median = next(column.median for column in dataset.encoding.numbers if column.name == "size")
    np.testing.assert_allclose(plain[:, 0], frame["size"].fillna(median), rtol=1e-6)
    n_numbers = len(dataset.encoding.numbers)
    np.testing.assert_array_equal(plain[:, n_numbers:], x[:, n_numbers:])


def inputs(dataset, **cells) -> dict[str, float]:
    """The inputs of one row with these cells."""
    row = {"size": 50, "code": 1, "flag": True, "colour": "red", "price": "$5"} | cells
    [x] = encode_frame(pd.DataFrame([row]).astype(object), dataset.encoding)
    return dict(zip(dataset.feature_names, x.tolist(), strict=True))


def test_what_training_did_not_have_is_defined(dataset):
    """An unknown category is 0 in all of its inputs; a missing cell is the train median, marked, or its own category."""
    unknown = inputs(dataset, colour="violet", code=9)
    assert {value for name, value in unknown.items() if name.startswith(("colour=", "code="))} == {0}
    [size] = [column for column in dataset.encoding.numbers if column.name == "size"]
    for missing in (None, np.nan, "", "NA", "-", pd.NA):
        found = inputs(dataset, size=missing, colour=None)
        assert found["size"] == pytest.approx((size.median - size.mean) / size.deviation, abs=1e-6)
        assert (found["size is missing"], found["colour=(missing)"]) == (1, 1)


REFUSED = {
    "a column that is not there": (lambda f: f.drop(columns="size"), "received none called 'size'; give all of size, "),
    "a column by another name": (lambda f: f.rename(columns={"size": "sizes"}), "none called 'size'; did you mean 'sizes'?"),
    "no columns": (lambda f: f[["kind"]], "none called 'size', 'flag', 'price', 'code', 'colour'"),
    "a word for a number": (lambda f: f.astype(object).assign(size="tall"),
                            "expected a finite number in column size, received 'tall' in row 0"),
    "a word for a flag": (lambda f: f.assign(flag="perhaps"), "expected true or false in column flag, received 'perhaps'"),
    "a list": (lambda f: f.assign(size=[[1]] * len(f)), "column size, received '[1]' in row 0"),
    "infinity": (lambda f: f.assign(size=np.inf), "column size, received 'inf' in row 0"),
    "another currency": (lambda f: f.assign(price=["€5"] * len(f)), "expected numbers with $, or all without it in column price, "
                         "as training had them, received '€5' in row 0"),
    "no sign beside signs": (lambda f: f.assign(price=["$5", "5", *["$6"] * (len(f) - 2)]), "or all without it in column price"),
    "percent where none was": (lambda f: f.astype(object).assign(size="10%"),
                               "expected numbers without a sign in column size, as training had them, received '10%' in row 0"),
    "no rows": (lambda f: f.iloc[:0], "expected at least one example, received none"),
    "a column twice": (lambda f: pd.concat([f, f[["size"]]], axis=1), "received 'size' more than once"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_rows_that_do_not_fit_are_refused_in_one_line(case, dataset):
    """Column, cell and row are named."""
    change, message = REFUSED[case]
    with pytest.raises(DataError) as caught:
        encode_frame(change(table()), dataset.encoding)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_numbers_whatever_they_hold_stay_so(tmp_path):
    """Where numbers= made words missing, they are missing in later rows; decimal commas are read as in the file."""
    ages = ["34,5", "unknown", "about 41", *[f"{20 + i},25" for i in range(N - 3)]]
    frame = pd.DataFrame({"age": ages, "kind": np.array(["ant", "bee"])[np.arange(N) % 2]})
    frame.to_csv(tmp_path / "mine.csv", index=False, sep=";")
    dataset = load_dataset(f"table:{tmp_path / 'mine.csv'}?target=kind&numbers=age", split_seed=0)
    assert dataset.encoding.numbers[0].decimal == ","
    for split in dataset.splits.values():
        np.testing.assert_array_equal(encode_frame(frame.iloc[split.example_id], dataset.encoding), split.x)
    later = encode_frame(pd.DataFrame({"age": ["refused", "34,5", "34.5"]}), dataset.encoding)[:, 0].tolist()
    assert later[1] == later[2] != later[0]


def test_a_date_of_two_readings_is_no_guess(tmp_path):
    """Where the file's dates showed no order of day and month, a row's 3/4/2024 is refused, alone or not, unless the others tell."""
    days = pd.date_range("2024-01-01", periods=N).strftime("%Y-%m-%d")
    pd.DataFrame({"seen": days, "kind": np.array(["ant", "bee"])[np.arange(N) % 2]}).to_csv(
        tmp_path / "mine.csv", index=False
    )
    encoding = load_dataset(f"table:{tmp_path / 'mine.csv'}?target=kind&dates=seen", split_seed=0).encoding

    def encoded(*cells: str) -> list:
        return encode_frame(pd.DataFrame({"seen": cells}), encoding).tolist()

    assert encoded("13/2/2024", "3/2/2024") == encoded("2024-02-13", "2024-02-03") == encoded("13.2.2024", "3.2.2024")
    assert encoded("2/13/2024", "2/3/2024") == encoded("2024-02-13", "2024-02-03")
    for cells in (["3/2/2024"], ["2024-02-13", "3/2/2024"]):
        with pytest.raises(DataError, match=f"received '3/2/2024' in row {len(cells) - 1}; write it as 2024-03-14"):
            encoded(*cells)


def test_an_encoding_without_signs_reads_any(dataset):
    """What was stored before signs were recorded reads them as it did: the sign is left aside."""
    fields = json.loads(dataset.encoding.to_json())
    for column in fields["numbers"]:
        assert {"price": "$"}.get(column["name"], "") == column.pop("sign")
    older = TableEncoding.from_json(json.dumps(fields))
    rows = table().assign(price="€5")
    np.testing.assert_array_equal(encode_frame(rows, older), encode_frame(rows.assign(price=5.0), dataset.encoding))
