from regtrack.variants.effects import LossOption
from regtrack.variants.params import Param
from regtrack.variants.regularizers.base import Regularizer
from regtrack.variants.strength import Strength


class LabelSmoothing(Regularizer):
    """Label smoothing (Szegedy et al. 2016): the target is 1 - s on the label and s / C spread over all classes.
    Trained on only: the reported cross-entropy stays the plain one."""

    name, title, order = "label_smoothing", "label smoothing", 70
    params = (Param("label_smoothing", "number", 0.0, "share of the target spread over all classes; 0 is off",
                    low=0.0, high=1.0, high_open=True,
                    strength=Strength("higher", "linear", 0.05, first=(0.05, 0.1), most=0.5)),)  # fmt: skip

    def effects(self, values):
        return (LossOption("label_smoothing", values["label_smoothing"]),)
