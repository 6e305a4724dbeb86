from regtrack.variants.effects import AtInput, KerasObject
from regtrack.variants.params import Param
from regtrack.variants.regularizers.base import Regularizer
from regtrack.variants.strength import Strength


class RandAugment(Regularizer):
    """RandAugment (Cubuk et al. 2020), Keras' layer: two of eleven changes of shape, brightness and colour, drawn for
    each batch, each of up to this strength. All eleven are computed for every batch, so it is slow on a CPU."""

    name, title, order = "rand_augment", "RandAugment", 230
    params = (Param("rand_augment", "number", 0.0, "strength of two random changes of each training image; 0 is off",
                    low=0.0, high=1.0, strength=Strength("higher", "linear", 0.1, first=(0.2, 0.4), most=1.0)),)  # fmt: skip

    def effects(self, values):
        config = {"value_range": (0, 1), "num_ops": 2, "factor": (0.0, values["rand_augment"])}
        return (AtInput(KerasObject("RandAugment", config), from_0_to_1=True),)
