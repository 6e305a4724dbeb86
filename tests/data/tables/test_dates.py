"""dates= makes three columns of a date, the same in training and in later rows; what is no date is refused."""

import datetime

import numpy as np
import pandas as pd
import pytest

from regtrack.data import Dataset, load_dataset
from regtrack.data.tables.dates import date_in, kind_of, order_of
from regtrack.data.tables.frame_reading import encode_frame
from regtrack.errors import DataError

N = 60
DAYS = pd.date_range("2024-01-15", periods=N, freq="3D")


def load(tmp_path, seen, query="&dates=seen", name="mine.csv"):
    frame = pd.DataFrame({"seen": seen, "kind": np.array(["ant", "bee"])[np.arange(N) % 2]})
    if name.endswith("parquet"):
        frame.to_parquet(tmp_path / name)
    else:
        frame.to_csv(tmp_path / name, index=False)
    return load_dataset(f"table:{tmp_path / name}?target=kind{query}", split_seed=0)


FORMATS = ["%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d %B %Y", "%B %d, %Y", "%Y-%m-%d %H:%M:%S", "%d.%m.%y"]


@pytest.mark.parametrize("written", FORMATS)
def test_a_date_is_days_day_of_week_and_month_however_it_is_written(written, tmp_path):
    """Standardized days since 1970 and one-hot English names, as pandas counts them."""
    dataset = load(tmp_path, DAYS.strftime(written))
    assert dataset.columns == ("seen",)
    assert dataset.feature_names[0] == "seen: days since 1970"
    days = ((DAYS - pd.Timestamp("1970-01-01")).days).to_numpy()[dataset.train.example_id]
    np.testing.assert_allclose(dataset.train.x[:, 0], (days - days.mean()) / days.std(), atol=1e-5)
    for part, names in (("day of week", DAYS.day_name()), ("month", DAYS.month_name())):
        for value in set(names[dataset.train.example_id]):
            column = dataset.feature_names.index(f"seen: {part}={value}")
            assert dataset.test.x[:, column].tolist() == (names[dataset.test.example_id] == value).tolist()


@pytest.mark.parametrize("name", ["mine.csv", "mine.parquet"])
def test_later_rows_are_read_as_training_read_them(name, tmp_path):
    """Text, timestamps and a missing date give training's inputs."""
    seen = DAYS.to_series(index=range(N)).mask(np.arange(N) % 6 == 0)
    dataset = load(tmp_path, seen if name.endswith("parquet") else seen.dt.strftime("%d/%m/%Y"), name=name)
    assert dataset.encoding.columns == {"seen": "date"}
    for rows in (seen, seen.dt.strftime("%d.%m.%Y"), seen.astype(object)):
        for split in dataset.splits.values():
            found = encode_frame(pd.DataFrame({"seen": rows.iloc[split.example_id]}), dataset.encoding)
            np.testing.assert_array_equal(found, split.x)
    with pytest.raises(DataError, match="input: expected a date in column seen, received 'soon' in row 0"):
        encode_frame(pd.DataFrame({"seen": ["soon"]}), dataset.encoding)


def test_dates_are_asked_about_and_the_remedy_works(tmp_path):
    """The refusal proposes dates=, which loads."""
    seen = DAYS.strftime("%Y-%m-%d")
    with pytest.raises(DataError, match=r"'seen' \(dates\).*day of week and month with &dates=seen\.$"):
        load(tmp_path, seen, "")
    assert len(load(tmp_path, seen).feature_names) > 8


TIMES = {
    "times of day": [datetime.time(i % 24, i // 24) for i in range(N)],
    "spans": pd.to_timedelta(range(N), unit="min"),
}


@pytest.mark.parametrize("kind", TIMES)
def test_times_without_a_day_are_not_told_to_be_read_as_dates(tmp_path, kind):
    """Typed ones, as text ones: dates= would refuse them."""
    with pytest.raises(DataError, match=r"'seen' \(dates or times\)") as caught:
        load(tmp_path, TIMES[kind], "", name="mine.parquet")
    assert "dates=" not in str(caught.value)


@pytest.mark.parametrize("times", [[f"{i % 24}:{i // 24:02}" for i in range(N)], TIMES["times of day"]])
def test_a_notebook_is_told_to_make_numbers_of_times(times):
    """Of times as of dates: where there is no file there is no dates=."""
    with pytest.raises(DataError, match="turn a date into numbers first"):
        Dataset.from_arrays(pd.DataFrame({"a": range(N), "seen": times}), [0, 1] * (N // 2), split_seed=0)


def test_an_order_that_nothing_tells_is_asked_about(tmp_path):
    """3/4/2024 in a column of days up to 12: both answers are taken, and differ."""
    seen = [f"{1 + i % 12}/{1 + i % 7}/2024" for i in range(N)]
    with pytest.raises(DataError, match=r"days and months up to 12 only, as '1/1/2024'; give &date_order=dmy or"):
        load(tmp_path, seen)
    a, b = (load(tmp_path, seen, f"&dates=seen&date_order={order}") for order in ("dmy", "mdy"))
    assert a.digest != b.digest


@pytest.mark.parametrize(("odd", "line"), [("soon", 2), ("2024-13-01", 2), ("12:30", 2)])
def test_what_is_no_date_is_refused_with_its_line(odd, line, tmp_path):
    """A word, a thirteenth month, a time of day."""
    seen = [odd, *DAYS.strftime("%Y-%m-%d")[1:]]
    with pytest.raises(
        DataError, match=f"Expected dates in column seen, as dates= says, received '{odd}' in line {line}"
    ):
        load(tmp_path, seen)


@pytest.mark.parametrize(("cell", "day"), [("3/14/24", "2024-03-14"), ("14.3.69", "1969-03-14"), ("3. Mai 2024", None),
                                           ("3 May 2024", "2024-05-03"), ("30/2/2024", None)])  # fmt: skip
def test_one_date(cell, day):
    """Two-digit years as POSIX has them; a day that does not exist is none."""
    found = date_in(cell, order_of([cell]) or "dmy")
    assert (found and found.isoformat()) == day


def test_times_of_day_are_not_said_to_be_dates():
    """dates= is no advice for what it would refuse."""
    assert kind_of(["2024-03-14", "3/14/2024"]) == "dates"
    assert (
        kind_of(["10:30", "11:45"]) == kind_of(["2024-03-14", "10:30"]) == kind_of(["45/99/2024"]) == "dates or times"
    )
    assert kind_of(["2024-03-14", "soon"]) == ""
