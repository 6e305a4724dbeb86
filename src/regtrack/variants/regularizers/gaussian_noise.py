from regtrack.variants.effects import KerasObject, LayerBefore
from regtrack.variants.params import Param
from regtrack.variants.regularizers.base import Regularizer, short
from regtrack.variants.strength import Strength

DEFAULT_PLACEMENT = "all"
"""As dropout's: in front of every layer, from the input on."""


class GaussianNoise(Regularizer):
    """Gaussian noise (Bishop 1995: on the input, small noise acts as Tikhonov's penalty): during training each
    activation in front of a kernel gets N(0, stddev squared) added. Its unit is that of the activations."""

    name, title, order = "gaussian_noise", "Gaussian noise", 120
    params = (
        Param("gaussian_noise", "number", 0.0, "standard deviation of the noise added to activations; 0 is off",
              low=0.0, high=1.0, strength=Strength("higher", "log", 2.0, first=(0.1, 0.2), most=1.0)),
        Param("gaussian_noise_placement", "choice", DEFAULT_PLACEMENT,
              "where: all (from the input on), input (the input alone), hidden, last_hidden",
              choices=("all", "input", "hidden", "last_hidden")),
    )  # fmt: skip

    def label(self, values):
        placement = values["gaussian_noise_placement"]
        where = "" if placement == DEFAULT_PLACEMENT else f"({placement})"
        return f"gaussian_noise={short(values['gaussian_noise'])}{where}"

    def effects(self, values):
        layer = KerasObject("GaussianNoise", {"stddev": values["gaussian_noise"]})
        return (LayerBefore(layer, values["gaussian_noise_placement"]),)
