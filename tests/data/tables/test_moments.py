"""When a row happened: numbers as they are, dates and times of day as seconds, what may be two things asked about."""

from datetime import UTC, datetime

import numpy as np
import pytest

from regtrack.data.tables.columns import Column
from regtrack.data.tables.moments import moments_of
from regtrack.errors import DataError


def seconds(*parts: int) -> float:
    return datetime(*parts, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["2024-03-14", "1969-12-31"], [seconds(2024, 3, 14), -86_400]),
        (["2024-03-14 10:30", "2024-03-14T10:30:01.5"], [seconds(2024, 3, 14, 10, 30), seconds(2024, 3, 14, 10, 30, 1) + 0.5]),
        (["14.3.2024", "3.4.2024"], [seconds(2024, 3, 14), seconds(2024, 4, 3)]),
        (["3/14/2024 2:05 PM", "3/4/2024 12:00 am"], [seconds(2024, 3, 14, 14, 5), seconds(2024, 3, 4)]),
        (["14 March 2024", "March 15, 2024"], [seconds(2024, 3, 14), seconds(2024, 3, 15)]),
        (["2024-03-14T10:30:00Z", "2024-03-14T12:30:00+02:00"], [seconds(2024, 3, 14, 10, 30)] * 2),
        (["2024-03-14 00:00:00", "2024-03-14"], [seconds(2024, 3, 14)] * 2),
    ],
)  # fmt: skip
def test_a_date_is_its_seconds_since_1970(cells, expected):
    """Every way of writing a date that a table may have, with a time of day and a zone where one stands there."""
    assert moments_of(Column("when", cells)).tolist() == expected


def test_numbers_are_their_own_times():
    """A column of years or steps stays as it is."""
    assert moments_of(Column("year", ["2019", "2020"], np.array([2019.0, 2020.0]))).tolist() == [2019, 2020]


def test_the_order_of_day_and_month_may_be_said():
    """3/4/2024 alone is asked about, and date_order answers."""
    column = Column("when", ["3/4/2024"])
    with pytest.raises(DataError, match="give &date_order=dmy or &date_order=mdy"):
        moments_of(column)
    assert moments_of(column, "dmy").tolist() == [seconds(2024, 4, 3)]


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        (["2024-03-14", "soon"], "received 'soon' in line 3"),
        (["2024-03-14", "2024-02-30"], "received '2024-02-30' in line 3"),
        (["2024-03-14 10:30", "2024-03-14 25:00"], "received '2024-03-14 25:00' in line 3"),
        (["2024-03-14", ""], "received none in line 3 (1 missing cells)"),
        (
            ["2024-03-14 10:30", "2024-03-14 10:30Z"],
            "a time zone in every cell of column when or in none, received both",
        ),
        (["10:30", "11:30"], "received '10:30' in line 2"),
    ],
)
def test_what_is_no_time_is_refused_with_its_line(cells, message):
    """Words, days that are not, hours beyond the day, empty cells, zones here and none there, a clock without a day."""
    with pytest.raises(DataError) as caught:
        moments_of(Column("when", cells, lines=[2, 3]))
    assert message in str(caught.value)


def test_infinite_times_are_refused():
    """A number that is not finite is no time."""
    with pytest.raises(DataError, match="Expected finite times in column t, received 'inf' in row 1"):
        moments_of(Column("t", ["1", "inf"], np.array([1.0, np.inf])))
