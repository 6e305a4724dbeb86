import itertools
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from regtrack.data.dividing.division import divided
from regtrack.data.query import SHARES, Query, existing_path, parse_query, refuse_idle_shares
from regtrack.data.shares import check_shares
from regtrack.data.sources.base import Source
from regtrack.data.tables.column_roles import raw_from_columns
from regtrack.data.tables.csv_file import read_csv
from regtrack.data.tables.dates import ORDERS, with_parts
from regtrack.data.tables.dividing_columns import DIVIDING, DividingColumns
from regtrack.data.tables.named import find_columns, listed
from regtrack.data.tables.numerals import DECIMALS
from regtrack.errors import DataError

CSV = (".csv", ".tsv")
PARQUET = (".parquet", ".pq")
CSV_OPTIONS = ("separator", "encoding", "header", "decimal")
ROLES = ("drop", "categorical", "numbers", "dates")
"""Options that say of a column what it is."""
SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|", "space": " "}


class TableFile(Source):
    """A CSV or parquet file, `table:path?target=column`; the other columns are encoded, fitted on the train rows."""

    name = "table"
    options = (
        "target",
        "drop",
        "categorical",
        "numbers",
        "dates",
        "date_order",
        "scale",
        *DIVIDING,
        *CSV_OPTIONS,
        *SHARES,
    )
    suffixes = CSV + PARQUET
    example = "table:data/mine.csv?target=class"

    def check(self, argument):
        existing_path(self._query(argument))

    def load(self, argument):
        """A table's rows: numbers scaled, categories one-hot, missing cells filled and marked; see `tables/encoding.py`.

        Args:
            argument: path of a .csv, .tsv or .parquet file, with `?target=column`, and where wanted `&drop=column1,column2`
                (left out), `&categorical=column1,column2` (one-hot whatever they hold), `&numbers=column1,column2` (what
                is no number is missing), `&dates=column1,column2` (days since 1970, day of week, month; `&date_order=dmy|mdy`
                where nothing tells), `&scale=none` (numbers stay as they are; else each column by its own mean and standard
                deviation), `&group=column` (no group stands in two splits), `&time=column` (the past trains, the future tests),
                `&split=column` (train, validation or test, as its cells say), none of them a feature unless categorical, numbers
                or dates names it too, `&validation_share=`, `&test_share=`; of a CSV `&separator=;` (or comma, semicolon, tab, pipe,
                space), `&encoding=latin-1`, `&header=yes|no`, `&decimal=comma|point` (of 1.404, where it may be either).

        Raises:
            DataError: there is no such file or column, the target is no class, or a column can be neither number nor
                category.
        """
        query = self._query(argument)
        scale = query.choice("scale", ("columns", "none"), "columns")
        shares = {key: query.share(key) for key in SHARES}
        check_shares(**shares)
        path = existing_path(query)
        decimal = DECIMALS.get(query.choice("decimal", tuple(DECIMALS)), "")
        table = _read(path, query)
        names = table.names
        target = _target(query, names, path)
        chosen = {key: set(find_columns(names, query.many(key), key, path.name)) for key in ROLES}
        for key in ROLES:
            if target in chosen[key]:
                raise DataError(
                    f"Expected {key} of {path.name} without the target, received {target!r}; take it out of {key}."
                )
        dropped, categorical, numbers, dates = chosen.values()
        dividing = DividingColumns(**{key: _one_column(query, names, key, path) for key in DIVIDING if query.many(key)})
        dividing.check(path.name, target, dropped)
        for (a, one), (b, other) in itertools.combinations(chosen.items(), 2):
            if both := sorted(one & other):
                raise DataError(f"Expected a column in {a} or in {b}, received {', '.join(both)} in both; choose one.")
        order = query.choice("date_order", ORDERS)
        columns = table.columns(numbers=numbers, decimal=decimal, without=dropped, categorical=categorical)
        division, parts = dividing.division(columns, order), dividing.parts(columns)
        columns = [with_parts(column, order) if column.name in dates else column for column in columns]
        no_features = {target, *dropped, *dividing.given.values()} - {*categorical, *numbers, *dates}
        raw = raw_from_columns(
            [column for column in columns if column.name not in no_features],
            next(column for column in columns if column.name == target).labels(),
            name=path.stem,
            categorical=categorical,
            numeric=numbers,
            validation_share=shares["validation_share"],
            test_share=shares["test_share"],
            is_divided=bool(dividing.given),
            notes=table.notes,
        )
        raw = divided(raw, division, parts, **shares)
        refuse_idle_shares(query, raw)
        return replace(raw, is_scaled=scale == "columns")

    def _query(self, argument: str) -> Query:
        return parse_query(self.name, argument, self.options, example=self.example)

    def spec_of(self, path):
        return super().spec_of(path if "?" in path else f"{path}?target=column")


def _target(query: Query, names: Sequence[str], path: Path) -> str:
    targets = query.many("target")
    if not targets:
        raise DataError(
            f"Expected one target column of {path.name}, received none; add {'&' if query.options else '?'}target= one of "
            f"{listed(names)}."
        )
    if len(found := find_columns(names, targets, "target", path.name)) > 1:
        raise DataError(
            f"Expected one target column of {path.name}, received {len(found)} ({', '.join(found)}): multi-label targets "
            "are not supported; give one of them."
        )
    return found[0]


def _one_column(query: Query, names: Sequence[str], key: str, path: Path) -> str:
    found = find_columns(names, query.many(key), key, path.name)
    if len(found) > 1:
        raise DataError(
            f"Expected one column for {key} of {path.name}, received {len(found)} ({', '.join(found)}); give one of them."
        )
    return found[0]


def _read(path: Path, query: Query):
    """A `CsvTable` or a `ParquetTable`: names, notes, columns."""
    suffix = path.suffix.lower()
    if suffix in CSV:
        given = query.one("separator")
        separator = SEPARATORS.get(given.strip().lower(), given)
        if len(separator) > 1:
            raise DataError(
                f"Expected separator as one character or among {', '.join(SEPARATORS)}, received {given!r}; choose one."
            )
        header = query.choice("header", ("yes", "no"))
        return read_csv(path, separator=separator, encoding=query.one("encoding"), header=header)
    if suffix in PARQUET:
        for key in CSV_OPTIONS:
            if query.many(key):
                raise DataError(f"Expected {key} of a CSV file only, received it for {path.name}; leave it out.")
        from regtrack.data.tables.parquet_file import read_parquet

        return read_parquet(path)
    raise DataError(
        f"Expected a table in {', '.join(CSV + PARQUET)}, received {path}; save it as one of these (a spreadsheet as CSV)."
    )
