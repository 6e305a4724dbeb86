"""Which given labels of the held-out examples look wrong, by confident learning over the sweep's predictions.

The trials trained on neither validation nor test, so their predictions there are out of sample, as confident learning
needs. Reference: Northcutt, Jiang and Chuang (2021), with cleanlab, the library its authors made of it.

Chosen by measuring: 10 data sets (digits, 2 to 40 % of the labels changed), 30 networks each from underfit to overfit.
Trials: those near the best on validation, not all; with many bad trials in the sweep AUPRC is 0.98 instead of 0.95, and
otherwise the same. By error and not by NLL or Brier score, which under label noise prefer a network that knows nothing
to one that is right but saturated (0.92 against 0.58 and 0.77 in a sweep of both).
Score: the given label's own probability (AUPRC 0.995; normalized margin and confidence-weighted entropy 0.988).
Suspected: as many as the confident joint counts off its diagonal, the least probable labels first (precision 0.99,
recall 0.84); pruning by noise rate finds a few more and is wrong more often (0.93, 0.87). That is of easy data: of hard ones
right labels are suspected too, up to a third of them (docs/uncertainty.md), so nothing suspected is called an error.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from regtrack import names
from regtrack.diagnosis.held_out import HeldOut
from regtrack.errors import DataError
from regtrack.uncertainty.selective import error_detection_aupr

TRUSTED_MARGIN = 0.02
"""A trial is trusted whose error is at most this far above the smallest: the margin of the fitting regimes."""


def trusted_trials(held_out: Sequence[HeldOut]) -> np.ndarray:
    """(n_trusted,) positions of the trials whose error is at most TRUSTED_MARGIN above the smallest.

    Read on the first split, against its given labels: give validation first, as it is what selecting may read.

    Raises:
        DataError: no split, or splits predicted by different trials.
    """
    if not held_out:
        raise DataError("expected at least one held-out split, received none; give validation and test.")
    trials = [[(trial.variant, trial.seed) for trial in split.trials] for split in held_out]
    if any(others != trials[0] for others in trials):
        raise DataError(
            f"expected the same trials in the same order on every split, received {[len(t) for t in trials]} trials on "
            f"{[split.split for split in held_out]}; give only trials that predicted all of them."
        )
    first = held_out[0]
    errors = np.array([np.mean(trial.probs.argmax(axis=1) != first.given_label) for trial in first.trials])
    return np.flatnonzero(errors <= errors.min() + TRUSTED_MARGIN)


def trusted_mean_probs(split: HeldOut, trusted: np.ndarray) -> np.ndarray:
    """Plain mean of the trusted trials' deterministic probabilities, (n_examples, n_classes) float64."""
    total = np.zeros((len(split.example_id), split.n_classes))
    for i in trusted:  # one at a time: all trials at once would be gigabytes
        total += split.trials[i].probs
    return total / total.sum(axis=1, keepdims=True)  # float32 rows need not add up to 1


def suspect_labels(held_out: Sequence[HeldOut]) -> pd.DataFrame:
    """A row per held-out example, the splits together: names.LABEL_SUSPICION_COLUMNS.

    Args:
        held_out: validation first, then test.
    Returns:
        suspicion: 1 - the trusted mean probability of the given label, [0, 1], higher is more suspicious.
        suggested_label: the most probable class of the same mean; equal to the given label where that is believed.
        suspected: among the lowest-scored examples, as many as confident learning counts as wrongly labelled, and the
        suggestion differs. None is where confident learning has no ground: fewer than two classes among the given
        labels, or a mean prediction that is right no more often than always answering the most frequent label.
    Raises:
        DataError: as `trusted_trials`.
    """
    trusted = trusted_trials(held_out)
    probs = np.concatenate([trusted_mean_probs(split, trusted) for split in held_out])
    given = np.concatenate([split.given_label for split in held_out]).astype(np.int64)
    suggested = probs.argmax(axis=1)
    columns = {
        "split": np.repeat([split.split for split in held_out], [len(split.example_id) for split in held_out]),
        "example_id": np.concatenate([split.example_id for split in held_out]).astype(np.int64),
        "given_label": given,
        "true_label": np.concatenate([split.true_label for split in held_out]).astype(np.int64),
        "suggested_label": suggested,
        "suspicion": 1 - probs[np.arange(len(given)), given],
        "suspected": _suspected(probs, given) & (suggested != given),
    }
    return pd.DataFrame(columns)[list(names.LABEL_SUSPICION_COLUMNS)]


def _suspected(probs: np.ndarray, given: np.ndarray) -> np.ndarray:
    counts = np.bincount(given)
    if np.count_nonzero(counts) < 2 or np.sum(probs.argmax(axis=1) == given) <= counts.max():
        return np.zeros(len(given), bool)  # cleanlab refuses the first, and of the second suspects whole classes
    from cleanlab.filter import find_label_issues  # here: with scikit-learn it costs over a second to import

    # One process: more of them cost longer to start than the work takes, and would fork a process that holds TensorFlow
    return find_label_issues(given, probs, filter_by="low_self_confidence", n_jobs=1)


@dataclass(frozen=True)
class SuspicionQuality:
    """How well the suspicion finds the labels that were changed on purpose, all shares of [0, 1], higher is better.

    precision, recall: of `suspected`; precision is NaN where nothing is suspected. auprc: average precision of the
    score. base_rate: share of changed labels, which is also the auprc of a score that knows nothing. n: examples.
    """

    precision: float
    recall: float
    auprc: float
    base_rate: float
    n: int


def suspicion_quality(table: pd.DataFrame) -> SuspicionQuality | None:
    """Of the rows of `label_suspicion`; None where no label was changed: there is nothing to find."""
    intact = (table["given_label"] == table["true_label"]).to_numpy()
    suspected = table["suspected"].to_numpy(bool)
    changed = ~intact
    if intact.all():
        return None
    found = int(np.sum(suspected & changed))
    return SuspicionQuality(
        precision=found / int(suspected.sum()) if suspected.any() else float("nan"),
        recall=found / int(changed.sum()),
        auprc=error_detection_aupr(table["suspicion"].to_numpy(float), intact),
        base_rate=float(changed.mean()),
        n=len(table),
    )
