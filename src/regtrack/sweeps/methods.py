"""The methods of a sweep side by side: one pass, Monte Carlo dropout, temperature, ensemble; from the store's predictions.

It is the dearest part of a report, and of predictions that have not changed: what the sweep's run holds of it is computed once.
"""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from mlflow import MlflowClient

from regtrack import __version__, names
from regtrack.diagnosis.method_verdicts import judge_methods
from regtrack.diagnosis.methods import SeedPredictions, compare_methods, methods_of
from regtrack.diagnosis.sweep_record import SweepRecord
from regtrack.errors import StoreAwayError, StoreError
from regtrack.tracking.predicted import SPLITS
from regtrack.tracking.predictions import lists, of_split, read_artifact, read_artifacts

COLUMNS = {names.METHODS: names.METHODS_COLUMNS, names.METHOD_VERDICTS: names.METHOD_VERDICTS_COLUMNS}
MOST_VARIANTS = 100
"""With dropout, whose methods are set side by side: of more those that do best on validation. Each takes a quarter of a second and more,
and nobody asks how to run a network that is not chosen."""
MADE_OF = "made_of"
"""Attribute of the table, which stands in its file, too: by variant, the digest of all that its rows were computed from."""


@dataclass(frozen=True, eq=False)
class MethodTables:
    """`figures` has names.METHODS_COLUMNS, `verdicts` names.METHOD_VERDICTS_COLUMNS; both empty without dropout. MADE_OF is among
    the attributes of each."""

    figures: pd.DataFrame
    verdicts: pd.DataFrame

    def of(self, variants: Collection[str]) -> "MethodTables":
        """Their rows."""
        return MethodTables(*(table[table["variant"].isin(variants)] for table in (self.figures, self.verdicts)))


def methods_of_sweep(client: MlflowClient, record: SweepRecord, run_id: str = "", *, looks: int = 1) -> MethodTables:
    """Of every variant that has dropout, or of the MOST_VARIANTS of them that do best on validation.

    Args:
        run_id: the sweep's run; of a variant whose rows it holds, computed from the same by the same version, they are taken from
            there.
        looks: how often test was judged, this time counted: verdicts hang on it.
    """
    artifacts = (names.METHODS, names.METHOD_VERDICTS)
    held = [_held_by(client, run_id, artifact) if run_id else _nothing(artifact) for artifact in artifacts]
    tables, made_of = ([], []), ({}, {})
    # An ensemble is set beside as many passes, of which a trial keeps the means: of the seeds that all variants began with.
    later = set() if record.allocation is None else set(record.trials[names.SEED]) - set(record.grid.seeds)
    for variant in compared_variants(record):
        places = [i for i in record.of_variant[variant] if record.trials[names.SEED].iloc[i] not in later]
        networks = _networks(client, record, places)
        digest = _digest(record, networks)
        now = (digest, f"{digest} at look {looks}")
        if all(one.attrs[MADE_OF].get(variant) == own for one, own in zip(held, now, strict=True)):
            found = [one[one["variant"] == variant] for one in held]
        else:
            found = [one.assign(variant=variant) for one in _compared(record, networks, looks)]
        for i, of in enumerate(now):
            tables[i].append(found[i])
            made_of[i][variant] = of
    return MethodTables(*map(_joined, artifacts, tables, made_of))


def with_dropout(record: SweepRecord) -> list[str]:
    """The variants that have Monte Carlo passes, in the grid's order."""
    trials = record.test.trials
    return [v for v, own in record.of_variant.items() if any(trials[i].mc_mean_probs is not None for i in own)]


def compared_variants(record: SweepRecord) -> list[str]:
    """Those of them whose methods are set side by side, in the grid's order."""
    found = with_dropout(record)
    if len(found) <= MOST_VARIANTS:
        return found
    rates = {one.variant: one.rate for one in record.errors("val")}
    best = set(sorted(found, key=rates.__getitem__)[:MOST_VARIANTS])
    return [variant for variant in found if variant in best]


def left_out_in_words(record: SweepRecord) -> list[str]:
    """A sentence where some are left out."""
    n = len(with_dropout(record))
    most = f"Of {n:,} variants with dropout the methods of the {MOST_VARIANTS} that do best on validation are compared."
    return [most] if n > MOST_VARIANTS else []


def _joined(artifact: str, tables: Sequence[pd.DataFrame], made_of: dict[str, str]) -> pd.DataFrame:
    found = pd.concat(tables, ignore_index=True)[list(COLUMNS[artifact])] if tables else _nothing(artifact)
    found.attrs = {MADE_OF: made_of}
    return found


def _nothing(artifact: str) -> pd.DataFrame:
    found = pd.DataFrame(columns=list(COLUMNS[artifact]))
    found.attrs = {MADE_OF: {}}
    return found


def _held_by(client: MlflowClient, run_id: str, artifact: str) -> pd.DataFrame:
    """The run's table; an empty one where it has none, one that cannot be read, or an earlier version's, which does not tell what
    it was made of."""
    try:
        held = read_artifact(client, run_id, artifact).to_pandas()
    except StoreAwayError:
        raise
    except StoreError:
        return _nothing(artifact)
    told = isinstance(held.attrs.get(MADE_OF), dict) and list(held.columns) == list(COLUMNS[artifact])
    return held if told else _nothing(artifact)


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
    sha = hashlib.sha256(
        repr((__version__, *(names.SCHEMAS[one] for one in COLUMNS), *_settings(record).items())).encode()
    )
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


def _compared(record: SweepRecord, networks: _Networks, looks: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Figures and verdicts, of the same methods: to fit their temperatures is the dearest."""
    settings, labels = _settings(record), record.test.given_label
    val_labels = record.validation.given_label
    methods = methods_of(
        networks.deterministic, networks.few, networks.many, n_passes=settings.pop("n_passes"), val_labels=val_labels
    )
    figures = compare_methods(methods, labels, val_labels=val_labels, **settings)
    return figures, judge_methods(methods, labels, val_labels, looks=looks)
