from regtrack.variants.effects import StopEarly
from regtrack.variants.params import Param
from regtrack.variants.regularizers.base import Regularizer
from regtrack.variants.strength import Strength


class EarlyStopping(Regularizer):
    """Early stopping (Prechelt 1998): training ends after `patience` epochs without a better validation
    cross-entropy. (The stored model is the selected epoch's with or without it; this one also saves the time.)"""

    name, title, order = "early_stopping", "early stopping", 90
    params = (Param("early_stopping", "integer", 0, "patience in epochs; 0 is off", low=0,
                    strength=Strength("lower", "log", 2.0, first=(5,), whole=True)),)  # fmt: skip

    def effects(self, values):
        return (StopEarly(values["early_stopping"]),)
