"""Reads a sweep's record back from the store: curves and predictions of every finished trial."""

from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
import pyarrow as pa
from mlflow import MlflowClient

from regtrack import names
from regtrack.diagnosis.held_out import HeldOut, TrialPredictions
from regtrack.diagnosis.splits.resplit import Resplit
from regtrack.diagnosis.sweep_record import SweepRecord
from regtrack.errors import StoreError
from regtrack.tracking import reader
from regtrack.tracking.predicted import SPLITS, Predicted, held_out_of, last_probs, predicted_of
from regtrack.tracking.predictions import read_of_artifacts
from regtrack.tracking.resplits import read_resplits
from regtrack.tracking.shown_examples import read_test_examples
from regtrack.tracking.stored_allocation import read_allocation
from regtrack.tracking.stored_grid import artifact_of_sweep, read_grid
from regtrack.tracking.trials_of_sweep import read_trials
from regtrack.variants.grid import Grid


def read_record(client: MlflowClient, experiment_id: str, sweep_id: str) -> SweepRecord:
    """Everything that judges a sweep, from the store alone: a resumed sweep, and one of last year, say the same.

    Raises StoreError: no finished trial, or an artifact that is missing, damaged or of another schema.
    """
    grid = read_grid(client, sweep_id)
    every = read_trials(client, experiment_id, sweep_id)
    trials = _finished_in_order(every, grid, sweep_id)
    if trials.empty:
        raise StoreError(f"sweep {sweep_id}: expected finished trials, found none; run it, or resume it")
    *parts, last = zip(*read_of_artifacts(client, trials["run_id"], names.PREDICTIONS, _parts), strict=True)
    validation, test = (held_out_of(split, found, trials) for split, found in zip(SPLITS, parts, strict=True))
    curves = read_of_artifacts(client, trials["run_id"], names.LEARNING_CURVES, pa.Table.to_pandas)
    labels = trials["variant"].unique().tolist()
    confirming = read_trials(client, experiment_id, sweep_id, names.CONFIRM)
    failed = pd.concat([table[table["status"] == names.FAILED] for table in (every, confirming)], ignore_index=True)
    examples = read_test_examples(artifact_of_sweep(client, sweep_id, names.TEST_EXAMPLES))
    return SweepRecord(
        variants=tuple(variant for variant in grid.variants if variant.label in labels),
        settings=grid.settings,
        trials=trials,
        curves=tuple(curves),
        validation=validation,
        test=test,
        last_probs=last,
        class_names=examples.class_names,
        is_image=examples.is_image,
        digest=examples.digest,
        recorded_primary=reader.recorded_primary(client, experiment_id, sweep_id),
        picture_of=examples.picture,
        features_of=examples.features,
        grid=grid,
        failed=failed,
        confirming=confirming[confirming["status"] == names.FINISHED],
        fresh=_fresh(client, confirming, trials, test),
        confirm_seeds=reader.confirm_seeds(client, sweep_id),
        resplits=_resplits(client, experiment_id, sweep_id, trials, (validation, test), grid),
        allocation=read_allocation(client, sweep_id) if grid.budget else None,
    )


def _parts(table: pa.Table) -> tuple[Predicted, Predicted, np.ndarray]:
    """What each of SPLITS keeps, and what validation's last epoch does."""
    return (*(predicted_of(table, split) for split in SPLITS), last_probs(table))


def _finished_in_order(trials: pd.DataFrame, grid: Grid, sweep_id: str) -> pd.DataFrame:
    """The FINISHED ones, in the order variants x seeds of the grid. Raises StoreError for a variant that it does not hold."""
    finished = trials[trials["status"] == names.FINISHED]
    order = {variant.label: i for i, variant in enumerate(grid.variants)}
    placed = finished.assign(_place=finished["variant"].map(order))
    if placed["_place"].isna().any():
        strange = placed.loc[placed["_place"].isna(), "variant"].iloc[0]
        raise StoreError(f"sweep {sweep_id}: variant {strange} has trials and does not stand in its {names.GRID}")
    return placed.sort_values(["_place", names.SEED], ignore_index=True).drop(columns="_place")


def _resplits(
    client: MlflowClient,
    experiment_id: str,
    sweep_id: str,
    trials: pd.DataFrame,
    held_out: tuple[HeldOut, HeldOut],
    grid: Grid,
) -> tuple[Resplit, ...]:
    """All splits of the data, the sweep's own first; () where they were split once."""
    further = read_resplits(client, experiment_id, sweep_id)
    if not further:
        return ()
    measured_by = {variant.label for variant in grid.references}
    validation, test = (
        replace(part, trials=tuple(trial for trial in part.trials if trial.variant not in measured_by))
        for part in held_out
    )
    return (Resplit(0, validation, test, trials[~trials["variant"].isin(measured_by)]), *further)


def _fresh(
    client: MlflowClient, confirming: pd.DataFrame, explored: pd.DataFrame, test: HeldOut
) -> tuple[TrialPredictions, ...]:
    """What the confirmation's networks predict on test. A seed that the exploration came to as well, as the sweep was given
    more, has had its part in choosing: it is fresh no longer."""
    used = set(zip(explored["variant"], explored[names.SEED], strict=True))
    finished = confirming[confirming["status"] == names.FINISHED]
    pairs = zip(finished["variant"], finished[names.SEED], strict=True)
    fresh = finished[np.array([pair not in used for pair in pairs], bool)].sort_values(names.SEED)
    if fresh.empty:
        return ()
    found = read_of_artifacts(client, fresh["run_id"], names.PREDICTIONS, partial(predicted_of, split="test"))
    held_out = held_out_of("test", found, fresh)
    if not np.array_equal(held_out.example_id, test.example_id):
        raise StoreError(
            f"run {fresh['run_id'].iloc[0]}: its test examples are not those of the sweep's other trials; it is of "
            "another split"
        )
    return held_out.trials


def read_validation(client: MlflowClient, experiment_id: str, sweep_id: str, grid: Grid) -> HeldOut | None:
    """What the exploration's finished trials predict of the validation examples, in the grid's order; None where no
    trial finished. Nothing of test is handed on."""
    trials = _finished_in_order(read_trials(client, experiment_id, sweep_id), grid, sweep_id)
    if trials.empty:
        return None
    found = read_of_artifacts(client, trials["run_id"], names.PREDICTIONS, partial(predicted_of, split="val"))
    return held_out_of("val", found, trials)
