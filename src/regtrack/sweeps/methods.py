"""The methods of a sweep side by side: one pass, Monte Carlo dropout, temperature, ensemble; from the store's predictions."""

import pandas as pd
from mlflow import MlflowClient

from regtrack import names
from regtrack.diagnosis.methods import SeedPredictions, compare_methods, methods_of
from regtrack.diagnosis.sweep_record import SweepRecord
from regtrack.tracking.predictions import lists, of_split, read_artifact

SPLITS = ("val", "test")


def methods_of_sweep(client: MlflowClient, record: SweepRecord) -> pd.DataFrame:
    """names.METHODS_COLUMNS for every variant that has dropout; empty without one."""
    tables = []
    # An ensemble is set beside as many passes, of which a trial keeps the means: of the seeds that all variants began with.
    later = set() if record.allocation is None else set(record.trials[names.SEED]) - set(record.grid.seeds)
    for variant, own in record.of_variant.items():
        places = [i for i in own if record.trials[names.SEED].iloc[i] not in later]
        if all(record.test.trials[i].mc_mean_probs is None for i in places):
            continue
        table = _of_variant(client, record, places)
        tables.append(table.assign(variant=variant)[list(names.METHODS_COLUMNS)])
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=list(names.METHODS_COLUMNS))


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
