"""regtrack: which regularizer should I use, is the win real, can I trust the network's confidence?"""

import importlib

__version__ = "0.1.0"

_HOMES = {
    "Dataset": "regtrack.data",
    "Grid": "regtrack.variants",
    "Variant": "regtrack.variants",
    "fit_variants": "regtrack.training",
    "load_dataset": "regtrack.data",
    "predict_mc": "regtrack.uncertainty",
    "regularize": "regtrack.models",
    "sweep": "regtrack.sweeps.notebook",
    "to_mc_dropout": "regtrack.uncertainty",
}
"""Imported when first used: a reader of the store must not pay for TensorFlow."""
__all__ = ["__version__", *_HOMES]


def __getattr__(name: str):
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
