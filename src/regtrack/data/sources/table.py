from dataclasses import replace
from pathlib import Path

from regtrack.data.query import SHARES, Query, existing_path, parse_query
from regtrack.data.shares import check_shares
from regtrack.data.sources.base import Source
from regtrack.data.tables.column_roles import find_column, raw_from_columns
from regtrack.data.tables.columns import Column
from regtrack.data.tables.csv_file import read_csv
from regtrack.errors import DataError

CSV = (".csv", ".tsv")
PARQUET = (".parquet", ".pq")
SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|", "space": " "}


class TableFile(Source):
    """A CSV or parquet file, `table:path?target=column`; the other columns are encoded, fitted on the train rows."""

    name = "table"
    options = ("target", "drop", "categorical", "separator", "encoding", "scale", *SHARES)
    suffixes = CSV + PARQUET
    example = "table:data/mine.csv?target=class"

    def load(self, argument):
        """A table's rows: numbers scaled, categories one-hot, missing cells filled and marked; see `table_encoding`.

        Args:
            argument: path of a .csv, .tsv or .parquet file, with `?target=column`, and where wanted `&drop=column1,column2`
                (left out), `&categorical=column1,column2` (one-hot whatever they hold), `&scale=none` (numbers stay as they are;
                else each column by its own mean and standard deviation), `&separator=;` (or comma,
                semicolon, tab, pipe, space) and `&encoding=latin-1` of a CSV, `&validation_share=`, `&test_share=`.

        Raises:
            DataError: there is no such file or column, the target is no class, or a column can be neither number nor
                category.
        """
        query = parse_query(self.name, argument, self.options, example=self.example)
        scale = query.choice("scale", ("columns", "none"), "columns")
        shares = {key: query.share(key) for key in SHARES}
        check_shares(**shares)
        path = existing_path(query)
        columns = _read(path, query)
        names = tuple(column.name for column in columns)
        targets = query.many("target")
        if len(targets) != 1:
            several = f"{len(targets)} ({', '.join(targets)}): multi-label targets are not supported; give one of them."
            none = f"none; add {'&' if query.options else '?'}target= one of {_listed(names)}."
            raise DataError(f"Expected one target column of {path.name}, received {several if targets else none}")
        target = find_column(names, targets[0], "target", path.name)
        dropped = {find_column(names, name, "drop", path.name) for name in query.many("drop")}
        categorical = {find_column(names, name, "categorical", path.name) for name in query.many("categorical")}
        for key, chosen in (("drop", dropped), ("categorical", categorical)):
            if target in chosen:
                raise DataError(
                    f"Expected {key} of {path.name} without the target, received {target!r}; take it out of {key}."
                )
        if both := sorted(dropped & categorical):
            raise DataError(
                f"Expected a column in drop or in categorical, received {', '.join(both)} in both; choose one."
            )
        raw = raw_from_columns(
            [column for column in columns if column.name not in {target, *dropped}],
            next(column for column in columns if column.name == target).labels(),
            name=path.stem,
            categorical=categorical,
            validation_share=shares["validation_share"],
            test_share=shares["test_share"],
        )
        return replace(raw, is_scaled=scale == "columns")

    def spec_of(self, path):
        return super().spec_of(path if "?" in path else f"{path}?target=column")


def _read(path: Path, query: Query) -> list[Column]:
    suffix = path.suffix.lower()
    if suffix in CSV:
        given = query.one("separator")
        separator = SEPARATORS.get(given.strip().lower(), given)
        if len(separator) > 1:
            raise DataError(
                f"Expected separator as one character or among {', '.join(SEPARATORS)}, received {given!r}; choose one."
            )
        return read_csv(path, separator=separator, encoding=query.one("encoding"))
    if suffix in PARQUET:
        for key in ("separator", "encoding"):
            if query.many(key):
                raise DataError(f"Expected {key} of a CSV file only, received it for {path.name}; leave it out.")
        from regtrack.data.tables.frames import read_parquet

        return read_parquet(path)
    raise DataError(
        f"Expected a table in {', '.join(CSV + PARQUET)}, received {path}; save it as one of these (a spreadsheet as CSV)."
    )


def _listed(names: tuple[str, ...], most: int = 12) -> str:
    return ", ".join(names[:most]) + (f", ... {len(names) - most} more" if len(names) > most else "")
