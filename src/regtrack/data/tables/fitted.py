"""TableEncoding: what the train rows of a table gave to make numbers of any row of it, as a value that is stored as JSON."""

import json
from dataclasses import asdict, dataclass, replace

import numpy as np

from regtrack.data.tables.dates import part_names
from regtrack.errors import DataError
from regtrack.foreign import from_json

VERSION = 1
MISSING_CATEGORY = "(missing)"


@dataclass(frozen=True)
class NumberColumn:
    """A column of numbers: missing ones take `median`, then minus `mean`, over `deviation`.

    Args:
        name: the table's.
        median, mean, deviation: of the train rows, in the column's own units.
        marks_missing: a column of inputs says where it is missing.
        is_boolean: true and false are 1 and 0.
        decimal: "." or ",", of a number that comes as text.
        reads_any: what is no number is missing, and not refused.
        sign: the currency or percent sign of the file's numbers, "" without; None where any is left aside, or none was
            recorded.
        unit: what stood behind each of the file's numbers, as `kg`; "" where nothing did.
    """

    name: str
    median: float
    mean: float
    deviation: float
    marks_missing: bool
    is_boolean: bool = False
    decimal: str = "."
    reads_any: bool = False
    sign: str | None = None
    unit: str = ""


@dataclass(frozen=True)
class CategoryColumn:
    """A column of categories: 1 in the input of its value, else 0; a value that is none of `values` is 0 in all.

    Args:
        name: the table's.
        values: those of the train rows, in the order of their inputs; MISSING_CATEGORY for a missing cell.
    """

    name: str
    values: tuple[str, ...]

    def one_hot(self, cells: list[str]) -> np.ndarray:
        """(n, n_values) booleans of n texts."""
        place = {value: i for i, value in enumerate(self.values)}
        codes = np.array([place.get(cell, -1) for cell in cells])
        return codes[:, None] == np.arange(len(self.values))


@dataclass(frozen=True)
class DateColumn:
    """A column of dates, which becomes those of `part_names`: numbers and categories as any other.

    Args:
        name: the table's.
        order: "dmy" or "mdy", which of day and month stands first in 3/4/2024; "" where no date of the file told.
    """

    name: str
    order: str


@dataclass(frozen=True)
class TableEncoding:
    """Inputs stand in this order: numbers; for each that marks it, whether it is missing; each category's values."""

    numbers: tuple[NumberColumn, ...]
    categories: tuple[CategoryColumn, ...]
    dates: tuple[DateColumn, ...] = ()

    @property
    def columns(self) -> dict[str, str]:
        """The columns of the table that are read -> "number", "category" or "date"."""
        parts = {part for date in self.dates for part in part_names(date.name)}
        kinds = {column.name: "number" for column in self.numbers} | {c.name: "category" for c in self.categories}
        own = {name: kind for name, kind in kinds.items() if name not in parts}
        return own | dict.fromkeys((date.name for date in self.dates), "date")

    @property
    def feature_names(self) -> tuple[str, ...]:
        """A name for each input: NAME, `NAME is missing`, `NAME=VALUE`."""
        missing = [f"{column.name} is missing" for column in self.numbers if column.marks_missing]
        values = [f"{column.name}={value}" for column in self.categories for value in column.values]
        return (*(column.name for column in self.numbers), *missing, *values)

    def encoded(self, numbers: list[np.ndarray], categories: list[list[str]]) -> np.ndarray:
        """Inputs (n, n_features) float32.

        Args:
            numbers: (n,) float64 of each of `self.numbers`, NaN for missing.
            categories: n texts of each of `self.categories`, MISSING_CATEGORY for missing.
        """
        scaled = [
            (np.where(np.isnan(values), column.median, values) - column.mean) / column.deviation
            for column, values in zip(self.numbers, numbers, strict=True)
        ]
        missing = [
            np.isnan(values) for column, values in zip(self.numbers, numbers, strict=True) if column.marks_missing
        ]
        one_hot = [column.one_hot(cells) for column, cells in zip(self.categories, categories, strict=True)]
        return np.column_stack([*scaled, *missing, *one_hot]).astype(np.float32)

    def unscaled(self) -> "TableEncoding":
        """The same with numbers in the table's own units, for a model that reads those."""
        return replace(self, numbers=tuple(replace(column, mean=0.0, deviation=1.0) for column in self.numbers))

    def to_json(self) -> str:
        """All of it, with the version of this layout."""
        return json.dumps({"version": VERSION, **asdict(self)}, indent=1, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "TableEncoding":
        """Raises DataError for a layout of another version, or none."""
        try:
            fields = from_json(text)
            version = fields.pop("version")
            if version != VERSION:
                raise DataError(
                    f"Expected a table's encoding of version {VERSION}, received version {version!r}; use the regtrack that "
                    "logged the model."
                )
            numbers = tuple(NumberColumn(**column) for column in fields["numbers"])
            categories = tuple(CategoryColumn(c["name"], tuple(c["values"])) for c in fields["categories"])
            dates = tuple(DateColumn(**column) for column in fields["dates"])
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise DataError(
                f"Expected a table's encoding as regtrack writes it, received something else ({error}); log the model again."
            ) from None
        return cls(numbers, categories, dates)
