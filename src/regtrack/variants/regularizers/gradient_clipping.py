from regtrack.variants.effects import OptimizerOption
from regtrack.variants.params import Param
from regtrack.variants.regularizers.base import Regularizer
from regtrack.variants.strength import Strength


class GradientClipping(Regularizer):
    """Gradient clipping (Pascanu et al. 2013): a gradient whose L2 norm over all weights is larger is scaled down to it.
    A smaller norm clips more."""

    name, title, order = "gradient_clipping", "gradient clipping", 290
    params = (Param("gradient_clipping", "number", 0.0, "largest L2 norm of the gradient over all weights; 0 is off",
                    low=0.0, strength=Strength("lower", "log", 2.0, first=(2.0, 1.0))),)  # fmt: skip

    def effects(self, values):
        return (OptimizerOption("global_clipnorm", values["gradient_clipping"]),)
