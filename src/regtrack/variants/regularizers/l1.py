from regtrack.variants.effects import KerasObject, Penalty
from regtrack.variants.params import Param
from regtrack.variants.regularizers.base import Regularizer
from regtrack.variants.strength import Strength


class L1(Regularizer):
    """L1 penalty: factor x sum of |w| over each kernel; drives weights to zero (Tibshirani 1996)."""

    name, title, order = "l1", "L1 penalty", 10
    params = (Param("l1", "number", 0.0, "L1 factor on every kernel; 0 is off", low=0.0,
                    strength=Strength("higher", "log", 10.0, first=(1e-5, 1e-4))),)  # fmt: skip

    def effects(self, values):
        return (Penalty(KerasObject("L1", {"l1": values["l1"]})),)
