from regtrack.variants.effects import DROPOUT, KerasObject, LayerBefore
from regtrack.variants.params import Param
from regtrack.variants.regularizers.base import Regularizer, short
from regtrack.variants.strength import Strength

DEFAULT_PLACEMENT = "all"
"""The article's: in front of every layer, from the input on, never behind the output layer."""

USUAL = {"dense": (0.1, 0.5), "recurrent": (0.2, 0.3), "conv": (0.4, 0.5)}
"""The article's ranges of the rate, by layer kind."""


class Dropout(Regularizer):
    """Dropout (Srivastava et al. 2014): each activation is zeroed with probability `rate` during training."""

    name, title, order = "dropout", "dropout", 50
    params = (
        Param("dropout_rate", "number", 0.0, "probability of zeroing an activation; 0 is off", low=0.0, high=1.0,
              high_open=True, strength=Strength("higher", "linear", 0.1, first=(0.2, 0.5), most=0.8)),
        Param("dropout_placement", "choice", DEFAULT_PLACEMENT,
              "where: all (from the input on), hidden, last_hidden, width (rate grows with the width in front)",
              choices=("all", "hidden", "last_hidden", "width")),
    )  # fmt: skip

    def label(self, values):
        placement = values["dropout_placement"]
        where = "" if placement == DEFAULT_PLACEMENT else f"({placement})"
        return f"dropout={short(values['dropout_rate'])}{where}"

    def effects(self, values):
        layer = KerasObject("Dropout", {"rate": values["dropout_rate"]})
        return (LayerBefore(layer, values["dropout_placement"], rate_name="rate", slot=DROPOUT),)

    def notes(self, values, layer_kinds):
        rate = values["dropout_rate"]
        return tuple(
            f"dropout_rate={short(rate)} is outside the usual {low:.0%} to {high:.0%} for {kind} layers"
            for kind, (low, high) in USUAL.items()
            if kind in layer_kinds and not low <= rate <= high
        )
