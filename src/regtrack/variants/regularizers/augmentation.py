"""Augmentation of images (Simard et al. 2003; Shorten and Khoshgoftaar 2019): each picture is shown another way at
every epoch, in training only. Each way is a regularizer of its own, with a strength of its own."""

from regtrack.variants.effects import AtInput, KerasObject
from regtrack.variants.params import Param
from regtrack.variants.regularizers.base import Regularizer
from regtrack.variants.strength import Strength

BEYOND_THE_EDGE = {"fill_mode": "nearest"}
"""What comes in from outside repeats the edge: right for black margins and for photographs, whatever the scale."""


class AugmentFlip(Regularizer):
    """Horizontal flips: each image is mirrored left to right with probability 1/2 during training."""

    name, title, order = "augment_flip", "flipped images", 160
    params = (Param("augment_flip", "flag", 0, "1: mirror half of the training images left to right; 0 is off"),)

    def label(self, values):
        return "augment_flip"

    def effects(self, values):
        return (AtInput(KerasObject("RandomFlip", {"mode": "horizontal"})),)


class AugmentShift(Regularizer):
    """Shifts: each image is moved by up to this share of its height and of its width during training."""

    name, title, order = "augment_shift", "shifted images", 170
    params = (Param("augment_shift", "number", 0.0,
                    "largest shift of training images, as a share of height and width (Keras' factor); 0 is off",
                    low=0.0, high=1.0, high_open=True,
                    strength=Strength("higher", "linear", 0.05, first=(0.05, 0.1), most=0.3)),)  # fmt: skip

    def effects(self, values):
        shift = values["augment_shift"]
        config = {"height_factor": shift, "width_factor": shift} | BEYOND_THE_EDGE
        return (AtInput(KerasObject("RandomTranslation", config)),)


class AugmentRotation(Regularizer):
    """Rotations: each image is turned by up to this share of a full turn, either way, during training."""

    name, title, order = "augment_rotation", "rotated images", 180
    params = (Param("augment_rotation", "number", 0.0,
                    "largest rotation of training images, as a share of a full turn (0.05 is 18 degrees); 0 is off",
                    low=0.0, high=0.5,
                    strength=Strength("higher", "linear", 0.02, first=(0.02, 0.05), most=0.25)),)  # fmt: skip

    def effects(self, values):
        share = values["augment_rotation"]
        return (AtInput(KerasObject("RandomRotation", {"factor": (-share, share)} | BEYOND_THE_EDGE)),)


class AugmentZoom(Regularizer):
    """Zooms: each image is enlarged or shrunk by up to this share during training, its proportions kept."""

    name, title, order = "augment_zoom", "zoomed images", 190
    params = (Param("augment_zoom", "number", 0.0,
                    "largest zoom of training images, in or out, as a share of their size (Keras' factor); 0 is off",
                    low=0.0, high=1.0, high_open=True,
                    strength=Strength("higher", "linear", 0.1, first=(0.1, 0.2), most=0.5)),)  # fmt: skip

    def effects(self, values):
        return (AtInput(KerasObject("RandomZoom", {"height_factor": values["augment_zoom"]} | BEYOND_THE_EDGE)),)
