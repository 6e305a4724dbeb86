from regtrack.variants.effects import DROPOUT, KerasObject, LayerAfter
from regtrack.variants.params import Param
from regtrack.variants.regularizers.base import Regularizer
from regtrack.variants.strength import Strength


class SpatialDropout(Regularizer):
    """Spatial dropout (Tompson et al. 2015): each feature map of a convolution is dropped as a whole with probability
    `rate` during training. Neighbouring pixels say much the same, and single ones dropped would be missed little."""

    name, title, order = "spatial_dropout", "spatial dropout", 150
    params = (Param("spatial_dropout", "number", 0.0,
                    "probability of dropping a whole feature map behind every hidden convolution; 0 is off", low=0.0,
                    high=1.0, high_open=True,
                    strength=Strength("higher", "linear", 0.1, first=(0.1, 0.3), most=0.8)),)  # fmt: skip

    def effects(self, values):
        layer = KerasObject("SpatialDropout", {"rate": values["spatial_dropout"]})
        return (LayerAfter(layer, kind="conv", by_rank=True, slot=DROPOUT),)
