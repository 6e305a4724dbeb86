"""A table's columns are of the kinds that their names have, or it is said which is not."""

import tarfile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from support.project import ROOT

from regtrack import names
from regtrack.errors import StoreError
from regtrack.tracking.column_kinds import FLAGS, KNOWN, LISTS, TEXTS, column_of_another_kind, with_number_types
from regtrack.tracking.doctor.artifacts import check_artifact
from regtrack.tracking.own_table import COLUMNS, ROWS, WHOLE


def test_every_name_is_a_column_of_the_store():
    """And no name is of two kinds."""
    assert not TEXTS - KNOWN
    assert not (LISTS | FLAGS | WHOLE) - KNOWN
    assert not TEXTS & LISTS | FLAGS & (TEXTS | LISTS)
    assert "train/accuracy" in KNOWN
    assert all(set(of) <= set(COLUMNS[artifact]) for artifact, of in ROWS.items())


@pytest.mark.parametrize(
    ("column", "values", "said"),
    [
        ("variant", ["a"], ""),
        ("variant", [1], "variant holds int64 where texts stand"),
        ("seed", [1.0], ""),
        ("seed", ["1"], "seed holds string where numbers stand"),
        ("suspected", [True, None], ""),
        ("suspected", [float("inf")], "suspected holds double where yes and no stand"),
        ("run_ids", [[]], ""),
        ("deterministic_probs", [[0.5]], ""),
        ("deterministic_probs", [0.5], "deterministic_probs holds double where lists of numbers stand"),
        ("probs", [["a"]], "probs holds list<item: string> where lists of numbers stand"),
        ("run_ids", [[1.5]], "run_ids holds list<item: double> where lists of texts stand"),
        ("value", [{"a": 1}], "value holds struct<a: int64> where numbers stand"),
        ("variant", [None], ""),
        ("variant", [float("nan")], ""),
        ("variant", [], ""),
        ("of a later version", [{"a": 1}], ""),
    ],
)
def test_what_is_of_another_kind_is_named(column, values, said):
    """A text as a number, a number as a text, anything as something else; what is missing, or not known here, is of any kind."""
    assert column_of_another_kind(pa.table({column: values})) == said


def test_numbers_that_are_all_missing_read_as_such():
    """A file has no type for them; texts, lists, and what is not known here stay as they are."""
    table = pa.table({name: pa.nulls(2) for name in ("low", "reason", "probs", "suspected", "later")})
    typed = with_number_types(table)
    assert [str(kind) for kind in typed.schema.types] == ["double", "null", "null", "null", "null"]
    assert typed["low"].to_pandas().isna().all()
    assert with_number_types(typed) == typed


def test_the_doctor_names_such_a_table_where_it_looks_into_it(tmp_path):
    """Its schema is right by its own word, and so are its columns' names."""
    table = pa.table({name: [1] for name in names.PREDICTION_COLUMNS})
    table = table.replace_schema_metadata({names.SCHEMA_KEY: names.SCHEMAS[names.PREDICTIONS]})
    pq.write_table(table, tmp_path / "t.parquet")
    check_artifact(tmp_path / "t.parquet", names.PREDICTIONS)
    with pytest.raises(StoreError, match="not one that regtrack wrote: split holds int64 where texts stand"):
        check_artifact(tmp_path / "t.parquet", names.PREDICTIONS, deep=True)


def test_every_table_of_the_last_release_is_of_these_kinds(tmp_path):
    """What regtrack itself has written is read."""
    with tarfile.open(ROOT / "tests" / "fixtures" / "last_release.tar.xz") as archive:
        archive.extractall(tmp_path, filter="data")
    tables = [pq.read_table(path) for path in tmp_path.rglob("*.parquet")]
    assert len(tables) > 20
    assert {column_of_another_kind(table) for table in tables} == {""}
