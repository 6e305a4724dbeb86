"""A trial's stored predictions, read back as arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from regtrack import names
from regtrack.errors import StoreError
from regtrack.tracking.artifact_files import folders_of, local_artifact
from regtrack.tracking.artifacts import read_table

if TYPE_CHECKING:
    from mlflow import MlflowClient

T = TypeVar("T")
READERS = 2
"""Files that are read at a time: unpacking them keeps a core busy, and holds nobody up who runs Python."""


def read_artifact(client: MlflowClient, run_id: str, artifact: str) -> pa.Table:
    """A table of a run. Raises StoreError: missing, damaged, or of another schema."""
    [table] = read_artifacts(client, [run_id], artifact)
    return table


def read_artifacts(client: MlflowClient, run_ids: Iterable[str], artifact: str) -> list[pa.Table]:
    """The same table of each run. Raises StoreError as `read_artifact`."""
    return read_of_artifacts(client, run_ids, artifact, lambda table: table)


def read_of_artifacts(
    client: MlflowClient, run_ids: Iterable[str], artifact: str, wanted: Callable[[pa.Table], T]
) -> list[T]:
    """What is wanted of the same table of each run; the rest is not kept, which of ten thousand would be gigabytes. Raises StoreError as
    `read_artifact`."""
    run_ids = list(run_ids)
    addresses, why = folders_of(client, run_ids), ": the trial did not finish, or it was deleted"
    paths = [local_artifact(client, one, artifact, why=why, address=addresses.get(one)) for one in run_ids]
    with ThreadPoolExecutor(READERS) as readers:
        return list(readers.map(lambda path: wanted(read_table(path, artifact)), paths))


def lists(table: pa.Table, column: str) -> np.ndarray | None:
    """A list column as (n_rows, length) float32; None where it is null. Raises StoreError where it is something else."""
    try:
        chunks = table.column(column)
        values = (
            chunks.chunk(0) if chunks.num_chunks == 1 else chunks.combine_chunks()
        )  # which copies a single one, too
        return None if values.null_count else values.flatten().to_numpy().reshape(len(values), -1)
    except (AttributeError, KeyError, ValueError) as error:  # no lists, or of several lengths
        raise StoreError(f"{column}: expected lists of one length, received something else ({error})") from None


def of_split(table: pa.Table, split: str, epoch_kind: str | None = "selected") -> pa.Table:
    """The rows of one split (and kind of epoch). Raises StoreError for a table that does not say."""
    try:
        rows = pc.equal(table.column("split"), split)
        if epoch_kind:
            rows = pc.and_(rows, pc.equal(table.column("epoch_kind"), epoch_kind))
        # In one chunk: of none at all, a table without rows, pyarrow's search ends the process.
        places = pc.indices_nonzero(rows.combine_chunks()).to_numpy()
        if len(places) and places[-1] - places[0] + 1 == len(places):  # as they are written: nothing is copied
            return table.slice(int(places[0]), len(places))
        return table.filter(rows)
    except (pa.ArrowException, KeyError) as error:
        raise StoreError(
            f"{names.PREDICTIONS}: expected texts in split and epoch_kind, received something else ({error})"
        ) from None
