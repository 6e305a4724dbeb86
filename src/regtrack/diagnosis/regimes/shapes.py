"""Shapes: what a variant's curves and predictions look like, as values with a name, and their words."""

from collections.abc import Mapping
from dataclasses import dataclass

COLLAPSED = "collapsed"
STILL_IMPROVING = "still_improving"
OVERCONFIDENT = "overconfident"
REGULARIZED_INTO_UNDERFIT = "regularized_into_underfit"
WORDS = {
    COLLAPSED: "collapsed to one class: {share:.0%} of validation examples are given the same class",
    STILL_IMPROVING: "still improving at the last epoch: validation cross-entropy fell by {nats:.3f} nats over the last "
    "three epochs; more epochs would tell",
    OVERCONFIDENT: "overconfident, not more often wrong: validation cross-entropy rises while validation accuracy holds",
    REGULARIZED_INTO_UNDERFIT: "regularized into underfit: train error {train_error:.3f} is above the baseline's "
    "validation error {baseline_error:.3f}",
}
"""By name, a template of the shape's values."""


@dataclass(frozen=True)
class Shape:
    """`name` is a key of WORDS, `values` what its words need: shares, and nats where so named."""

    name: str
    values: Mapping[str, float]


def shape_in_words(shape: Shape | Mapping | str) -> str:
    """Of a shape, also as JSON gives it back; an older store holds the words themselves, which stand as they are."""
    if isinstance(shape, str):
        return shape
    name, values = (shape.name, shape.values) if isinstance(shape, Shape) else (shape["name"], shape["values"])
    return WORDS[name].format(**values)
