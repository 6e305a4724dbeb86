"""Columns of a table that say how it is divided: group=, time=, split=. They are no features unless named as one too."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from regtrack.data.dividing.groups import Groups
from regtrack.data.dividing.split_words import SPLITS, split_meant
from regtrack.data.dividing.times import Times
from regtrack.data.tables.columns import Column
from regtrack.data.tables.moments import moments_of
from regtrack.errors import DataError

GROUP, TIME, SPLIT = "group", "time", "split"
DIVIDING = (GROUP, TIME, SPLIT)


@dataclass(frozen=True)
class DividingColumns:
    """The names of a table's columns that divide it, "" for none."""

    group: str = ""
    time: str = ""
    split: str = ""

    @property
    def given(self) -> dict[str, str]:
        """Option -> column, of those that are given."""
        return {key: column for key in DIVIDING if (column := getattr(self, key))}

    def check(self, name: str, target: str = "", dropped: Collection[str] = ()) -> None:
        """Raises DataError where a column is the target, left out or named twice, or both group and time are given."""
        if self.group and self.time:
            raise DataError(
                f"Expected group or time of {name}, received both ({self.group}, {self.time}); choose what new data will be: of "
                "new groups, or of a later time."
            )
        if self.split and self.split in (self.group, self.time):
            raise DataError(f"Expected {self.split!r} of {name} once, received it for two purposes; choose one.")
        for key, column in self.given.items():
            if column == target:
                raise DataError(
                    f"Expected {key} of {name} other than the target, received {column!r}; name another column."
                )
            if column in dropped:
                raise DataError(
                    f"Expected {key} of {name} among the columns that are read, received {column!r}, which drop leaves out; take "
                    f"it out of drop: as {key} it is no feature anyway."
                )

    def division(self, columns: Sequence[Column], order: str = "") -> Groups | Times | None:
        """What must hold of rows that are drawn. `order` is of days and months. Raises DataError as `moments_of`, and for a row
        without a group."""
        of_name = {column.name: column for column in columns}
        if self.time:
            column = of_name[self.time]
            return Times(column.name, moments_of(column, order), column.shown())
        return Groups.of_values(self.group, _present(of_name[self.group], GROUP)) if self.group else None

    def parts(self, columns: Sequence[Column]) -> np.ndarray | None:
        """(n,) text, the split of each row, as the table's own column says; None without one.

        Raises:
            DataError: a cell says no split, or there is none but train, or no train.
        """
        if not self.split:
            return None
        [column] = [column for column in columns if column.name == self.split]
        of_word = {cell: split_meant(cell) for cell in column.distinct()}
        for row, cell in enumerate(_present(column, SPLIT)):
            if of_word[cell] is None:
                raise DataError(
                    f"Expected {', '.join(SPLITS)} in column {column.name}, as split= says, received {cell[:30]!r} in "
                    f"{column.place(row)}; correct it, or name another column."
                )
        if not {"train"} < set(of_word.values()):
            raise DataError(
                f"Expected train and validation or test in column {column.name}, as split= says, received only "
                f"{', '.join(sorted(column.distinct()))}; leave split out to have the splits drawn."
            )
        return np.array([of_word[cell] for cell in column.text])


def _present(column: Column, key: str) -> np.ndarray:
    """(n,) text; DataError if a cell is missing."""
    if column.n_missing:
        row = column.text.index("")
        raise DataError(
            f"Expected a value in every row of column {column.name}, as {key}= needs, received none in {column.place(row)} "
            f"({column.n_missing:,} missing cells); fill them, or leave the rows out."
        )
    return np.array(column.text)
