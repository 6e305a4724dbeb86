"""Files that hold far more than they weigh are refused in one line, before anything of them is unpacked."""

import io
import os
import resource
import struct
import time
import zipfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from regtrack.data import load_dataset
from regtrack.data.swelling import SMALL, memory, swollen
from regtrack.errors import DataError


@pytest.fixture
def refused(tmp_path, monkeypatch):
    """refused(spec) -> the one line, said within 2 s of processor time and 100 MB."""
    monkeypatch.chdir(tmp_path)

    def refused(spec):
        before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
        with pytest.raises(DataError) as caught:
            load_dataset(spec, split_seed=0)
        assert time.process_time() - start < 2
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000
        assert "\n" not in str(caught.value)
        return str(caught.value)

    return refused


def test_what_a_file_holds_is_weighed_against_the_file_and_the_machine(tmp_path):
    """A gigabyte out of nearly nothing is too much, the same out of a file of a hundredth is data; nothing above the
    machine's memory is."""
    path = tmp_path / "file"
    path.write_bytes(b"x" * 1000)
    assert swollen(path, SMALL) == ""
    assert swollen(path, 2 * SMALL) == "2.1 GB to unpack from a file of 0.0 MB"
    os.truncate(path, SMALL // 50)
    assert swollen(path, 2 * SMALL) == ""
    assert "more than this machine's memory" in swollen(path, memory() + 1)


def npy(shape, dtype="<f4", content=b"") -> bytes:
    """An .npy file whose header announces `shape` in front of `content`."""
    stream = io.BytesIO()
    np.lib.format.write_array_header_1_0(stream, {"descr": dtype, "fortran_order": False, "shape": shape})
    return stream.getvalue() + content


def test_an_archive_that_unpacks_to_gigabytes_is_refused(refused):
    """3 GB of zeros in a file of some kB, as its own directory says; none of it is read."""
    with zipfile.ZipFile("mine.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.npy", npy((100, 8), content=bytes(3200)))
        archive.writestr("y.npy", npy((100,), "<i8", np.arange(100).tobytes()))
    content = bytearray(Path("mine.npz").read_bytes())
    entry = content.index(b"PK\x01\x02")  # the directory's first entry: unpacked size stands 24 bytes in
    content[entry + 24 : entry + 28] = struct.pack("<I", 3_000_000_000)
    Path("mine.npz").write_bytes(content)
    message = refused("npz:mine.npz")
    assert "Expected arrays that fit in memory at " in message
    assert "received 3.0 GB to unpack" in message


def test_an_array_that_promises_more_than_it_holds_is_refused(refused):
    """A header of 4 TB in front of 32 bytes: numpy would ask the system for all of it first."""
    with zipfile.ZipFile("mine.npz", "w") as archive:
        archive.writestr("x.npy", npy((10**6, 10**6), content=bytes(32)))
        archive.writestr("y.npy", npy((4,), "<i8", bytes(32)))
    message = refused("npz:mine.npz")
    assert "Expected x.npy in " in message
    assert "to hold the 4,000,000,000,000 bytes its header promises, received " in message


def test_a_table_of_a_billion_equal_cells_is_refused(refused):
    """One value a million times is a few bytes of parquet; a thousand such row groups are 8 GB."""
    group = pa.table(
        {
            "a": pa.array(np.ones(1_000_000, np.int8)).dictionary_encode(),
            "kind": pa.array(["x"] * 1_000_000).dictionary_encode(),
        }
    )
    with pq.ParquetWriter("mine.parquet", group.schema, compression="zstd") as writer:
        for _ in range(100):
            writer.write_table(group)
    message = refused("table:mine.parquet?target=kind")
    assert "Expected a table that fits in memory at " in message
    assert "received 100,000,000 rows of 2 columns, 1.6 GB to unpack from a file of " in message


@pytest.mark.parametrize("spec", ["npz:pipe.npz", "table:pipe.csv?target=kind", "table:pipe.parquet?target=kind"])
def test_a_pipe_is_refused_and_not_waited_for(spec, refused):
    """Reading a FIFO that nobody writes to would never end."""
    os.mkfifo(spec.partition(":")[2].partition("?")[0])
    message = refused(spec)
    assert "Expected a file at " in message
    assert "received a pipe or device; correct the path" in message


def dictionary(values: list, n: int) -> pa.Array:
    """n cells of these values in turn, each value stored once."""
    return pa.DictionaryArray.from_arrays(pa.array(np.arange(n) % len(values), pa.int32()), pa.array(values))


@pytest.mark.parametrize("options", ["", "&numbers=a", "&categorical=a"])
def test_texts_that_are_stored_once_and_written_out_in_every_row_are_refused(refused, options):
    """Five texts of 50 kB in 100,000 rows are 2 kB of file and 5 GB of cells: they are measured before they are written out."""
    n = 100_000
    table = pa.table({"a": dictionary([f"{i}" * 50_000 for i in range(5)], n), "kind": dictionary(["a", "b"], n)})
    pq.write_table(table, "mine.parquet", compression="zstd", store_schema=False)
    message = refused(f"table:mine.parquet?target=kind{options}")
    assert "received 100,000 rows of 2 columns, 5.0 GB to unpack from a file of 0.0 MB; save the rows" in message


def test_many_columns_of_long_texts_are_refused_by_what_their_pages_weigh(refused):
    """200 dictionaries of 2 MB in a file of 70 kB, which the file's own account tells."""
    table = {f"c{i}": dictionary(["x" * 2_000_000, "z"], 100) for i in range(200)} | {"kind": ["a", "b"] * 50}
    pq.write_table(pa.table(table), "mine.parquet", compression="zstd")
    assert "received 100 rows of 201 columns, 0.4 GB to unpack from a file of 0.1 MB" in refused(
        "table:mine.parquet?target=kind"
    )


def test_lists_are_refused_by_their_type_and_not_unpacked(refused):
    """A hundred million numbers in lists, 3 kB of file: the column is named; asked for as categories, it is too much; left out,
    the rest loads."""
    lists = pa.array([[0] * 1_000_000] * 60, pa.list_(pa.int8()))
    columns = {"a": lists, "b": pa.array([[{"x": 1}]] * 60), "size": np.arange(60.0) ** 2, "kind": ["a", "b"] * 30}
    pq.write_table(pa.table(columns), "mine.parquet", compression="zstd", row_group_size=20)
    message = refused("table:mine.parquet?target=kind")
    assert "'a' (values of type ndarray), 'b' (values of type ndarray); leave them out with &drop=a,b" in message
    assert load_dataset("table:mine.parquet?target=kind&drop=a,b", split_seed=0).feature_names == ("size",)


def test_a_table_of_more_cells_than_memory_holds_is_refused(refused, monkeypatch):
    """Cells cost far more as they are read than as they are stored."""
    pq.write_table(pa.table({"a": np.arange(200_000), "kind": ["a", "b"] * 100_000}), "mine.parquet")
    monkeypatch.setattr("regtrack.data.tables.parquet_file.memory", lambda: 70_000_000)
    assert "200,000 rows of 2 columns, 0.1 GB when read, too much for this machine" in refused(
        "table:mine.parquet?target=kind"
    )


def test_types_that_parquet_states_are_read_as_before(tmp_path):
    """Texts, long ones, bytes that are dropped, missing cells, names with points: read as pandas reads them."""
    path, n = tmp_path / "mine.parquet", 60
    columns = {
        "a.b": pa.array([None if i % 7 == 0 else "xyz"[i % 3] for i in range(n)]),
        "a": pa.array(["pqr"[i % 3] for i in range(n)], pa.large_string()),
        "raw": pa.array([b"\xff"] * n),
        "size": np.arange(float(n)) ** 2,
        "kind": ["a", "b"] * 30,
    }
    pq.write_table(pa.table(columns), path)
    names = load_dataset(f"table:{path}?target=kind&drop=raw", split_seed=0).feature_names
    assert names == ("size", "a.b=(missing)", "a.b=x", "a.b=y", "a.b=z", "a=p", "a=q", "a=r")
