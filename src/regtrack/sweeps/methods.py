"""What Monte Carlo dropout bought in a sweep: its methods side by side, from the predictions in the store."""

import pandas as pd
from mlflow import MlflowClient

from regtrack import names
from regtrack.diagnosis.bought import bought_in_words, bought_of
from regtrack.diagnosis.methods import SeedPredictions, compare_methods, methods_of
from regtrack.diagnosis.sweep_record import SweepRecord
from regtrack.tracking.predictions import lists, of_split, read_artifact

SPLITS = ("val", "test")


def methods_of_sweep(client: MlflowClient, record: SweepRecord) -> tuple[pd.DataFrame, list[str]]:
    """(names.METHODS_COLUMNS, one sentence a variant) for every variant that has dropout; both empty without one."""
    tables, sentences = [], []
    for variant, places in record.of_variant.items():
        if all(record.test.trials[i].mc_mean_probs is None for i in places):
            continue
        table = _of_variant(client, record, places)
        tables.append(table.assign(variant=variant)[list(names.METHODS_COLUMNS)])
        sentences.append(bought_in_words(bought_of(table, variant)))
    if not tables:
        return pd.DataFrame(columns=list(names.METHODS_COLUMNS)), []
    return pd.concat(tables, ignore_index=True), sentences


def _of_variant(client: MlflowClient, record: SweepRecord, places: list[int]) -> pd.DataFrame:
    splits, few = (record.validation, record.test), []
    for i in places:
        first_passes = read_artifact(client, record.trials["run_id"].iloc[i], names.FEW_PASSES)
        few.append(SeedPredictions(*(lists(of_split(first_passes, s, None), "mean_probs") for s in SPLITS)))
    deterministic = [SeedPredictions(*(split.trials[i].probs for split in splits)) for i in places]
    many = [SeedPredictions(*(split.trials[i].mc_mean_probs for split in splits)) for i in places]
    methods = methods_of(
        deterministic, few, many, n_passes=record.settings.n_passes, val_labels=record.validation.given_label
    )
    return compare_methods(
        methods,
        record.test.given_label,
        val_labels=record.validation.given_label,
        n_bins=record.settings.n_bins,
        threshold=record.settings.high_confidence,
        seed=record.settings.split_seed,
    )
