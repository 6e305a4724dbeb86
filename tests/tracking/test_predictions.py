"""Rows of stored predictions by their split."""

import pyarrow as pa
import pytest

from regtrack.tracking.predictions import of_split


@pytest.mark.parametrize("chunks", [0, 1, 3])
def test_a_table_without_rows_of_a_split_has_none(chunks):
    """Of no chunk, of one and of several; with such rows they are these, where they stand together and where they do not."""
    texts = pa.schema([("split", pa.string()), ("epoch_kind", pa.string()), ("example_id", pa.int64())])
    table = pa.table({"split": ["val", "test", "test"], "epoch_kind": ["selected"] * 3, "example_id": [1, 2, 3]}, texts)
    parted = pa.Table.from_batches(table.to_batches() * chunks, texts)
    assert len(of_split(parted, "train")) == 0
    assert of_split(parted, "test")["example_id"].to_pylist() == [2, 3] * chunks
