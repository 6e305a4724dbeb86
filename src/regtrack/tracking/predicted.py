"""Predicted: what a sweep's record keeps of a trial's table of predictions. Of ten thousand whole tables the rest would be a gigabyte."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from regtrack import names
from regtrack.diagnosis.held_out import HeldOut, TrialPredictions
from regtrack.errors import StoreError
from regtrack.tracking.predictions import lists, of_split

SPLITS = ("val", names.TEST)


class Predicted(NamedTuple):
    """Of one trial and split at the selected epoch: (n,) each, and (n, n_classes) probabilities, `mc_mean_probs` None without dropout."""

    example_id: np.ndarray
    given_label: np.ndarray
    true_label: np.ndarray
    probs: np.ndarray
    mc_mean_probs: np.ndarray | None


def predicted_of(table: pa.Table, split: str) -> Predicted:
    """Raises StoreError for a table that is something else."""
    part = of_split(table, split)
    labels = (part.column(name).to_numpy() for name in ("example_id", "given_label", "true_label"))
    return Predicted(*labels, lists(part, "deterministic_probs"), lists(part, "mc_mean_probs"))


def last_probs(table: pa.Table) -> np.ndarray:
    """(n_val, n_classes) of the validation examples at the last epoch. Raises StoreError as `predicted_of`."""
    return lists(of_split(table, "val", "last"), "deterministic_probs")


def held_out_of(split: str, found: Sequence[Predicted], trials: pd.DataFrame) -> HeldOut:
    """What trials predict of one split, as `trials` has them, a row each. Raises StoreError where one predicts other examples."""
    first = found[0]
    for one, run_id in zip(found, trials["run_id"], strict=True):
        if not np.array_equal(one.example_id, first.example_id):
            raise StoreError(
                f"run {run_id}: its {split} examples are not those of the sweep's other trials; it is of another split"
            )
    predictions = tuple(
        TrialPredictions(variant, seed, one.probs, one.mc_mean_probs)
        for one, variant, seed in zip(found, trials["variant"], trials[names.SEED], strict=True)
    )
    return HeldOut(split, first.example_id, first.given_label, first.true_label, predictions)
