"""A parquet file, whose own account of itself is asked before anything of it is unpacked, and again before texts are written out."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from regtrack.data.swelling import SMALL, memory, swollen
from regtrack.data.tables.columns import Column
from regtrack.data.tables.csv_file import check_names
from regtrack.data.tables.frames import columns_of
from regtrack.data.tables.text_columns import columns_from_text
from regtrack.errors import DataError

BYTES_A_CELL = 190
"""Of memory, while a table is read: its cell as a number, as a text and as it is shown. Measured on a million rows of
whole numbers and words."""
SMALL_PAGES = SMALL // 4
"""Bytes of encoded pages: parquet writes a repeated value once, so that pages hardly shrink when they are packed as well."""


@dataclass(frozen=True)
class ParquetTable:
    """The columns of a parquet file, of the types that it states, in its order; nothing is read yet."""

    path: Path
    names: list[str]
    notes: tuple[str, ...] = ()

    def columns(
        self,
        *,
        numbers: Collection[str] = (),
        decimal: str = "",
        without: Collection[str] = (),
        categorical: Collection[str] = (),
    ) -> list[Column]:
        """The columns but those of `without`, which are not unpacked, and neither are lists and records, which are neither
        numbers nor categories, unless they are among `categorical`. Text among `numbers` is read as `columns_from_text` does.

        Raises DataError: the file is damaged, or holds more than it should or fits in memory.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        with _readable(self.path):
            fields = {field.name: field.type for field in pq.read_schema(self.path) if field.name not in without}
            nested = {
                name: kind for name, kind in fields.items() if pa.types.is_nested(kind) and name not in categorical
            }
            flat = [name for name in fields if name not in nested]
            _refuse_swollen(self.path, flat)
            frame = _read(self.path, {name: fields[name] for name in flat}).to_pandas(ignore_metadata=True)
        read = {column.name: column for column in columns_of(frame, str(self.path))}
        for name in set(numbers) & set(read):
            if read[name].numbers is None:
                [read[name]] = columns_from_text([name], [read[name].text], numbers=numbers, decimal=decimal)
        kinds = {name: "dict" if pa.types.is_struct(kind) else "ndarray" for name, kind in nested.items()}
        return [read[name] if name in read else _not_unpacked(name, kinds[name], len(frame)) for name in fields]


def read_parquet(path: Path) -> ParquetTable:
    """A parquet file; an index that pandas saved with it is a column like the others. Raises DataError for a damaged one."""
    import pyarrow.parquet as pq

    with _readable(path):
        names = pq.read_schema(path).names
    check_names(names, str(path))
    return ParquetTable(path, names)


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except DataError:
        raise
    except Exception as error:  # pyarrow raises several kinds for a damaged file
        raise DataError(
            f"Expected a parquet file at {path}, received one that cannot be read ({' '.join(str(error).split())[:160]}); "
            "write it again."
        ) from error


def _refuse_swollen(path: Path, names: Sequence[str]) -> None:
    """DataError for a file of far more cells than it weighs: a column of one value is a few bytes in it."""
    import pyarrow.parquet as pq

    metadata, wanted = pq.read_metadata(path), set(names)
    groups = [metadata.row_group(i) for i in range(metadata.num_row_groups)]
    parts = [group.column(i) for group in groups for i in range(group.num_columns)]
    # A name may hold points itself; of a list the leaf's path goes on behind the column's name.
    parts = [part for part in parts if part.path_in_schema in wanted or part.path_in_schema.split(".")[0] in wanted]
    cells = sum(part.num_values for part in parts)
    problem = (
        swollen(path, sum(part.total_uncompressed_size for part in parts), small=SMALL_PAGES)
        or swollen(path, 8 * cells)
        or (
            f"{BYTES_A_CELL * cells / 1e9:,.1f} GB when read, too much for this machine"
            if BYTES_A_CELL * cells > memory()
            else ""
        )
    )
    if problem:
        raise _too_large(path, metadata, problem)


def _read(path: Path, fields: dict):
    """The columns as an Arrow table. Texts are read as parquet holds them, each once, and written out when it is known how long
    that is: five texts of 50 kB in a hundred thousand rows are 5 GB."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    texts = [name for name, kind in fields.items() if _is_text(kind)]
    file = pq.ParquetFile(path, read_dictionary=texts)
    table = file.read(columns=list(fields)).select(list(fields))
    chunks = [chunk for name in texts for chunk in table.column(name).chunks if pa.types.is_dictionary(chunk.type)]
    lengths = (pc.sum(pc.take(pc.binary_length(chunk.dictionary), chunk.indices)).as_py() for chunk in chunks)
    if problem := swollen(path, sum(length or 0 for length in lengths)):
        raise _too_large(path, file.metadata, problem)
    for name in texts:
        written = (
            pa.large_binary()
            if pa.types.is_binary(fields[name]) or pa.types.is_large_binary(fields[name])
            else pa.large_string()
        )
        table = table.set_column(table.column_names.index(name), name, table.column(name).cast(written))
    table.validate(full=True)  # texts that are no UTF-8 are told here, and not by whoever looks at them
    return table


def _is_text(kind) -> bool:
    import pyarrow as pa

    return (
        pa.types.is_string(kind)
        or pa.types.is_large_string(kind)
        or pa.types.is_binary(kind)
        or pa.types.is_large_binary(kind)
    )


def _too_large(path: Path, metadata, problem: str) -> DataError:
    return DataError(
        f"Expected a table that fits in memory at {path}, received {metadata.num_rows:,} rows of {metadata.num_columns:,} "
        f"columns, {problem}; save the rows and columns that are needed."
    )


def _not_unpacked(name: str, kind: str, n: int) -> Column:
    """A column that is refused whatever it holds, unless nobody asks for it: its cells are not looked at."""
    return Column(name, [f"{kind} {i}" for i in range(n)], wrong=f"values of type {kind}")
