from regtrack.variants.effects import Constraint, KerasObject
from regtrack.variants.params import Param
from regtrack.variants.regularizers.base import Regularizer
from regtrack.variants.strength import Strength


class SpectralNorm(Regularizer):
    """Spectral norm (Yoshida and Miyato 2017; as a projection Gouk et al. 2021): after each update a hidden layer's kernel,
    as a matrix of what comes in by units, is scaled down to a largest singular value of at most this. A smaller bound
    regularizes more."""

    name, title, order = "spectral_norm", "spectral norm", 270
    params = (Param("spectral_norm", "number", 0.0, "largest singular value of a hidden layer's kernel; 0 is off", low=0.0,
                    strength=Strength("lower", "log", 2.0, first=(2.0, 1.0))),)  # fmt: skip

    def effects(self, values):
        return (Constraint(KerasObject("SpectralNorm", {"max_value": values["spectral_norm"]}), axis_name="axis"),)
