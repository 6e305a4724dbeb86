"""Training: fit variants, know no store. TensorFlow is imported on first use."""

from regtrack.facade import lazy

_HOMES = {
    "Curve": "result",
    "Job": "job",
    "Local": "executors.local",
    "OnRay": "executors.on_ray",
    "Predictions": "result",
    "TrainingResult": "result",
    "fit_variants": "fit",
    "run_trials": "pool",
    "trial": "one_trial",
}
__all__ = list(_HOMES)
__getattr__ = lazy(__name__, _HOMES)
