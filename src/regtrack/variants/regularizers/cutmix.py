from regtrack.variants.effects import MixedExamples
from regtrack.variants.params import Param
from regtrack.variants.regularizers.base import Regularizer
from regtrack.variants.strength import Strength


class CutMix(Regularizer):
    """CutMix (Yun et al. 2019): a rectangle of each training image comes from another of its batch, and the label counts
    as far as the area does. The area that stays is drawn from Beta(alpha, alpha) at each step."""

    name, title, order = "cutmix", "CutMix", 210
    params = (Param("cutmix", "number", 0.0, "alpha of Beta(alpha, alpha), the area that stays of an image; 0 is off",
                    low=0.0, strength=Strength("higher", "log", 2.0, first=(0.5, 1.0), most=8.0)),)  # fmt: skip

    def effects(self, values):
        return (MixedExamples("paste", values["cutmix"]),)
