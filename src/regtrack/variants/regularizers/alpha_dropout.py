from regtrack.variants.effects import DROPOUT, KerasObject, LayerBefore
from regtrack.variants.params import Param
from regtrack.variants.regularizers.base import Regularizer
from regtrack.variants.strength import Strength


class AlphaDropout(Regularizer):
    """Alpha dropout (Klambauer et al. 2017): during training each activation behind a SELU layer takes SELU's lowest
    value with probability `rate`, then all are scaled so that mean and variance stay. For self-normalizing nets
    only: behind another activation it would shift what it means to keep, and is refused."""

    name, title, order = "alpha_dropout", "alpha dropout", 140
    params = (Param("alpha_dropout", "number", 0.0,
                    "rate, behind every hidden layer of a net whose hidden activations are all selu; 0 is off",
                    low=0.0, high=1.0, high_open=True,
                    strength=Strength("higher", "linear", 0.05, first=(0.05, 0.1), most=0.5)),)  # fmt: skip

    def effects(self, values):
        layer = KerasObject("AlphaDropout", {"rate": values["alpha_dropout"]})
        return (LayerBefore(layer, "hidden", rate_name="rate", slot=DROPOUT, behind_activation="selu"),)
