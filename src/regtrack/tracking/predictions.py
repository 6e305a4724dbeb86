"""A trial's stored predictions, read back as arrays."""

import mlflow
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from mlflow import MlflowClient

from regtrack.errors import StoreError
from regtrack.tracking.artifacts import read_table
from regtrack.tracking.moved import found_address


def read_artifact(client: MlflowClient, run_id: str, artifact: str) -> pa.Table:
    """A table of a run. Raises StoreError: missing, damaged, or of another schema.

    Asked for by its address, a local artifact is read where it lies; by run and path MLflow copies it on every call.
    """
    uri = f"{found_address(client.tracking_uri, client.get_run(run_id).info.artifact_uri)}/{artifact}"
    try:
        path = mlflow.artifacts.download_artifacts(artifact_uri=uri, tracking_uri=client.tracking_uri)
    except Exception:  # each kind of artifact store has errors of its own
        raise StoreError(f"{artifact} is missing at {uri}: the trial did not finish, or it was deleted") from None
    return read_table(path, artifact)


def lists(table: pa.Table, column: str) -> np.ndarray | None:
    """A list column as (n_rows, length) float32; None where it is null."""
    values = table.column(column).combine_chunks()
    return None if values.null_count else values.flatten().to_numpy().reshape(len(values), -1)


def of_split(table: pa.Table, split: str, epoch_kind: str | None = "selected") -> pa.Table:
    """The rows of one split (and kind of epoch)."""
    rows = pc.equal(table.column("split"), split)
    if epoch_kind:
        rows = pc.and_(rows, pc.equal(table.column("epoch_kind"), epoch_kind))
    return table.filter(rows)
