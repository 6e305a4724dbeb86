"""What a regularizer does to a model or its training, declared as plain values.

A regularizer says what (a serialized Keras object) and where; `regtrack.models` and `regtrack.training` build it
and verify it. No Keras here: the dashboard describes a variant without TensorFlow.
"""

from dataclasses import dataclass, field
from typing import Any, Literal

Placement = Literal["all", "hidden", "last_hidden", "width"]


@dataclass(frozen=True)
class KerasObject:
    """A Keras object by its class name (Keras' own, or one of `regtrack.models.custom`) and its config."""

    class_name: str
    config: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Penalty:
    """Adds to the loss: set on every kernel, the output layer's too."""

    regularizer: KerasObject


@dataclass(frozen=True)
class Constraint:
    """Projects weights after each update: set on hidden kernels (`on_bias`: and on hidden biases).

    `axis_name` is the config key that receives the axes over which one unit's incoming weights run; they differ
    by layer kind, and Keras' default is wrong for convolutions.
    """

    constraint: KerasObject
    axis_name: str | None = None
    on_bias: bool = False


@dataclass(frozen=True)
class LayerBefore:
    """A layer in front of kernels: `all` of them from the input on, those behind a `hidden` layer, the output
    layers' only (`last_hidden`), or `hidden` with `rate_name` scaled by the width in front (`width`)."""

    layer: KerasObject
    placement: Placement
    rate_name: str | None = None


@dataclass(frozen=True)
class LayerAfter:
    """A layer behind every hidden kernel layer, in front of whatever reads it."""

    layer: KerasObject


@dataclass(frozen=True)
class LossOption:
    """A keyword of the cross-entropy that is trained on (the one that is reported stays plain)."""

    name: str
    value: float


@dataclass(frozen=True)
class OptimizerOption:
    """A keyword of the optimizer; `requires` names the only optimizer it is defined for, `becomes` its Keras class."""

    name: str
    value: float
    requires: str
    becomes: str


@dataclass(frozen=True)
class StopEarly:
    """End training after `patience` epochs without a new best validation cross-entropy."""

    patience: int


Effect = Penalty | Constraint | LayerBefore | LayerAfter | LossOption | OptimizerOption | StopEarly
