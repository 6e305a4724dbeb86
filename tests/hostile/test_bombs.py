"""Files of the store and of a spool that would unpack to far more than they weigh: told before they are unpacked."""

import io
import zipfile
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from regtrack import names
from regtrack.data.swelling import swollen
from regtrack.errors import StoreError
from regtrack.tracking import artifacts, shown_examples
from regtrack.tracking.packed_trial import unpacked

SMALL = partial(swollen, small=100_000)
"""As for a file of gigabytes, which a test need not write."""


def test_a_table_of_one_value_a_million_times(tmp_path, monkeypatch):
    """Parquet writes it once: eight megabytes from a few hundred bytes."""
    monkeypatch.setattr(artifacts, "swollen", SMALL)
    table = pa.table({"split": pa.array(np.zeros(10**6, np.int8))})
    pq.write_table(
        table.replace_schema_metadata({names.SCHEMA_KEY: names.SCHEMAS[names.PREDICTIONS]}), tmp_path / "t.parquet"
    )
    with pytest.raises(StoreError, match=r"is damaged \(0.0 GB to unpack from a file of"):
        artifacts.read_table(tmp_path / "t.parquet", names.PREDICTIONS)


def test_examples_of_zeros(tmp_path, monkeypatch):
    """The pictures of a sweep's test examples: ten megabytes from ten kilobytes."""
    monkeypatch.setattr(shown_examples, "swollen", SMALL)
    np.savez_compressed(tmp_path / "e.npz", schema=names.SCHEMAS[names.TEST_EXAMPLES], x=np.zeros((10**7,), np.uint8))
    with pytest.raises(StoreError, match=r"is damaged .*to unpack from a file of"):
        shown_examples.read_test_examples(tmp_path / "e.npz")


def test_a_trial_that_was_packed_with_compression():
    """A packed trial is as large as what it holds; anything else is none of ours, and is not unpacked."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("trial.json", " " * 10**6)
    with pytest.raises(StoreError, match="it holds more than it weighs"), unpacked(file.getvalue()):
        pass
