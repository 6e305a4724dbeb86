"""deliver_spooled: what waits on this machine for a store that was away is brought to it."""

from dataclasses import dataclass
from pathlib import Path

from mlflow import MlflowClient
from mlflow.entities import ViewType
from mlflow.exceptions import MlflowException

from regtrack.errors import StoreError
from regtrack.tracking.begun import Begun
from regtrack.tracking.delivery import deliver_trial
from regtrack.tracking.reader import all_experiments
from regtrack.tracking.spool import DeliveredElsewhere, Spool, claimed, spool_folders, spooled_sweeps


@dataclass(frozen=True)
class Delivered:
    """Of one sweep: how many trials the store now has, and how many another process is delivering at this moment."""

    sweep_id: str
    delivered: int
    elsewhere: int


def deliver_spooled(client: MlflowClient, experiment_id: str, sweep_id: str) -> Delivered:
    """Deliver what waits of a sweep; each is taken away when the store has it.

    Raises what the store raises where it is away again, and StoreError for a trial that is damaged.
    """
    spool, delivered, elsewhere = spool_of(client, experiment_id, sweep_id), 0, 0
    for path in spool.waiting():
        try:
            delivered += deliver_waiting(client, experiment_id, path)
        except DeliveredElsewhere:
            elsewhere += 1
    spool.tidy()
    return Delivered(sweep_id, delivered, elsewhere)


def deliver_waiting(client: MlflowClient, experiment_id: str, path: Path, begun: Begun | None = None) -> bool:
    """Whether this call delivered the trial that waits at `path`; False where another process did meanwhile. See
    `delivery.deliver_trial`."""
    with claimed(path) as packed:
        if packed is None:
            return False
        try:
            deliver_trial(client, experiment_id, packed, begun)
        except StoreError as error:
            raise StoreError(f"the trial that waits at {path}: {error}; delete it and resume the sweep") from None
        path.unlink()  # last: a process that is killed before finds the trial FINISHED, and takes it away then
        return True


def spool_of(client: MlflowClient, experiment_id: str, sweep_id: str) -> Spool:
    return Spool(spool_folders(client.get_experiment(experiment_id).artifact_location, sweep_id))


def waiting_sweeps(client: MlflowClient) -> tuple[list[tuple[str, str]], list[str]]:
    """((experiment_id, sweep_id) of each sweep of this store that has a folder here, the ids of those that this store does not
    know)."""
    experiments = all_experiments(client, ViewType.ALL)
    locations = [client.get_experiment(one).artifact_location for one in experiments]
    known, unknown = [], []
    for sweep_id in spooled_sweeps(locations):
        try:
            known.append((client.get_run(sweep_id).info.experiment_id, sweep_id))
        except MlflowException as error:
            if error.error_code != "RESOURCE_DOES_NOT_EXIST":
                raise
            unknown.append(sweep_id)
    return known, unknown
