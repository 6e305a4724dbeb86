"""The methods of a sweep side by side: one pass, Monte Carlo dropout, temperature, ensemble; from the store's predictions."""

from dataclasses import dataclass

import pandas as pd
from mlflow import MlflowClient

from regtrack import names
from regtrack.diagnosis.method_verdicts import judge_methods
from regtrack.diagnosis.methods import Method, SeedPredictions, compare_methods, methods_of
from regtrack.diagnosis.sweep_record import SweepRecord
from regtrack.tracking.predictions import lists, of_split, read_artifact

SPLITS = ("val", "test")


@dataclass(frozen=True, eq=False)
class MethodTables:
    """`figures` has names.METHODS_COLUMNS, `verdicts` names.METHOD_VERDICTS_COLUMNS; both empty without dropout."""

    figures: pd.DataFrame
    verdicts: pd.DataFrame


def methods_of_sweep(client: MlflowClient, record: SweepRecord, *, looks: int = 1) -> MethodTables:
    """Of every variant that has dropout.

    Args:
        looks: how often test was judged, this time counted.
    """
    figures, verdicts = [], []
    labels = {"labels": record.test.given_label, "val_labels": record.validation.given_label}
    # An ensemble is set beside as many passes, of which a trial keeps the means: of the seeds that all variants began with.
    later = set() if record.allocation is None else set(record.trials[names.SEED]) - set(record.grid.seeds)
    for variant, own in record.of_variant.items():
        places = [i for i in own if record.trials[names.SEED].iloc[i] not in later]
        if all(record.test.trials[i].mc_mean_probs is None for i in places):
            continue
        methods = _of_variant(client, record, places)
        found = compare_methods(
            methods,
            n_bins=record.settings.n_bins,
            threshold=record.settings.high_confidence,
            seed=record.settings.split_seed,
            **labels,
        )
        figures.append(found.assign(variant=variant))
        verdicts.append(judge_methods(methods, looks=looks, **labels).assign(variant=variant))
    return MethodTables(_joined(figures, names.METHODS_COLUMNS), _joined(verdicts, names.METHOD_VERDICTS_COLUMNS))


def _joined(tables: list[pd.DataFrame], columns: tuple[str, ...]) -> pd.DataFrame:
    return pd.concat(tables, ignore_index=True)[list(columns)] if tables else pd.DataFrame(columns=list(columns))


def _of_variant(client: MlflowClient, record: SweepRecord, places: list[int]) -> list[Method]:
    splits, few = (record.validation, record.test), []
    for i in places:
        first_passes = read_artifact(client, record.trials["run_id"].iloc[i], names.FEW_PASSES)
        few.append(SeedPredictions(*(lists(of_split(first_passes, s, None), "mean_probs") for s in SPLITS)))
    deterministic = [SeedPredictions(*(split.trials[i].probs for split in splits)) for i in places]
    many = [SeedPredictions(*(split.trials[i].mc_mean_probs for split in splits)) for i in places]
    return methods_of(
        deterministic, few, many, n_passes=record.settings.n_passes, val_labels=record.validation.given_label
    )
