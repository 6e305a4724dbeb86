from regtrack.variants.effects import Constraint, KerasObject
from regtrack.variants.params import Param
from regtrack.variants.regularizers.base import Regularizer, short
from regtrack.variants.strength import Strength


class MaxNorm(Regularizer):
    """Max-norm (Srebro et al. 2005; Srivastava et al. 2014): after each update the incoming weights of every hidden
    unit are scaled down to an L2 norm of at most r. Adds nothing to the loss; a smaller r regularizes more."""

    name, title, order = "max_norm", "max-norm", 60
    params = (
        Param("max_norm", "number", 0.0, "largest L2 norm r of a hidden unit's incoming weights; 0 is off", low=0.0,
              strength=Strength("lower", "log", 2.0, first=(2.0, 1.0))),
        Param("max_norm_bias", "flag", 0, "1: constrain hidden biases too; 0 is off"),
    )  # fmt: skip

    def label(self, values):
        return f"max_norm={short(values['max_norm'])}" + ("(bias)" if values["max_norm_bias"] else "")

    def effects(self, values):
        constraint = KerasObject("MaxNorm", {"max_value": values["max_norm"]})
        return (Constraint(constraint, axis_name="axis", on_bias=bool(values["max_norm_bias"])),)
