from regtrack.variants.effects import DROPOUT, KerasObject, LayerBefore
from regtrack.variants.params import Param
from regtrack.variants.regularizers.base import Regularizer, short
from regtrack.variants.regularizers.dropout import DEFAULT_PLACEMENT
from regtrack.variants.strength import Strength


class GaussianDropout(Regularizer):
    """Gaussian dropout (Srivastava et al. 2014, section 10): during training each activation is multiplied by
    N(1, rate / (1 - rate)), which has the mean and the variance of dropout at this rate."""

    name, title, order = "gaussian_dropout", "Gaussian dropout", 130
    params = (
        Param("gaussian_dropout", "number", 0.0, "rate of the dropout whose variance the noise has; 0 is off", low=0.0,
              high=1.0, high_open=True, strength=Strength("higher", "linear", 0.1, first=(0.2, 0.5), most=0.8)),
        Param("gaussian_dropout_placement", "choice", DEFAULT_PLACEMENT,
              "where: all (from the input on), hidden, last_hidden, width (rate grows with the width in front)",
              choices=("all", "hidden", "last_hidden", "width")),
    )  # fmt: skip

    def label(self, values):
        placement = values["gaussian_dropout_placement"]
        where = "" if placement == DEFAULT_PLACEMENT else f"({placement})"
        return f"gaussian_dropout={short(values['gaussian_dropout'])}{where}"

    def effects(self, values):
        layer = KerasObject("GaussianDropout", {"rate": values["gaussian_dropout"]})
        return (LayerBefore(layer, values["gaussian_dropout_placement"], rate_name="rate", slot=DROPOUT),)
