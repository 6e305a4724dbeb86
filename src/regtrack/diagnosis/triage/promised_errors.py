"""Confident errors against what the probabilities promise: as many as these expect are no sign of wrong labels.

Of 1,000 answers given with 0.97 thirty are wrong if the network is as sure as it should be, and none of the thirty labels
need be. By the class that is *said*, not by the given label: only of what was said do probabilities promise anything.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from regtrack import names
from regtrack.diagnosis.held_out import HeldOut
from regtrack.diagnosis.triage.label_suspicion import trusted_mean_probs, trusted_trials
from regtrack.diagnosis.triage.poisson_binomial import most_events

ALPHA = 0.05
"""Of all rows of a split together, one-sided: the chance that networks as sure as they should be show more in any."""

_DTYPES = {"split": "str", "label": "Int64", "class": "str", "examples": "int64", "confident": "int64",
           "expected_wrong": "float64", "observed_wrong": "int64", "upper_limit": "int64", "excess": "float64",
           "more_than_promised": "bool"}  # fmt: skip


def promised_errors_by_class(held_out: Sequence[HeldOut], class_names: Sequence[str], *, threshold: float) -> pd.DataFrame:  # fmt: skip
    """For each split a row of all classes together (`label` and `class` missing), then one a class that is said with
    confidence: names.PROMISED_ERRORS_COLUMNS.

    Args:
        held_out: validation first, then test; against its given labels.
        class_names: by class number.
        threshold: [0, 1], confidence of the trusted trials' mean from which an answer counts.
    Returns:
        examples: of which that mean says the class; confident: with probability >= threshold. expected_wrong: sum over
        the confident of 1 - p; observed_wrong: those whose given label is another. upper_limit: as many the
        probabilities let pass (exact, Poisson-binomial; ALPHA shared out among the split's rows). excess: observed
        minus expected; more_than_promised: observed above the limit. The networks are too sure then, or labels wrong.
    Raises:
        DataError: as `trusted_trials`.
    """
    trusted = trusted_trials(held_out)
    rows = [row for split in held_out for row in _of_split(split, trusted, class_names, threshold)]
    return pd.DataFrame(rows, columns=list(names.PROMISED_ERRORS_COLUMNS)).astype(_DTYPES)


def _of_split(split: HeldOut, trusted: np.ndarray, class_names: Sequence[str], threshold: float) -> list[tuple]:
    probs = trusted_mean_probs(split, trusted)
    said, sure = probs.argmax(axis=1), probs.max(axis=1)
    confident, wrong = sure >= threshold, said != split.given_label
    labels = np.unique(said[confident])
    groups = [(None, None, np.ones(len(said), bool))]
    groups += [(int(label), class_names[label], said == label) for label in labels]
    return [
        (split.split, label, name, int(own.sum()), *_counted(1 - sure[own & confident], wrong[own & confident], ALPHA / len(groups)))
        for label, name, own in groups
    ]  # fmt: skip


def _counted(chances: np.ndarray, wrong: np.ndarray, alpha: float) -> tuple:
    """confident, expected_wrong, observed_wrong, upper_limit, excess, more_than_promised."""
    expected, observed = float(chances.sum()), int(wrong.sum())
    limit = most_events(np.clip(chances, 0, 1), alpha=alpha)
    return len(wrong), expected, observed, limit, observed - expected, observed > limit
