"""Reads what a sweep's networks on further splits predict, from the store alone."""

from mlflow import MlflowClient

from regtrack import names
from regtrack.diagnosis.splits.resplit import Resplit
from regtrack.tracking.predicted import SPLITS, held_out_of, predicted_of
from regtrack.tracking.predictions import read_of_artifacts
from regtrack.tracking.trials_of_sweep import read_trials


def read_resplits(client: MlflowClient, experiment_id: str, sweep_id: str) -> tuple[Resplit, ...]:
    """A value a split that has a finished trial, in order. Raises StoreError: an artifact is missing or damaged."""
    trials = read_trials(client, experiment_id, sweep_id, names.RESPLIT)
    trials = trials[trials["status"] == names.FINISHED]
    if trials.empty:
        return ()
    found = []
    for split, own in trials.sort_values(names.SEED).groupby(names.SPLIT, sort=True):
        own = own.reset_index(drop=True)
        rows = read_of_artifacts(
            client, own["run_id"], names.PREDICTIONS, lambda table: [predicted_of(table, part) for part in SPLITS]
        )
        columns = zip(*rows, strict=True)
        validation, test = (held_out_of(part, of_part, own) for part, of_part in zip(SPLITS, columns, strict=True))
        found.append(Resplit(int(split), validation, test, own))
    return tuple(found)
