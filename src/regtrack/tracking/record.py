"""Reads a sweep's record back from the store: curves and predictions of every finished trial."""

import numpy as np
import pandas as pd
import pyarrow as pa
from mlflow import MlflowClient

from regtrack import names
from regtrack.diagnosis.differences.comparison import VariantErrors
from regtrack.diagnosis.held_out import HeldOut, TrialPredictions
from regtrack.diagnosis.sweep_record import SweepRecord
from regtrack.errors import StoreError
from regtrack.tracking import reader
from regtrack.tracking.predictions import lists, of_split, read_artifact
from regtrack.tracking.shown_examples import read_test_examples
from regtrack.tracking.stored_grid import artifact_of_sweep, read_grid


def read_record(client: MlflowClient, experiment_id: str, sweep_id: str) -> SweepRecord:
    """Everything that judges a sweep, from the store alone: a resumed sweep, and one of last year, say the same.

    Raises StoreError: no finished trial, or an artifact that is missing, damaged or of another schema.
    """
    grid = read_grid(client, sweep_id)
    every = reader.trials(client, experiment_id, sweep_id)
    trials = every[every["status"] == names.FINISHED]
    if trials.empty:
        raise StoreError(f"sweep {sweep_id}: expected finished trials, found none; run it, or resume it")
    order = {variant.label: i for i, variant in enumerate(grid.variants)}
    trials = trials.assign(_place=trials["variant"].map(order)).sort_values(["_place", names.SEED], ignore_index=True)
    if trials["_place"].isna().any():
        strange = trials.loc[trials["_place"].isna(), "variant"].iloc[0]
        raise StoreError(f"sweep {sweep_id}: variant {strange} has trials and does not stand in its {names.GRID}")
    tables = [read_artifact(client, run_id, names.PREDICTIONS) for run_id in trials["run_id"]]
    curves = [read_artifact(client, run_id, names.LEARNING_CURVES).to_pandas() for run_id in trials["run_id"]]
    labels = trials["variant"].unique().tolist()
    confirming = reader.trials(client, experiment_id, sweep_id, names.CONFIRM)
    failed = pd.concat([table[table["status"] == names.FAILED] for table in (every, confirming)], ignore_index=True)
    validation, test = _held_out("val", tables, trials), _held_out("test", tables, trials)
    examples = read_test_examples(artifact_of_sweep(client, sweep_id, names.TEST_EXAMPLES))
    return SweepRecord(
        variants=tuple(variant for variant in grid.variants if variant.label in labels),
        settings=grid.settings,
        trials=trials.drop(columns="_place"),
        curves=tuple(curves),
        validation=validation,
        test=test,
        last_probs=tuple(lists(of_split(table, "val", "last"), "deterministic_probs") for table in tables),
        class_names=examples.class_names,
        is_image=examples.is_image,
        digest=examples.digest,
        recorded_primary=reader.recorded_primary(client, experiment_id, sweep_id),
        picture_of=examples.picture,
        features_of=examples.features,
        grid=grid,
        failed=failed,
        fresh=_fresh(client, confirming, trials, test),
        confirm_seeds=_confirm_seeds(client, sweep_id),
    )


def _fresh(
    client: MlflowClient, confirming: pd.DataFrame, explored: pd.DataFrame, test: HeldOut
) -> tuple[VariantErrors, ...]:
    """Which test examples the confirmation's networks get wrong. A seed that the exploration came to as well, as the sweep
    was given more, has had its part in choosing: it is fresh no longer."""
    used = set(zip(explored["variant"], explored[names.SEED], strict=True))
    finished = confirming[confirming["status"] == names.FINISHED]
    pairs = zip(finished["variant"], finished[names.SEED], strict=True)
    fresh = finished[np.array([pair not in used for pair in pairs], bool)]
    found = []
    for variant, own in fresh.sort_values(names.SEED).groupby("variant", sort=False):
        tables = [read_artifact(client, run_id, names.PREDICTIONS) for run_id in own["run_id"]]
        held_out = _held_out("test", tables, own)
        if not np.array_equal(held_out.example_id, test.example_id):
            raise StoreError(
                f"run {own['run_id'].iloc[0]}: its test examples are not those of the sweep's other trials; it is of "
                "another split"
            )
        wrong = np.stack([one.probs.argmax(axis=1) != test.given_label for one in held_out.trials])
        found.append(VariantErrors(str(variant), wrong, tuple(map(int, own[names.SEED]))))
    return tuple(found)


def _confirm_seeds(client: MlflowClient, sweep_id: str) -> int:
    """As the newest sweep run was asked for; a tag is whatever a person made of it."""
    _, _, run_id = reader.find_sweep(client, sweep_id)
    text = reader.tags(client, run_id).get(names.CONFIRM_SEEDS, "")
    return int(text) if text.isdecimal() else 0


def _held_out(split: str, tables: list[pa.Table], trials: pd.DataFrame) -> HeldOut:
    parts = [of_split(table, split) for table in tables]
    first = parts[0]
    found = [
        TrialPredictions(variant, seed, lists(part, "deterministic_probs"), lists(part, "mc_mean_probs"))
        for part, variant, seed in zip(parts, trials["variant"], trials[names.SEED], strict=True)
    ]
    example_id = first.column("example_id").to_numpy()
    for part, run_id in zip(parts, trials["run_id"], strict=True):
        if not np.array_equal(part.column("example_id").to_numpy(), example_id):
            raise StoreError(
                f"run {run_id}: its {split} examples are not those of the sweep's other trials; it is of another split"
            )
    given, true = (first.column(name).to_numpy() for name in ("given_label", "true_label"))
    return HeldOut(split, example_id, given, true, tuple(found))
