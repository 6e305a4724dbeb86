"""The allocation of a sweep with `seeds: auto`: written to its run before it is acted on, read back when it goes on."""

import json
import tempfile
from pathlib import Path

from mlflow import MlflowClient

from regtrack import names
from regtrack.diagnosis.allocation.record import Allocation
from regtrack.errors import StoreError
from regtrack.tracking.artifacts import write_json
from regtrack.tracking.stored_grid import artifact_of_sweep

DAMAGED = (OSError, ValueError, KeyError, TypeError, AttributeError)
"""What a file that is cut off, or holds something else, makes of itself."""


def write_allocation(client: MlflowClient, run_id: str, allocation: Allocation) -> None:
    """In place of what stood there."""
    with tempfile.TemporaryDirectory() as folder:
        write_json(allocation.to_dict(), Path(folder), names.ALLOCATION)
        client.log_artifacts(run_id, folder)


def read_allocation(client: MlflowClient, sweep_id: str) -> Allocation:
    """What the sweep's newest run decided. Raises StoreError where it is missing or damaged."""
    path = artifact_of_sweep(client, sweep_id, names.ALLOCATION)
    try:
        return Allocation.from_dict(json.loads(path.read_text(encoding="utf-8")))
    except DAMAGED as error:
        raise StoreError(f"sweep {sweep_id}: {names.ALLOCATION} is damaged ({error}); run the sweep again") from None
