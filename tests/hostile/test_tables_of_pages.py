"""Pages of a sweep whose tables and files are not what regtrack wrote: each is shown, with words where a table is none of ours."""

import json
import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import streamlit as st
from pages import VIEWS
from support.hostile import Hostile
from support.pages import open_page, words_of

from regtrack import names
from regtrack.tracking.own_table import COLUMNS

CASES = max(4, int(os.environ.get("REGTRACK_FUZZ_CASES", "0")) // 50)
pytestmark = pytest.mark.long
NOT_OURS = "this table is not one that regtrack wrote"


def other_values(hostile: Hostile, column: pa.ChunkedArray) -> pa.Array:
    """In place of a column's: of other kinds, out of range, missing, or somebody's text."""
    n = len(column)
    text = hostile.text()[:50]
    return pa.array(
        hostile.rng.choice([
            [text] * n, [1.5] * n, [-1] * n, [2**40] * n, [float("inf")] * n, [float("nan")] * n, [None] * n, [[0.5]] * n,
            [["a"]] * n, [{"a": 1}] * n, [True] * n, [0] * n, [1] * n, [*range(n)], column.to_pylist()[::-1],
            [value if i % 2 else None for i, value in enumerate(column.to_pylist())],
        ])
    )  # fmt: skip


def another(hostile: Hostile, table: pa.Table) -> pa.Table:
    """Of other columns, values or rows; by its own word of the same schema."""
    name = hostile.rng.choice(table.column_names)
    place = table.column_names.index(name)
    kind = hostile.rng.randrange(8)
    if kind == 0:
        changed = table.drop_columns([name])
    elif kind == 1:
        changed = table.slice(0, hostile.rng.choice((0, 1, table.num_rows // 2)))
    elif kind == 2:
        changed = pa.concat_tables([table] * 3)
    else:
        changed = table.set_column(place, name, other_values(hostile, table.column(name)))
    return changed.replace_schema_metadata(table.schema.metadata)


def damaged(hostile: Hostile, path: Path) -> None:
    if path.suffix == ".parquet":
        pq.write_table(another(hostile, pq.read_table(path)), path)
        return
    found = json.loads(path.read_text())
    content = {key: hostile.value(2) if hostile.rng.random() < 0.5 else value for key, value in found.items()}
    path.write_text(json.dumps(content | {"schema": found["schema"]}))


def test_any_table_shows_a_page(store):
    """A table or file of the sweep in turn, every view: no exception; some are refused as none of ours."""
    # Nothing but what a page asks for by name: tables that an earlier release wrote are there too.
    files = sorted(
        path for path in store.rglob("*")
        if (artifact := "/".join(path.parts[-2:])) in COLUMNS or (artifact in names.SCHEMAS and path.suffix == ".json")
    )  # fmt: skip
    assert len(files) > 20
    refused = 0
    for seed in range(CASES):
        hostile = Hostile(seed)
        artifact = hostile.rng.choice(sorted({"/".join(path.parts[-2:]) for path in files}))
        changed = [path for path in files if "/".join(path.parts[-2:]) == artifact]
        before = {path: path.read_bytes() for path in changed}
        for path in changed:
            damaged(hostile, path)
        st.cache_data.clear()
        for view in VIEWS:
            app = open_page(view)
            assert not app.exception, f"seed {seed}, {artifact}, {view}: {app.exception[0].message}"
            refused += NOT_OURS in words_of(app)
        for path, content in before.items():
            path.write_bytes(content)
    assert refused
