"""Reads what a sweep's networks on further splits predict of test, from the store alone."""

from collections.abc import Callable

import pandas as pd
from mlflow import MlflowClient

from regtrack import names
from regtrack.diagnosis.held_out import HeldOut
from regtrack.diagnosis.resplit import Resplit
from regtrack.tracking.predictions import read_predictions
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
        tables = read_predictions(client, own["run_id"])
        found.append(Resplit(int(split), held_out_of(names.TEST, tables, own), train_examples_of(own)))
    return tuple(found)


def train_examples_of(trials: pd.DataFrame) -> dict[str, int]:
    """By variant: how many examples its networks learned on."""
    return {variant: int(n) for variant, n in trials.groupby("variant")[names.N_TRAIN].min().items()}
