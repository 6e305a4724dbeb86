"""A trial's stored predictions, read back as arrays."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from mlflow import MlflowClient

from regtrack import names
from regtrack.errors import StoreError
from regtrack.tracking.artifact_files import local_artifact
from regtrack.tracking.artifacts import read_table


def read_artifact(client: MlflowClient, run_id: str, artifact: str) -> pa.Table:
    """A table of a run. Raises StoreError: missing, damaged, or of another schema."""
    path = local_artifact(client, run_id, artifact, why=": the trial did not finish, or it was deleted")
    return read_table(path, artifact)


def lists(table: pa.Table, column: str) -> np.ndarray | None:
    """A list column as (n_rows, length) float32; None where it is null. Raises StoreError where it is something else."""
    try:
        values = table.column(column).combine_chunks()
        return None if values.null_count else values.flatten().to_numpy().reshape(len(values), -1)
    except (AttributeError, KeyError, ValueError) as error:  # no lists, or of several lengths
        raise StoreError(f"{column}: expected lists of one length, received something else ({error})") from None


def of_split(table: pa.Table, split: str, epoch_kind: str | None = "selected") -> pa.Table:
    """The rows of one split (and kind of epoch). Raises StoreError for a table that does not say."""
    try:
        rows = pc.equal(table.column("split"), split)
        if epoch_kind:
            rows = pc.and_(rows, pc.equal(table.column("epoch_kind"), epoch_kind))
        return table.filter(rows)
    except (pa.ArrowException, KeyError) as error:
        raise StoreError(
            f"{names.PREDICTIONS}: expected texts in split and epoch_kind, received something else ({error})"
        ) from None
