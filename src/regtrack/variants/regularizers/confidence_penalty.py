from regtrack.variants.effects import EntropyReward
from regtrack.variants.params import Param
from regtrack.variants.regularizers.base import Regularizer
from regtrack.variants.strength import Strength


class ConfidencePenalty(Regularizer):
    """Confidence penalty (Pereyra et al. 2017): the loss is less by this weight times the entropy of the predicted
    probabilities, so that confidence costs. Trained on only: the reported cross-entropy stays the plain one."""

    name, title, order = "confidence_penalty", "confidence penalty", 280
    params = (Param("confidence_penalty", "number", 0.0,
                    "weight of the predictions' entropy, which the loss rewards; 0 is off", low=0.0,
                    strength=Strength("higher", "log", 2.0, first=(0.1, 0.2))),)  # fmt: skip

    def effects(self, values):
        return (EntropyReward(values["confidence_penalty"]),)
