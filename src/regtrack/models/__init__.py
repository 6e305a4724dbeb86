"""Networks: build one, apply a variant to any, prove that it took effect. Imports Keras on first use."""

from regtrack.facade import lazy

_HOMES = {
    "build_model": "network",
    "read_layout": "layout",
    "regularize": "regularizing",
    "verify": "verification",
    "with_probabilities": "output",
}
__all__ = list(_HOMES)
__getattr__ = lazy(__name__, _HOMES)
