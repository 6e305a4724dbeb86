"""Artifacts: files of tables, texts and values, each with its schema version; a table is checked as it is read."""

import json
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from regtrack import names
from regtrack.data.swelling import swollen
from regtrack.errors import StoreError
from regtrack.measures.declared import MEASURES, measures_shown
from regtrack.measures.measure import Shown
from regtrack.measures.primaries import DIFFERENCES
from regtrack.tracking.column_kinds import with_number_types
from regtrack.tracking.own_table import refuse_foreign
from regtrack.words.failures import first_line


def write_table(table: pa.Table | pd.DataFrame, folder: Path, artifact: str) -> None:
    """Write `table` as `artifact` (its path in the store) below `folder`, with its schema version."""
    _write(table, place_of(artifact, folder), artifact)


def place_of(artifact: str, folder: Path) -> Path:
    """Where `artifact` (its path in the store) lies below `folder`, whose folders are made."""
    path = folder / artifact
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def table_bytes(table: pa.Table | pd.DataFrame, artifact: str) -> bytes:
    """What `write_table` writes."""
    sink = pa.BufferOutputStream()
    _write(table, sink, artifact)
    return sink.getvalue().to_pybytes()


def _write(table: pa.Table | pd.DataFrame, where: Path | pa.NativeFile, artifact: str) -> None:
    if isinstance(table, pd.DataFrame):
        table = pa.Table.from_pandas(table, preserve_index=False)
    metadata = {**(table.schema.metadata or {}), names.SCHEMA_KEY.encode(): names.SCHEMAS[artifact].encode()}
    floats = _floats(table.schema)
    pq.write_table(
        table.replace_schema_metadata(metadata),
        where,
        compression="zstd",
        write_page_checksum=True,
        # Hardly two probabilities are equal: a dictionary of them takes five times as long as all the rest, to be given up as too large.
        use_dictionary=[name for name in table.column_names if name not in floats],
        use_byte_stream_split=[*floats.values()],
    )


def _floats(schema: pa.Schema) -> dict[str, str]:
    """Column -> its place in a file, of those that hold floats or lists of them."""
    found = {}
    for field in schema:
        is_list = pa.types.is_list(field.type)
        if pa.types.is_floating(field.type.value_type if is_list else field.type):
            found[field.name] = f"{field.name}.list.element" if is_list else field.name
    return found


EARLIER = {
    (names.LEARNING_CURVES, "learning_curves/1"): {names.TRAIN_RUNNING_CROSS_ENTROPY: pa.float64()},
    (names.LEADERBOARD, "leaderboard/2"): {},
    (names.HIGH_CONFIDENCE_ERRORS, "high_confidence_errors/1"): {
        "rival_class": pa.int64(),
        "given_probability": pa.float64(),
        "rival_probability": pa.float64(),
    },
    (names.REGIME, "regime/1"): {},
    (names.REGIME, "regime/2"): {},
    (names.COMPARISON, "comparison/1"): {
        "p_adjusted": "p_holm", "low_alone": "low", "high_alone": "high", "reason": pa.string(), "p_equal": pa.float64(),
        "difference_iqm": pa.float64(), "seeds_apart": pa.string(), "outlying_seeds": pa.string(),
        "seeds_needed_seen": pa.int64(),
    },
}  # fmt: skip
"""Earlier schemas that still read: the columns that came later, which are missing there, or had another name."""
ADDED = {
    names.LEADERBOARD: dict.fromkeys(
        (
            *(m.name for m in measures_shown(Shown.LEADERBOARD) if m.computed),
            *(column for name in DIFFERENCES[1:] for column in MEASURES[name].columns),
        ),
        pa.float64(),
    ),
    names.COMPARISON: {
        "primary": pa.string(),
        "other_outlying_seeds": pa.string(),
        "probability_of_improvement": pa.float64(),
    },
    names.LEARNING_CURVES: dict.fromkeys((names.TRAIN_BALANCED_ACCURACY, names.VAL_BALANCED_ACCURACY), pa.float64()),
}
"""Columns that may be missing whatever the schema: a table is read by any version that has come to more measures."""


BYTES_A_CELL = 8
"""Of a number, once it is unpacked."""


def later_columns(artifact: str, schema: str) -> dict[str, pa.DataType | str]:
    """Columns that a table of this schema may lack, by their types, or by the name they had."""
    return EARLIER.get((artifact, schema), {}) | ADDED.get(artifact, {})


def write_text(text: str, folder: Path, artifact: str) -> None:
    """Write `text` as `artifact` (its path in the store) below `folder`."""
    place_of(artifact, folder).write_text(text, encoding="utf-8")


def write_json(content: dict, folder: Path, artifact: str) -> None:
    """Write `content` as `artifact` below `folder`, with its schema version."""
    place_of(artifact, folder).write_bytes(json_bytes(content, artifact))


def json_bytes(content: dict, artifact: str) -> bytes:
    """What `write_json` writes."""
    return json.dumps({"schema": names.SCHEMAS[artifact]} | content, indent=1, allow_nan=False).encode()


def mark_and_columns(schema: pa.Schema) -> tuple[str, list[str]]:
    """The name of the schema that a table was written by, `none` where it has none, and its columns' names. Raises ValueError where
    what stands for them is no text."""
    return (schema.metadata or {}).get(names.SCHEMA_KEY.encode(), b"none").decode(), schema.names


def read_table(path: str | Path, artifact: str) -> pa.Table:
    """Read a table and check it. Raises StoreError: damaged, of a schema this version does not know, or not of regtrack's making.

    What an earlier version of regtrack did not write yet is missing (null).
    """
    try:
        # At half of what pq.read_table takes for a small one, for which threads, too, cost more than they read.
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            if problem := _swollen(Path(path), file.metadata):
                raise ValueError(problem)
            table = file.read(use_threads=False)
        found, columns = mark_and_columns(table.schema)
    except FileNotFoundError:
        raise StoreError(f"{artifact} is missing at {path}: the trial did not finish, or it was deleted") from None
    except (OSError, ValueError, pa.ArrowException) as error:  # whatever a damaged footer makes of itself
        raise StoreError(f"{artifact} at {path} is damaged ({first_line(error)}); run the trial again") from None
    for name, kind in later_columns(artifact, found).items():
        if name in columns or (isinstance(kind, str) and columns.count(kind) != 1):
            continue  # it is there, or what it was called then is not
        table = table.append_column(name, table[kind] if isinstance(kind, str) else pa.nulls(table.num_rows, kind))
    if found != names.SCHEMAS[artifact] and (artifact, found) not in EARLIER:
        raise StoreError(
            f"{artifact} at {path}: expected schema {names.SCHEMAS[artifact]}, received {found}; "
            "it was written by another version of regtrack"
        )
    refuse_foreign(table, artifact, path)
    return with_number_types(table)


def _swollen(path: Path, metadata: pq.FileMetaData) -> str:
    """What is wrong with a file that unpacks to far more than it weighs; parquet writes a repeated value once."""
    parts = [
        metadata.row_group(i).column(j) for i in range(metadata.num_row_groups) for j in range(metadata.num_columns)
    ]
    return swollen(path, sum(max(part.total_uncompressed_size, BYTES_A_CELL * part.num_values) for part in parts))
