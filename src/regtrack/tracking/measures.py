"""A finished trial's numbers by their names in the store."""

from regtrack import names
from regtrack.data import Dataset
from regtrack.training.result import Predictions, TrainingResult
from regtrack.uncertainty.calibration import wilson_interval
from regtrack.uncertainty.headline import headline_measures
from regtrack.variants.settings import Settings

SELECTED_METRICS = (
    names.TRAIN_ACCURACY, names.TRAIN_BALANCED_ACCURACY, names.TRAIN_CROSS_ENTROPY,
    names.VAL_ACCURACY, names.VAL_BALANCED_ACCURACY, names.VAL_CROSS_ENTROPY,
)  # fmt: skip
"""Read at the selected epoch too."""


def prediction_metrics(predictions: Predictions, dataset: Dataset, settings: Settings) -> dict[str, float]:
    """`test/*` and, where Monte Carlo dropout ran, `test_mc/*` of the test split's predictions."""
    metrics = {}
    kinds = {names.TEST: predictions.probs, names.TEST_MC: predictions.mc and predictions.mc.mean_probs}
    for prefix, probs in kinds.items():
        if probs is None:
            continue
        measures = headline_measures(
            probs, dataset.test.given_label, n_bins=settings.n_bins, threshold=settings.high_confidence
        )
        if settings.label_noise > 0:
            measures[names.ACCURACY_TRUE_LABEL] = float((probs.argmax(axis=1) == dataset.test.true_label).mean())
        metrics |= {f"{prefix}/{name}": value for name, value in measures.items()}
    return metrics


def gap_interval(train_error: float, val_error: float, n: int) -> tuple[float, float]:
    """95 % interval of validation minus train error of one network, over validation examples.

    Wilson's interval of the validation error on `n` examples; the train error is a census of what was learned on.
    """
    low, high = wilson_interval(val_error, n)
    return float(low) - train_error, float(high) - train_error


def trial_metrics(result: TrainingResult, dataset: Dataset) -> dict[str, float]:
    """Everything logged once, at step 0. The gap is read at the last epoch: the training as it was run."""
    curve, last, best = result.curve, len(result.curve), result.curve.selected_epoch
    train_error, val_error = 1 - curve["train/accuracy"][-1], 1 - curve["val/accuracy"][-1]
    low, high = gap_interval(train_error, val_error, len(dataset.validation))
    test = result.of("test")
    metrics = {
        names.GENERALIZATION_GAP: float(val_error - train_error),
        names.GENERALIZATION_GAP_LOW: low,
        names.GENERALIZATION_GAP_HIGH: high,
        names.BEST_EPOCH: best,
        names.LAST_EPOCH: last,
        names.FIT_SECONDS: curve.seconds,
        names.PARAMETERS: result.n_parameters,
    }
    for name in SELECTED_METRICS:
        metrics[names.SELECTED + name.replace("/", "_")] = float(curve[name][best - 1])
    if test.mc:
        metrics[names.MC_SECONDS] = test.mc_seconds
    if result.n_products is not None:
        metrics[names.PRODUCTS] = result.n_products
    if result.mc_doubling_ratio is not None:
        metrics[names.MC_DOUBLING_RATIO] = result.mc_doubling_ratio
    metrics |= {f"{names.WEIGHTS}/{name}": value for name, value in result.weights.items()}
    return metrics | prediction_metrics(test, dataset, result.settings)
