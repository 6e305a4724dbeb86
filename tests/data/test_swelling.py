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
