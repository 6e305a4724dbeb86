"""What Monte Carlo dropout bought in a sweep: its methods side by side, from the predictions in the store."""

import pandas as pd
from mlflow import MlflowClient

from regtrack import names
from regtrack.data import Dataset
from regtrack.diagnosis.methods import SeedPredictions, compare_methods, methods_of, verdict
from regtrack.tracking.predictions import lists, of_split, read_artifact
from regtrack.variants.settings import Settings

SPLITS = ("val", "test")


def methods_of_sweep(
    client: MlflowClient, trials: pd.DataFrame, dataset: Dataset, settings: Settings
) -> tuple[pd.DataFrame, list[str]]:
    """(names.METHODS_COLUMNS, one sentence a variant) for every variant that has dropout; both empty without one."""
    tables, sentences = [], []
    finished = trials[trials["status"] == "FINISHED"]
    with_dropout = finished[finished[names.MC_SECONDS].notna()] if names.MC_SECONDS in finished else finished[:0]
    for variant, group in with_dropout.groupby("variant", sort=False):
        table = _of_variant(client, group, dataset, settings)
        tables.append(table.assign(variant=variant)[list(names.METHODS_COLUMNS)])
        sentences.append(verdict(table, variant))
    if not tables:
        return pd.DataFrame(columns=list(names.METHODS_COLUMNS)), []
    return pd.concat(tables, ignore_index=True), sentences


def _of_variant(client: MlflowClient, trials: pd.DataFrame, dataset: Dataset, settings: Settings) -> pd.DataFrame:
    deterministic, few, many = [], [], []
    for run_id in trials["run_id"]:
        predictions = read_artifact(client, run_id, names.PREDICTIONS)
        first_passes = read_artifact(client, run_id, names.FEW_PASSES)
        parts = [of_split(predictions, split) for split in SPLITS]
        deterministic.append(SeedPredictions(*(lists(part, "deterministic_probs") for part in parts)))
        many.append(SeedPredictions(*(lists(part, "mc_mean_probs") for part in parts)))
        few.append(SeedPredictions(*(lists(of_split(first_passes, s, None), "mean_probs") for s in SPLITS)))
    methods = methods_of(
        deterministic, few, many, n_passes=settings.n_passes, val_labels=dataset.validation.given_label
    )
    return compare_methods(
        methods,
        dataset.test.given_label,
        n_bins=settings.n_bins,
        threshold=settings.high_confidence,
        seed=settings.split_seed,
    )
