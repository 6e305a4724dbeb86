from regtrack.variants.effects import KerasObject, LayerAfter
from regtrack.variants.params import Param
from regtrack.variants.regularizers.base import Regularizer


class BatchNorm(Regularizer):
    """Batch normalization behind every hidden layer (Ioffe and Szegedy 2015); the batch's noise regularizes."""

    name, title, order = "batch_norm", "batch normalization", 40
    params = (Param("batch_norm", "flag", 0, "1: batch normalization behind every hidden layer; 0 is off"),)

    def label(self, values):
        return "batch_norm"

    def effects(self, values):
        return (LayerAfter(KerasObject("BatchNormalization")),)
