from regtrack.variants.effects import AtInput, KerasObject
from regtrack.variants.params import Param
from regtrack.variants.regularizers.base import Regularizer
from regtrack.variants.strength import Strength


class RandomErasing(Regularizer):
    """Random erasing (Zhong et al. 2020, their RE-0): with this probability a rectangle of a training image, 2 to 33 % of
    its height times its width, is set to 0."""

    name, title, order = "random_erasing", "random erasing", 220
    params = (Param("random_erasing", "number", 0.0, "probability that a training image loses a rectangle; 0 is off",
                    low=0.0, high=1.0, strength=Strength("higher", "linear", 0.25, first=(0.25, 0.5), most=1.0)),)  # fmt: skip

    def effects(self, values):
        share = values["random_erasing"]  # one number would be the most of a range of probabilities
        config = {"factor": (share, share), "scale": (0.02, 0.33), "fill_value": 0.0}
        return (AtInput(KerasObject("RandomErasing", config)),)
