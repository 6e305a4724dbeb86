from regtrack.variants.effects import MixedExamples
from regtrack.variants.params import Param
from regtrack.variants.regularizers.base import Regularizer
from regtrack.variants.strength import Strength


class Mixup(Regularizer):
    """mixup (Zhang et al. 2018): each training example is a weighted mean with another of its batch, and so is its label.
    The shares are drawn from Beta(alpha, alpha) at each step."""

    name, title, order = "mixup", "mixup", 200
    params = (Param("mixup", "number", 0.0, "alpha of Beta(alpha, alpha), the shares of two blended examples; 0 is off",
                    low=0.0, strength=Strength("higher", "log", 2.0, first=(0.2, 0.4), most=8.0)),)  # fmt: skip

    def effects(self, values):
        return (MixedExamples("blend", values["mixup"]),)
