"""The rows that stand for examples without a picture."""

import numpy as np
import pandas as pd
from reading.marks import Mark
from reading.networks import Examples
from showing.example_rows import TOLD, example_table

CELLS = [[("size", "1.5"), ("mark", "red")], [("size", ""), ("mark", "blue")]]


def examples() -> Examples:
    return Examples({7: 0, 9: 1}, ("no", "yes"), features=CELLS.__getitem__, is_table=True)


def errors(**columns) -> pd.DataFrame:
    first = {"example_id": [9, 7], "given_label": [0, 1], "said": [1, 0], "sure": [0.99, 0.95], "trials": [5, np.nan],
             "trials_confidently_wrong": [2, np.nan], "kind": ["unknown", None]}  # fmt: skip
    return pd.DataFrame(first | columns)


def test_a_row_tells_what_was_said_and_then_the_cells():
    """In the order of the errors; an empty cell is missing; a column of the data that is named as one of ours is told
    apart."""
    table = example_table(errors(), examples(), {})
    assert list(table.columns) == [*TOLD, "size", "mark (column)"]
    assert table["example"].tolist() == [9, 7]
    assert table["given label"].tolist() == ["no", "yes"]
    assert table["predicted class"].tolist() == ["yes", "no"]
    assert table["size"].isna().tolist() == [True, False]
    assert table["mark (column)"].tolist() == ["blue", "red"]


def test_what_is_not_known_is_missing_and_a_mark_is_shown():
    """Of an error that the whole sweep did not judge neither count nor kind is made up."""
    marked = {7: Mark(example_id=7, mark="ambiguous", note="", dataset_digest="d")}
    table = example_table(errors(), examples(), marked)
    assert table["networks"].tolist()[0] == "2 of 5"
    assert table[["networks", "probably"]].iloc[1].isna().all()
    assert table["mark"].tolist() == ["not marked", "ambiguous"]


def test_an_example_that_the_store_lacks_has_its_row_without_cells():
    """Its id and what was said of it stand all the same."""
    table = example_table(errors(example_id=[9, 100]), examples(), {})
    assert table["example"].tolist() == [9, 100]
    assert table["size"].isna().all()
