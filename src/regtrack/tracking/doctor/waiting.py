"""Trials that finished while the store was away, and that wait on this machine."""

from mlflow import MlflowClient

from regtrack.tracking.addresses import quoted
from regtrack.tracking.doctor.finding import Finding
from regtrack.tracking.spooled_delivery import spool_of, waiting_sweeps
from regtrack.words.lists import counted


def examine_waiting(client: MlflowClient) -> list[Finding]:
    """A finding a sweep of this store. One that is running delivers them itself, sooner or later."""
    found = []
    for experiment_id, sweep_id in waiting_sweeps(client)[0]:
        if waiting := spool_of(client, experiment_id, sweep_id).waiting():
            what = f"{counted(len(waiting), 'finished trial')} of this sweep the store does not have, in {waiting[0].parent}"
            remedy = f"regtrack deliver --store {quoted(client.tracking_uri)}"
            found.append(Finding("undelivered trials", sweep_id, what, remedy))
    return found
