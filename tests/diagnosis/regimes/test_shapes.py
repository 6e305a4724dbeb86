"""Shapes in words: every one, as a value, from JSON, and as an older store has it."""

from dataclasses import asdict

import pytest

from regtrack.diagnosis.regimes.shapes import Shape

SAID = {
    "collapsed": ({"share": 0.97}, "collapsed to one class: 97% of validation examples are given the same class"),
    "collapsed_beyond": (
        {"share": 0.99, "frequency": 0.95},
        "collapsed to one class: 99% of validation examples are given a class that 95% of them are of",
    ),
    "few_epochs": ({"epochs": 3}, "too short to be a curve: 3 epochs"),
    "still_falling": (
        {"nats": 0.1},
        "falling steeply at the last epoch: validation cross-entropy fell by 0.100 nats over the last three epochs; what it "
        "says now holds for an unfinished training",
    ),
    "target_beaten": (
        {"target": 0.3, "reached": 0.12},
        "the target error of 0.300 is worse than what this sweep reaches (0.120), which stands in its place",
    ),
    "target_unreached": (
        {"target": 0.01, "reached": 0.12},
        "no variant's train error comes near the target error of 0.010, and a larger network does no better, so that one "
        "of the two misleads: what this sweep reaches (0.120) stands in its place",
    ),
    "target_far": (
        {"target": 0.01},
        "no variant's train error comes near the target error of 0.010: all underfit, or it is not to be reached with these "
        "data",
    ),
    "target_doubted": (
        {"target": 0.01},
        "no variant's train error comes near the target error of 0.010, and a larger network is not shown to do better, nor to do "
        "no better: all underfit, or it is not to be reached with these data",
    ),
    "still_improving": (
        {"nats": 0.03},
        "still improving at the last epoch: validation cross-entropy fell by 0.030 nats over the last three epochs; more "
        "epochs would tell",
    ),
    "overconfident": (
        {}, "overconfident, not more often wrong: validation cross-entropy rises while validation accuracy holds",
    ),
    "regularized_into_underfit": (
        {"train_error": 0.2, "baseline_error": 0.13},
        "regularized into underfit: train error 0.200 is above the baseline's validation error 0.130",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", Shape.WORDS)
def test_every_shape_has_its_words(name):
    """The same from the value and from what JSON makes of it."""
    values, said = SAID[name]
    shape = Shape(name, values)
    assert shape.sentence == Shape.in_words(asdict(shape)) == said


def test_an_older_stores_words_stand_as_they_are():
    """regime/1 holds sentences."""
    assert Shape.in_words("still improving at the last epoch: ...") == "still improving at the last epoch: ..."
