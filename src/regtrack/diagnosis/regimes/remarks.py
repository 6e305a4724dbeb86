"""Remarks: what a clause's numbers rest on, or why it has none, as values and in words."""

from typing import ClassVar

from regtrack.words.said import Said

TRAIN_ERROR_ALONE = "train_error_alone"
REACHABLE_UNKNOWN = "reachable_unknown"
SELECTED_IS_MINIMUM = "selected_is_minimum"
TOO_SHORT = "too_short"
NO_OTHER_VARIANT = "no_other_variant"
NO_SMALLER_GAP = "no_smaller_gap"
AMONG_OTHERS = "among_others"
TARGET_KNOWN = "target_known"
TARGET_GIVEN = "target_given"
TARGET_DOUBTED = "target_doubted"
NONE_IN_SWEEP = "none_in_sweep"
NONE_SHOWS_IT = "none_shows_it"
AGAINST = "against"


class Remark(Said):
    """`variant` is the label of the one that the clause compares with, `others` how many were looked at, `target` a share."""

    WORDS: ClassVar = {
        TRAIN_ERROR_ALONE: "the train error itself, above whatever may be reachable",
        REACHABLE_UNKNOWN: "one variant and no target_error: what is reachable is not known",
        SELECTED_IS_MINIMUM: "the selected epoch is the minimum",
        TOO_SHORT: "needs two seeds and four epochs",
        NO_OTHER_VARIANT: "there is no other variant",
        NO_SMALLER_GAP: "no other variant has a smaller gap",
        AMONG_OTHERS: "{variant}, Holm over {others} others",
        TARGET_KNOWN: "the target says what is reachable",
        TARGET_GIVEN: "against the target error of {target:g} that was given",
        TARGET_DOUBTED: "against the target error of {target:g} that was given, which a larger network speaks against",
        NONE_IN_SWEEP: "none in this sweep",
        NONE_SHOWS_IT: "none in this sweep that shows it",
        AGAINST: "{variant}",
    }
