from regtrack.variants.effects import OptimizerOption
from regtrack.variants.params import Param
from regtrack.variants.regularizers.base import Regularizer
from regtrack.variants.strength import Strength


class WeightDecay(Regularizer):
    """Decoupled weight decay (AdamW, Loshchilov and Hutter 2019): kernels shrink by learning rate x decay a step,
    apart from the gradient; biases and batch-norm weights do not."""

    name, title, order = "weight_decay", "weight decay", 80
    params = (Param("weight_decay", "number", 0.0, "AdamW's decoupled decay of kernels; 0 is off", low=0.0,
                    strength=Strength("higher", "log", 10.0, first=(1e-3, 1e-2))),)  # fmt: skip

    def effects(self, values):
        return (OptimizerOption("weight_decay", values["weight_decay"], requires="adam", becomes="AdamW"),)
