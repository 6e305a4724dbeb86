"""How sure a network is, and whether to believe it. Keras is imported on first use of Monte Carlo dropout only."""

from regtrack.facade import lazy

_HOMES = {
    "MCDropout": "mc_dropout.layers",
    "MCPrediction": "mc_dropout.prediction",
    "predict_mc": "mc_dropout.inference",
    "to_mc_dropout": "mc_dropout.conversion",
}
__all__ = list(_HOMES)
__getattr__ = lazy(__name__, _HOMES)
