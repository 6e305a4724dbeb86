"""Shapes: what a variant's curves and predictions look like, as values with a name, and their words."""

from typing import ClassVar

from regtrack.words.said import Said

COLLAPSED = "collapsed"
COLLAPSED_BEYOND = "collapsed_beyond"
"""Where it is known how common the class is; without that a class may be common and not collapsed to."""
FEW_EPOCHS = "few_epochs"
STILL_IMPROVING = "still_improving"
STILL_FALLING = "still_falling"
OVERCONFIDENT = "overconfident"
REGULARIZED_INTO_UNDERFIT = "regularized_into_underfit"
TARGET_BEATEN = "target_beaten"
TARGET_UNREACHED = "target_unreached"
TARGET_FAR = "target_far"
TARGET_DOUBTED = "target_doubted"
UNFINISHED = frozenset({FEW_EPOCHS, STILL_FALLING})
NEVER_WELL_FIT = UNFINISHED | {COLLAPSED, COLLAPSED_BEYOND}


class Shape(Said):
    """Values are shares, and nats where so named."""

    WORDS: ClassVar = {
        COLLAPSED: "collapsed to one class: {share:.0%} of validation examples are given the same class",
        COLLAPSED_BEYOND: "collapsed to one class: {share:.0%} of validation examples are given a class that {frequency:.0%} "
        "of them are of",
        FEW_EPOCHS: "too short to be a curve: {epochs:.0f} epochs",
        STILL_FALLING: "falling steeply at the last epoch: validation cross-entropy fell by {nats:.3f} nats over the last "
        "three epochs; what it says now holds for an unfinished training",
        STILL_IMPROVING: "still improving at the last epoch: validation cross-entropy fell by {nats:.3f} nats over the last "
        "three epochs; more epochs would tell",
        OVERCONFIDENT: "overconfident, not more often wrong: validation cross-entropy rises while validation accuracy holds",
        REGULARIZED_INTO_UNDERFIT: "regularized into underfit: train error {train_error:.3f} is above the baseline's "
        "validation error {baseline_error:.3f}",
        TARGET_BEATEN: "the target error of {target:.3f} is worse than what this sweep reaches ({reached:.3f}), which stands in "
        "its place",
        TARGET_UNREACHED: "no variant's train error comes near the target error of {target:.3f}, and a larger network does no "
        "better, so that one of the two misleads: what this sweep reaches ({reached:.3f}) stands in its place",
        TARGET_FAR: "no variant's train error comes near the target error of {target:.3f}: all underfit, or it is not to be "
        "reached with these data",
        TARGET_DOUBTED: "no variant's train error comes near the target error of {target:.3f}, and a larger network is not shown "
        "to do better, nor to do no better: all underfit, or it is not to be reached with these data",
    }
