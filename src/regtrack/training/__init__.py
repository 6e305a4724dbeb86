"""Training: fit variants, know no store. TensorFlow is imported on first use."""

from regtrack.facade import lazy

_HOMES = {
    "Curve": "result",
    "Predictions": "result",
    "TrainingResult": "result",
    "fit_variants": "fit",
    "run_trials": "pool",
}
__all__ = list(_HOMES)
__getattr__ = lazy(__name__, _HOMES)
