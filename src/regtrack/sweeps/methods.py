"""The methods of a sweep side by side: one pass, Monte Carlo dropout, temperature, ensemble; from the store's predictions.

It is the dearest part of a report, and of predictions that have not changed: what the sweep's run holds of it is computed once.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from mlflow import MlflowClient

from regtrack import __version__, names
from regtrack.diagnosis.methods import SeedPredictions, compare_methods, methods_of
from regtrack.diagnosis.sweep_record import SweepRecord
from regtrack.errors import StoreAwayError, StoreError
from regtrack.tracking.predictions import lists, of_split, read_artifact, read_artifacts

SPLITS = ("val", "test")
MADE_OF = "made_of"
"""Attribute of the table, which stands in its file, too: by variant, the digest of all that its rows were computed from."""


def methods_of_sweep(client: MlflowClient, record: SweepRecord, run_id: str = "") -> pd.DataFrame:
    """names.METHODS_COLUMNS for every variant that has dropout; empty without one. MADE_OF is among its attributes.

    Args:
        run_id: the sweep's run; of a variant whose rows it holds, computed from the same by the same version, they are taken from
            there.
    """
    held = _held_by(client, run_id) if run_id else _nothing()
    tables, made_of = [], {}
    # An ensemble is set beside as many passes, of which a trial keeps the means: of the seeds that all variants began with.
    later = set() if record.allocation is None else set(record.trials[names.SEED]) - set(record.grid.seeds)
    for variant, own in record.of_variant.items():
        places = [i for i in own if record.trials[names.SEED].iloc[i] not in later]
        if all(record.test.trials[i].mc_mean_probs is None for i in places):
            continue
        networks = _networks(client, record, places)
        made_of[variant] = _digest(record, networks)
        if held.attrs[MADE_OF].get(variant) == made_of[variant]:
            tables.append(held[held["variant"] == variant])
        else:
            tables.append(_compared(record, networks).assign(variant=variant)[list(names.METHODS_COLUMNS)])
    if not tables:
        return _nothing()
    found = pd.concat(tables, ignore_index=True)
    found.attrs = {MADE_OF: made_of}
    return found


def _nothing() -> pd.DataFrame:
    found = pd.DataFrame(columns=list(names.METHODS_COLUMNS))
    found.attrs = {MADE_OF: {}}
    return found


def _held_by(client: MlflowClient, run_id: str) -> pd.DataFrame:
    """The run's table; an empty one where it has none, one that cannot be read, or an earlier version's, which does not tell what
    it was made of."""
    try:
        held = read_artifact(client, run_id, names.METHODS).to_pandas()
    except StoreAwayError:
        raise
    except StoreError:
        return _nothing()
    told = isinstance(held.attrs.get(MADE_OF), dict) and list(held.columns) == list(names.METHODS_COLUMNS)
    return held if told else _nothing()


@dataclass(frozen=True, eq=False)
class _Networks:
    """A variant's, one a seed: a pass without dropout, the mean of as many passes as there are seeds, and that of all."""

    deterministic: Sequence[SeedPredictions]
    few: Sequence[SeedPredictions]
    many: Sequence[SeedPredictions]


def _networks(client: MlflowClient, record: SweepRecord, places: Sequence[int]) -> _Networks:
    first_passes = read_artifacts(client, record.trials["run_id"].iloc[places], names.FEW_PASSES)
    few = [SeedPredictions(*(lists(of_split(own, s, None), "mean_probs") for s in SPLITS)) for own in first_passes]
    trials = [(record.validation.trials[i], record.test.trials[i]) for i in places]
    return _Networks(
        [SeedPredictions(val.probs, test.probs) for val, test in trials],
        few,
        [SeedPredictions(val.mc_mean_probs, test.mc_mean_probs) for val, test in trials],
    )


def _digest(record: SweepRecord, networks: _Networks) -> str:
    """Of all that `_compared` reads, and of the version that computes it."""
    sha = hashlib.sha256(repr((__version__, names.SCHEMAS[names.METHODS], *_settings(record).items())).encode())
    arrays = [record.validation.given_label, record.test.given_label]
    for method in (networks.deterministic, networks.few, networks.many):
        arrays += [probs for one in method for probs in (one.val, one.test)]
    for array in arrays:
        sha.update(repr((array.dtype.str, array.shape)).encode())
        sha.update(np.ascontiguousarray(array))
    return sha.hexdigest()


def _settings(record: SweepRecord) -> dict[str, float]:
    own = record.settings
    return {"n_passes": own.n_passes, "n_bins": own.n_bins, "threshold": own.high_confidence, "seed": own.split_seed}


def _compared(record: SweepRecord, networks: _Networks) -> pd.DataFrame:
    settings, val_labels = _settings(record), record.validation.given_label
    methods = methods_of(
        networks.deterministic, networks.few, networks.many, n_passes=settings.pop("n_passes"), val_labels=val_labels
    )
    return compare_methods(methods, record.test.given_label, val_labels=val_labels, **settings)
