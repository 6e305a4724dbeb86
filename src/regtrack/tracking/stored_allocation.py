"""The allocation of a sweep with `seeds: auto`: a tag of its run, written before it is acted on, read when it goes on."""

from mlflow import MlflowClient

from regtrack import names
from regtrack.diagnosis.allocation.record import Allocation
from regtrack.errors import StoreError
from regtrack.tracking import reader


def read_allocation(client: MlflowClient, sweep_id: str) -> Allocation:
    """What the sweep's newest run decided. Raises StoreError where that is missing or was changed to something else."""
    _, _, run_id = reader.find_sweep(client, sweep_id)
    text = reader.tags(client, run_id).get(names.ALLOCATION, "")
    try:
        return Allocation.from_text(text)
    except ValueError:
        raise StoreError(
            f"sweep {sweep_id}: expected {names.ALLOCATION} as it was written, received {text!r}; put back what stood there, or "
            "run the sweep again"
        ) from None
