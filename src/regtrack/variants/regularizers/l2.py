from regtrack.variants.effects import KerasObject, Penalty
from regtrack.variants.params import Param
from regtrack.variants.regularizers.base import Regularizer
from regtrack.variants.strength import Strength


class L2(Regularizer):
    """L2 penalty: factor x sum of w squared over each kernel (Keras' convention: no 1/2); keeps weights small."""

    name, title, order = "l2", "L2 penalty", 20
    params = (Param("l2", "number", 0.0, "L2 factor on every kernel; 0 is off", low=0.0,
                    strength=Strength("higher", "log", 10.0, first=(1e-4, 1e-3))),)  # fmt: skip

    def effects(self, values):
        return (Penalty(KerasObject("L2", {"l2": values["l2"]})),)
