from regtrack.variants.effects import SharpnessAware
from regtrack.variants.params import Param
from regtrack.variants.regularizers.base import Regularizer
from regtrack.variants.strength import Strength


class SharpnessAwareMinimization(Regularizer):
    """Sharpness-aware minimization (Foret et al. 2021): each step takes the gradient where the loss is worst within this
    radius, to first order. Two gradients a step, so a training takes about twice as long."""

    name, title, order = "sam", "sharpness-aware (SAM)", 260
    params = (Param("sam", "number", 0.0, "radius (L2 norm over all weights), two gradients a step; 0 is off", low=0.0,
                    strength=Strength("higher", "log", 2.0, first=(0.05, 0.1))),)  # fmt: skip

    def effects(self, values):
        return (SharpnessAware(values["sam"]),)
