"""The grid that a sweep was started with, read back from the store. Never imports TensorFlow: resuming asks for it first."""

from pathlib import Path

from mlflow import MlflowClient

from regtrack import names
from regtrack.errors import GridError, StoreError
from regtrack.tracking import reader
from regtrack.tracking.artifact_files import local_artifact
from regtrack.variants.grid import Grid


def read_grid(client: MlflowClient, sweep_id: str) -> Grid:
    """The grid a sweep was started with, or last resumed with: that one holds every finished trial.

    Raises StoreError where it is missing or no grid.
    """
    path = artifact_of_sweep(client, sweep_id, names.GRID)
    try:
        return Grid.from_yaml(path)
    except GridError as error:
        raise StoreError(
            f"sweep {sweep_id}: {names.GRID} cannot be read ({error}); it was started by another version of regtrack"
        ) from None


def artifact_of_sweep(client: MlflowClient, sweep_id: str, artifact: str) -> Path:
    """A local path of the newest sweep run's artifact. Raises StoreError where there is none."""
    _, _, run_id = reader.find_sweep(client, sweep_id)
    why = ": it was deleted, or an earlier version of regtrack wrote none; run the sweep again"
    return local_artifact(client, run_id, artifact, of=f"sweep {sweep_id}: ", why=why)
