"""Reads what a sweep's networks on further splits predict, from the store alone."""

from collections.abc import Callable

from mlflow import MlflowClient

from regtrack import names
from regtrack.diagnosis.held_out import HeldOut
from regtrack.diagnosis.splits.resplit import Resplit
from regtrack.tracking.predictions import read_artifacts
from regtrack.tracking.trials_of_sweep import read_trials


def read_resplits(
    client: MlflowClient, experiment_id: str, sweep_id: str, held_out_of: Callable[..., HeldOut]
) -> tuple[Resplit, ...]:
    """A value a split that has a finished trial, in order.

    Args:
        held_out_of: (split, tables, trials) -> HeldOut, as the sweep's own split is read.
    Raises:
        StoreError: an artifact is missing or damaged.
    """
    trials = read_trials(client, experiment_id, sweep_id, names.RESPLIT)
    trials = trials[trials["status"] == names.FINISHED]
    if trials.empty:
        return ()
    found = []
    for split, own in trials.sort_values(names.SEED).groupby(names.SPLIT, sort=True):
        own = own.reset_index(drop=True)
        tables = read_artifacts(client, own["run_id"], names.PREDICTIONS)
        validation, test = (held_out_of(part, tables, own) for part in ("val", names.TEST))
        found.append(Resplit(int(split), validation, test, own))
    return tuple(found)
