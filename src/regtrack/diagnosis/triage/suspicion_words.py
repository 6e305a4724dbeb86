"""What is said of suspected labels, a sentence each: report and dashboard say the same. Words of a label are the kind's."""

import pandas as pd

from regtrack.diagnosis.triage.kinds.disagreement import Disagreement
from regtrack.diagnosis.triage.label_suspicion import SuspicionQuality
from regtrack.words.lists import counted, listed
from regtrack.words.numbers import digits

MOST_CLASSES = 5
TWO_CAUSES = (
    "Networks that are too sure show this with every label right, and wrong labels show it too; only looking tells."
)
"""Of an excess. The harmless cause first: it is the usual one (docs/uncertainty.md)."""


def disagreement_words(suspected: int, examples: int) -> str:
    """Of how many examples the sweep disagrees with the label."""
    return (
        f"Of {examples:,} held-out examples there are {suspected:,} of which the sweep's better networks disagree with the "
        f"label: {Disagreement.name}. Only looking tells which."
    )


def quality_words(quality: SuspicionQuality) -> str:
    """Where labels were changed on purpose: how well the suspicion finds them."""
    return (
        f"{quality.base_rate:.0%} of the held-out labels were changed on purpose. The suspicion finds them with "
        f"precision {quality.precision:.2f}, recall {quality.recall:.2f} and area under the precision-recall curve "
        f"{quality.auprc:.2f} (by chance {quality.base_rate:.2f})."
    )


def promise_words(promised: pd.DataFrame, *, threshold: float) -> str:
    """Whether there are more confident errors than the probabilities promise, over all classes and in which.

    Args:
        promised: of one split, names.PROMISED_ERRORS_COLUMNS.
    """
    whole, classes = promised[promised["label"].isna()].iloc[0], promised[promised["label"].notna()]
    if not whole["confident"]:
        return f"The sweep's better networks together give no answer with {threshold:g} or more, so none can be wrong beyond what is promised."
    answers = counted(int(whole["confident"]), "answer")
    promise = (
        f"Of {answers} that the sweep's better networks together give with {threshold:g} or more, their probabilities "
        f"promise {digits(whole['expected_wrong'], 2)} wrong, at most {int(whole['upper_limit']):,}; "
        f"{int(whole['observed_wrong']):,} are"
    )
    if not promised["more_than_promised"].any():
        return f"{promise}, no more than promised in any class: no sign of wrong labels beyond those that the networks expect."
    beyond = classes[classes["more_than_promised"]].sort_values("excess", ascending=False, kind="stable")
    where = [f"{row['class']} ({_against(row)})" for row in beyond.to_dict("records")]
    told = f", more than promised where they say {listed(where, MOST_CLASSES)}" if where else ", more than promised"
    return f"{promise}{told}. {TWO_CAUSES}"


def _against(row: dict) -> str:
    return f"{int(row['observed_wrong']):,} against {digits(row['expected_wrong'], 2)}"
