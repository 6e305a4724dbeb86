"""Training: fit variants, know no store. TensorFlow is imported on first use."""

import importlib

_HOMES = {
    "Curve": "result",
    "Predictions": "result",
    "TrainingResult": "result",
    "fit_variants": "fit",
    "run_trials": "pool",
}
__all__ = list(_HOMES)


def __getattr__(name: str):
    if name in _HOMES:
        return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
