"""triage_held_out: what is confident but wrong in a sweep, which labels look wrong, and how many such errors its probabilities promise."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from regtrack.diagnosis.held_out import HeldOut
from regtrack.diagnosis.triage.high_confidence_errors import find_high_confidence_errors, trial_counts
from regtrack.diagnosis.triage.label_suspicion import SuspicionQuality, suspect_labels, suspicion_quality
from regtrack.diagnosis.triage.promised_errors import promised_errors_by_class


@dataclass(frozen=True, eq=False)
class HeldOutTriage:
    """Tables by the names of their columns in regtrack.names, `errors` of HIGH_CONFIDENCE_ERRORS; `counts` of test, a row a trial;
    `suspicion_quality` None without label noise."""

    errors: pd.DataFrame
    counts: pd.DataFrame
    suspicion: pd.DataFrame
    suspicion_quality: SuspicionQuality | None
    promised: pd.DataFrame


def triage_held_out(
    validation: HeldOut, test: HeldOut, class_names: Sequence[str], *, threshold: float
) -> HeldOutTriage:
    """Args: threshold: confidence from which on an answer is a confident one, [0, 1]."""
    held_out = (validation, test)  # whom to trust is read on the first
    suspicion = suspect_labels(held_out)
    return HeldOutTriage(
        errors=find_high_confidence_errors(held_out, suspicion, threshold=threshold),
        counts=trial_counts(test, threshold=threshold),
        suspicion=suspicion,
        suspicion_quality=suspicion_quality(suspicion),
        promised=promised_errors_by_class(held_out, class_names, threshold=threshold),
    )
