"""regtrack: which regularizer should I use, is the win real, can I trust the network's confidence?"""

from regtrack.facade import lazy

__version__ = "0.1.0"

_HOMES = {
    "Dataset": "data",
    "Grid": "variants",
    "Variant": "variants",
    "fit_variants": "training",
    "load_dataset": "data",
    "predict_mc": "uncertainty",
    "regularize": "models",
    "sweep": "sweeps.notebook",
    "to_mc_dropout": "uncertainty",
}
__all__ = ["__version__", *_HOMES]
__getattr__ = lazy(__name__, _HOMES)
