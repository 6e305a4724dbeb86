"""How sure a network is, and whether to believe it. Keras is imported on first use of Monte Carlo dropout only."""

import importlib

_HOMES = {
    "MCDropout": "mc_dropout.layers",
    "MCPrediction": "mc_dropout.prediction",
    "predict_mc": "mc_dropout.inference",
    "to_mc_dropout": "mc_dropout.conversion",
}
__all__ = list(_HOMES)


def __getattr__(name: str):
    if name in _HOMES:
        return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
