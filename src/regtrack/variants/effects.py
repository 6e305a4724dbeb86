"""What a regularizer does to a model or its training, declared as plain values.

A regularizer says what (a serialized Keras object) and where; `regtrack.models` and `regtrack.training` build it
and verify it. No Keras here: the dashboard describes a variant without TensorFlow.
"""

from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

Placement = Literal["all", "input", "hidden", "last_hidden", "width"]

DROPOUT = "dropout"
"""The slot of every kind of dropout."""


@dataclass(frozen=True)
class KerasObject:
    """A Keras object by its class name (Keras' own, or one of `regtrack.models.custom`) and its config."""

    class_name: str
    config: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Penalty:
    """Adds to the loss: set on every kernel, the output layer's too."""

    regularizer: KerasObject
    slot: ClassVar[str] = "penalty"


@dataclass(frozen=True)
class Constraint:
    """Projects weights after each update: set on hidden kernels (`on_bias`: and on hidden biases).

    `axis_name` is the config key that receives the axes over which one unit's incoming weights run; they differ
    by layer kind, and Keras' default is wrong for convolutions.
    """

    constraint: KerasObject
    axis_name: str | None = None
    on_bias: bool = False
    slot: ClassVar[str] = "constraint"


@dataclass(frozen=True)
class LayerBefore:
    """A layer in front of kernels: `all` of them from the input on, those that read the `input`, those behind a
    `hidden` layer, the output layers' only (`last_hidden`), or `hidden` with `rate_name` scaled by the width in front
    (`width`).

    `slot`: two layers of one slot may not act on the same activations. `behind_activation`: the only activation that
    a hidden layer whose output it reads may have; the model is refused otherwise.
    """

    layer: KerasObject
    placement: Placement
    rate_name: str | None = None
    slot: str | None = None
    behind_activation: str | None = None


@dataclass(frozen=True)
class LayerAfter:
    """A layer behind every hidden kernel layer (of one `kind`: dense, conv, recurrent), in front of whatever reads it.

    `by_rank`: one Keras class for each number of spatial axes, `class_name` without its ending 1D, 2D or 3D.
    `slot` as in LayerBefore.
    """

    layer: KerasObject
    kind: str | None = None
    by_rank: bool = False
    slot: str | None = None


@dataclass(frozen=True)
class AtInput:
    """A layer for images, (height, width, channels), directly behind the model's input; several stand in registry
    order. Grey images without an axis of channels get one on the way. `from_0_to_1`: it takes numbers in [0, 1] only."""

    layer: KerasObject
    from_0_to_1: bool = False

    @property
    def on_images(self) -> str:
        """What acts on images and nothing else, by its name."""
        return self.layer.class_name


@dataclass(frozen=True)
class LossOption:
    """A keyword of the cross-entropy that is trained on (the one that is reported stays plain)."""

    name: str
    value: float


@dataclass(frozen=True)
class EntropyReward:
    """Subtracts `weight` times the mean entropy (nats) of the predicted probabilities from the loss that is trained on."""

    weight: float


@dataclass(frozen=True)
class OptimizerOption:
    """A keyword of the optimizer; `requires` names the only optimizer it is defined for and `becomes` its Keras class,
    where there is one."""

    name: str
    value: float
    requires: str | None = None
    becomes: str | None = None


@dataclass(frozen=True)
class MixedExamples:
    """Each training example is mixed with another of its batch, the labels in the same shares; the share that stays is
    drawn from Beta(alpha, alpha) for each step.

    way: "blend", every number a weighted mean of the two (mixup); "paste", a rectangle of the other picture (CutMix).
    """

    way: Literal["blend", "paste"]
    alpha: float
    slot: ClassVar[str] = "mixing"

    @property
    def name(self) -> str:
        return {"blend": "mixup", "paste": "cutmix"}[self.way]

    @property
    def on_images(self) -> str:
        """As of AtInput; any numbers can be blended."""
        return self.name if self.way == "paste" else ""


@dataclass(frozen=True)
class AveragedWeights:
    """What is measured, selected and stored is an average of the weights that training went through.

    way: "decay", an exponential moving average over updates that keeps `value` of itself at each; "tail", the mean over
    the ends of the last `value` (a share) of the epochs.
    """

    way: Literal["decay", "tail"]
    value: float
    slot: ClassVar[str] = "averaging"


@dataclass(frozen=True)
class SharpnessAware:
    """Each step goes by the gradient at the worst point near by: `radius` (L2, over all weights) up the gradient."""

    radius: float


@dataclass(frozen=True)
class StopEarly:
    """End training after `patience` epochs without a new best validation cross-entropy."""

    patience: int


InTheModel = Penalty | Constraint | LayerBefore | LayerAfter | AtInput
InTraining = LossOption | EntropyReward | OptimizerOption | MixedExamples | AveragedWeights | SharpnessAware | StopEarly
Effect = InTheModel | InTraining

ONE_A_PLACE = {
    "penalty": "a kernel holds one penalty",
    "constraint": "a kernel holds one constraint",
    DROPOUT: "activations go through one kind of dropout",
    "mixing": "examples are mixed in one way",
    "averaging": "weights are averaged in one way",
}
"""Why a variant holds one effect of a slot. What stands behind a layer and what stands in front of the next may meet
or not, which the model decides."""
