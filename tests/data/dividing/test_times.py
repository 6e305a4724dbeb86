"""Times: what happened first trains, what happened last tests; rows of one time stay together."""

import numpy as np
import pandas as pd
import pytest

from regtrack.data import Dataset
from regtrack.errors import DataError

N = 100
RNG = np.random.default_rng(0)
Y = np.arange(N) % 2


def load(when, y=Y, split_seed=0, **parts) -> Dataset:
    frame = pd.DataFrame({"a": RNG.normal(size=N), "when": when})
    return Dataset.from_arrays(frame, y, split_seed=split_seed, time="when", **parts)


def test_the_past_trains_and_the_future_tests():
    """Rows in any order: train is the earliest 60, validation the next 20, test the latest 20, whatever the seed; the column is
    no feature."""
    when = np.random.default_rng(1).permutation(N)
    for seed in (0, 1):
        dataset = load(when, split_seed=seed)
        found = [sorted(when[split.example_id]) for split in dataset.splits.values()]
        assert found == [list(range(60)), list(range(60, 80)), list(range(80, 100))]
    assert dataset.columns == ("a",)
    assert dataset.divided_by == "time=when"
    assert "(train 0 to 59, validation 60 to 79, test 80 to 99)" in dataset.notes[0]


def test_rows_of_one_time_stay_together():
    """Times of 30 rows: the border that is nearest to a fifth is taken, once on each side, and the note counts who stands together."""
    dataset = load(np.arange(N) // 30)  # 0, 1, 2 of 30 rows each, 3 of 10
    assert [len(split) for split in dataset.splits.values()] == [60, 30, 10]
    assert "the 30 rows of 2 stand together in validation, the 10 rows of 3 stand together in test" in dataset.notes[0]


def test_two_times_at_one_end_leave_each_split_one():
    """Three times, the first of nearly all rows: each split has one of them."""
    dataset = load(np.where(np.arange(N) < 96, 1, np.arange(N) // 98 + 2))
    assert [len(split) for split in dataset.splits.values()] == [96, 2, 2]


REFUSED = {
    "one time": (
        np.zeros(N),
        Y,
        "Expected at least 3 different times to divide by (time=when), one for each split, received 1",
    ),
    "two times": (np.arange(N) // 50, Y, "received 2"),
    "late class": (np.arange(N), np.where(np.arange(N) > 70, 2, Y), "received 2 first at 71"),
    "no time": (["soon"] * N, Y, "received 'soon' in row 0; write numbers, dates as 2024-03-14"),
    "missing": (np.where(np.arange(N) == 7, np.nan, np.arange(N)), Y, "received none in row 7 (1 missing cells)"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_divided_is_refused_in_one_line(case):
    """Too few times, a class that the past lacks, cells that are no times or missing: named before training."""
    when, y, message = REFUSED[case]
    with pytest.raises(DataError) as caught:
        load(when, y)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_group_and_time_at_once_are_refused():
    """A frame may be divided by one of them; both are refused."""
    frame = pd.DataFrame({"a": RNG.normal(size=N), "when": np.arange(N), "who": np.arange(N) // 5})
    for group in ("who", np.arange(N)):
        with pytest.raises(DataError, match="Expected group or time of arrays, received both"):
            Dataset.from_arrays(frame, Y, split_seed=0, group=group, time="when")


def test_an_array_has_no_column_to_tell_the_time():
    """time= beside an array is refused: it names a DataFrame's column."""
    with pytest.raises(DataError, match="Expected time for a DataFrame only"):
        Dataset.from_arrays(np.ones((N, 2)), Y, split_seed=0, time="when")
