"""group=, time= and split= of a table: the column divides it and is no feature, unless it is named as one."""

import numpy as np
import pandas as pd
import pytest

from regtrack.data import Dataset, load_dataset
from regtrack.errors import DataError

N = 120


@pytest.fixture(autouse=True)
def table(tmp_path, monkeypatch) -> pd.DataFrame:
    """mine.csv and mine.parquet: 120 rows of a number, a patient of four rows each, a day, a split and a class."""
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    days = pd.date_range("2024-01-01", periods=N, freq="D")[rng.permutation(N)]
    frame = pd.DataFrame({
        "size": rng.normal(size=N).round(3),
        "patient": [f"p{i % 30}" for i in range(N)],
        "seen": days.strftime("%Y-%m-%d"),
        "week": rng.integers(0, 50, N),
        "part": np.where(np.arange(N) % 5 == 0, "Val", np.where(np.arange(N) % 5 == 1, "test", "train")),
        "kind": np.array(["ant", "bee"])[(np.arange(N) // 30) % 2],
    })  # fmt: skip
    frame.to_csv("mine.csv", index=False)
    frame.assign(seen=days).to_parquet("mine.parquet")
    return frame


def load(query: str, name: str = "mine.csv") -> Dataset:
    return load_dataset(f"table:{name}?target=kind{query}", split_seed=0)


@pytest.mark.parametrize("name", ["mine.csv", "mine.parquet"])
def test_a_group_column_keeps_its_rows_together(table, name):
    """No patient is in two splits, and the patient is no feature: free text is not even asked about."""
    dataset = load("&group=patient&drop=seen,part", name)
    patients = [set(table["patient"].iloc[split.example_id]) for split in dataset.splits.values()]
    assert [len(one) for one in patients] == [18, 6, 6]
    assert len(set.union(*patients)) == 30
    assert dataset.columns == ("size", "week")


@pytest.mark.parametrize("name", ["mine.csv", "mine.parquet"])
def test_a_time_column_puts_the_past_before_the_future(table, name):
    """The days of train end before those of validation, which end before those of test, in a CSV and in a parquet file."""
    dataset = load("&time=seen&drop=patient,part", name)
    days = [table["seen"].iloc[split.example_id] for split in dataset.splits.values()]
    assert [len(one) for one in days] == [72, 24, 24]
    assert days[0].max() < days[1].min()
    assert days[1].max() < days[2].min()
    assert dataset.columns == ("size", "week")


def test_who_is_to_leave_out_a_patient_or_a_date_is_told_of_group_and_time(table):
    """60 patients of two rows and a date are refused as features: what is proposed loads, and is proposed to no one who has it."""
    table.assign(patient=[f"p{i % 60}" for i in range(N)]).drop(columns="part").to_csv("mine.csv", index=False)
    with pytest.raises(DataError) as caught:
        load("")
    for proposed, rest in (("&group=patient", "&drop=seen"), ("&time=seen", "&drop=patient")):
        assert f" in one split with {proposed}," in str(caught.value) or f" future with {proposed}," in str(
            caught.value
        )
        assert load(proposed + rest).columns == ("size", "week")
    with pytest.raises(DataError) as caught:
        load("&group=patient")
    assert "&time=" not in str(caught.value)
    assert "&group=" not in str(caught.value)


def test_a_dividing_column_is_a_feature_where_it_is_named_as_one():
    """categorical=, numbers= and dates= beside group= or time= make it a feature too."""
    assert load("&group=patient&categorical=patient&drop=seen,part").columns == ("size", "patient", "week")
    assert load("&time=week&numbers=week&drop=seen,part,patient").columns == ("size", "week")
    assert "seen: month=March" in load("&time=seen&dates=seen&drop=part,patient").feature_names


def test_a_split_column_says_where_each_row_belongs(table):
    """Val, test and train, in any order of rows, stand where the cells say, whatever the seed."""
    for seed in (0, 1):
        dataset = load_dataset("table:mine.csv?target=kind&split=part&drop=seen,patient", split_seed=seed)
        for split, word in (("train", "train"), ("validation", "Val"), ("test", "test")):
            assert dataset.splits[split].example_id.tolist() == np.flatnonzero(table["part"] == word).tolist()
    assert dataset.columns == ("size", "week")


def test_what_a_split_column_leaves_out_is_drawn_from_train(table):
    """With train and test alone, a fifth of train validates: 22 of 108 rows, or with patients of four rows five of them."""
    table.assign(part=np.where(table["patient"].isin(["p1", "p2", "p3", "p31"]), "test", "train")).to_csv(
        "mine.csv", index=False
    )
    dataset = load("&split=part&group=patient&drop=seen")
    assert [len(split) for split in dataset.splits.values()] == [88, 20, 12]
    patients = [set(table["patient"].iloc[split.example_id]) for split in dataset.splits.values()]
    assert not patients[0] & patients[1]


REFUSED = {
    "both": ("&group=patient&time=seen", "Expected group or time of mine.csv, received both (patient, seen)"),
    "target": ("&group=kind", "Expected group of mine.csv other than the target, received 'kind'"),
    "dropped": (
        "&group=patient&drop=patient",
        "which drop leaves out; take it out of drop: as group it is no feature anyway",
    ),
    "dropped time": (
        "&time=seen&drop=seen",
        "Expected time of mine.csv among the columns that are read, received 'seen'",
    ),
    "twice": ("&group=part&split=part", "Expected 'part' of mine.csv once, received it for two purposes"),
    "misspelt": ("&group=patiant", "did you mean 'patient'?"),
    "two columns": ("&group=patient,week", "Expected one column for group of mine.csv, received 2 (patient, week)"),
    "no times": ("&time=patient", "received 'p0' in line 2; write numbers, dates as 2024-03-14"),
    "no splits": (
        "&split=patient",
        "Expected train, validation, test in column patient, as split= says, received 'p0' in line 2",
    ),
    "own splits share": (
        "&group=week&split=part&drop=seen,patient",
        "Expected no group (group=week) in two splits, received",
    ),
    "own splits mix": ("&time=seen&split=part", "Expected validation later than train (time=seen), received"),
    "idle share": ("&split=part&test_share=0.3&drop=seen,patient", "Expected test_share only where test is drawn"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_does_not_fit_is_refused_in_one_line(case):
    """Contradictions and columns that divide nothing are named, with what to do, before anything is trained."""
    query, message = REFUSED[case]
    with pytest.raises(DataError) as caught:
        load(query)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("column", "option"), [("patient", "group"), ("part", "split"), ("seen", "time")])
def test_a_row_that_does_not_say_is_refused_with_its_line(table, column, option):
    """An empty cell of the column that divides is named by its line and counted."""
    table[column] = table[column].astype(object).mask(table.index == 4, None)
    table.to_csv("mine.csv", index=False)
    with pytest.raises(
        DataError, match=r"received none in line 6 \(1 missing cells\); fill them, or leave the rows out"
    ):
        load(f"&{option}={column}")


def test_a_split_column_without_train_is_refused(table):
    """Words of one split only divide nothing."""
    table.assign(part="test").to_csv("mine.csv", index=False)
    with pytest.raises(
        DataError, match="Expected train and validation or test in column part, as split= says, received only test"
    ):
        load("&split=part")
