"""Averages of the weights that training went through: of every update, or of the last epochs."""

from regtrack.variants.effects import AveragedWeights
from regtrack.variants.params import Param
from regtrack.variants.regularizers.base import Regularizer
from regtrack.variants.strength import Strength


class MovingAverage(Regularizer):
    """Exponential moving average of the weights (Polyak and Juditsky 1992; Tarvainen and Valpola 2017): over n updates, so of
    decay 1 - 1/n at each. The averaged network is measured, selected and stored; batch normalization's statistics are
    computed anew for it."""

    name, title, order = "ema", "averaged weights (EMA)", 240
    params = (Param("ema", "integer", 0, "updates n that the weights' moving average reaches back over; 0 is off", low=0,
                    strength=Strength("higher", "log", 2.0, first=(100, 300), whole=True)),)  # fmt: skip

    def effects(self, values):
        return (AveragedWeights("decay", 1 - 1 / values["ema"]),)


class TailAverage(Regularizer):
    """Stochastic weight averaging (Izmailov et al. 2018): the mean of the weights at the ends of the last epochs. The
    averaged network is measured, selected and stored; batch normalization's statistics are computed anew for it."""

    name, title, order = "swa", "averaged weights (SWA)", 250
    params = (Param("swa", "number", 0.0, "share of the epochs, the last ones, whose weights are averaged; 0 is off",
                    low=0.0, high=1.0,
                    strength=Strength("higher", "linear", 0.25, first=(0.25, 0.5), most=1.0)),)  # fmt: skip

    def effects(self, values):
        return (AveragedWeights("tail", values["swa"]),)
