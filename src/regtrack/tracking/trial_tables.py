"""A trial's results as tables of documented columns."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from regtrack import names
from regtrack.data import Dataset, Split
from regtrack.tracking.artifacts import write_table
from regtrack.training.result import Curve, PassesOfErrors, Predictions, TrainingResult
from regtrack.uncertainty.per_class import measures_per_class


def _lists(values: np.ndarray | None, n: int, n_classes: int) -> pa.Array:
    """A list column of float32, null where there is nothing: missing is shown as missing."""
    if values is None:
        return pa.nulls(n, pa.list_(pa.float32()))
    offsets = np.arange(n + 1, dtype=np.int32) * n_classes
    return pa.ListArray.from_arrays(offsets, pa.array(values.astype(np.float32).ravel()))


def _numbers(values: np.ndarray | None, n: int) -> pa.Array:
    return pa.nulls(n, pa.float32()) if values is None else pa.array(values.astype(np.float32))


def predictions_table(predictions: tuple[Predictions, ...], splits: dict[str, Split]) -> pa.Table:
    """A row an example of each (split, epoch_kind): see names.PREDICTION_COLUMNS and docs/artifacts.md."""
    parts = []
    for p in predictions:
        split, (n, n_classes), mc = splits[p.split], p.probs.shape, p.mc
        columns = {
            "split": pa.array([p.split] * n),
            "epoch_kind": pa.array([p.epoch_kind] * n),
            "example_id": pa.array(split.example_id),
            "given_label": pa.array(split.given_label),
            "true_label": pa.array(split.true_label),
            "deterministic_probs": _lists(p.probs, n, n_classes),
            "mc_mean_probs": _lists(mc and mc.mean_probs, n, n_classes),
            "mc_std_probs": _lists(mc and mc.std_probs, n, n_classes),
        }
        columns |= {name: _numbers(mc and getattr(mc, name), n) for name in names.UNCERTAINTIES}
        parts.append(pa.table(columns))
    return pa.concat_tables(parts)


def curve_table(curve: Curve) -> pa.Table:
    """A row an epoch: see names.CURVE_COLUMNS."""
    columns = {"epoch": np.arange(1, len(curve) + 1)} | {n: curve[n] for n in (*names.EPOCH_METRICS, "seconds")}
    return pa.table({name: pa.array(columns[name]) for name in names.CURVE_COLUMNS})


def few_passes_table(predictions: tuple[Predictions, ...], splits: dict[str, Split]) -> pa.Table:
    """A row an example: names.FEW_PASSES_COLUMNS."""
    parts = []
    for p in predictions:
        if p.few_mean_probs is None:
            continue
        n, n_classes = p.few_mean_probs.shape
        columns = {
            "split": pa.array([p.split] * n),
            "example_id": pa.array(splits[p.split].example_id),
            "n_passes": pa.array(np.full(n, p.few_passes)),
            "mean_probs": _lists(p.few_mean_probs, n, n_classes),
        }
        parts.append(pa.table(columns))
    return pa.concat_tables(parts)


def passes_table(passes: PassesOfErrors, test: Split) -> pa.Table:
    """A row a (example, pass), the most confident error first: names.PASSES_COLUMNS."""
    n_passes, n, n_classes = passes.probs.shape
    by_example = passes.probs.transpose(1, 0, 2).reshape(n * n_passes, n_classes)
    columns = {
        "example_id": pa.array(np.repeat(test.example_id[passes.rows], n_passes)),
        "pass": pa.array(np.tile(np.arange(n_passes), n)),
        "probs": _lists(by_example, n * n_passes, n_classes),
    }
    return pa.table(columns)


def _each_method(test: Predictions) -> Iterator[tuple[str, np.ndarray]]:
    yield names.DETERMINISTIC, test.probs
    if test.mc:
        yield names.MC_DROPOUT, test.mc.mean_probs


def per_class_table(test: Predictions, labels: np.ndarray, class_names: tuple[str, ...]) -> pd.DataFrame:
    """A row a (method, class): names.PER_CLASS_COLUMNS; what a class without examples lacks is missing."""
    tables = [
        pd.DataFrame(vars(measures_per_class(probs.argmax(axis=1), labels, n_classes=len(class_names)))).assign(
            method=method, label=range(len(class_names)), **{"class": class_names}
        )
        for method, probs in _each_method(test)
    ]
    return pd.concat(tables)[list(names.PER_CLASS_COLUMNS)]


def write_uncertainty(predictions: tuple[Predictions, ...], dataset: Dataset, folder: Path) -> None:
    """The tables of predictions of validation and test below `folder`."""
    splits = {"val": dataset.validation, "test": dataset.test}
    test, labels = next(p for p in predictions if p.split == "test"), dataset.test.given_label
    write_table(predictions_table(predictions, splits), folder, names.PREDICTIONS)
    write_table(per_class_table(test, labels, dataset.class_names), folder, names.PER_CLASS)
    if test.few_mean_probs is not None:
        write_table(few_passes_table(predictions, splits), folder, names.FEW_PASSES)


def write_trial(result: TrainingResult, dataset: Dataset, folder: Path) -> None:
    """All of a trial's tables below `folder`."""
    write_uncertainty(result.predictions, dataset, folder)
    write_table(curve_table(result.curve), folder, names.LEARNING_CURVES)
    if result.convergence is not None:
        write_table(pa.table(result.convergence), folder, names.CONVERGENCE)
    if result.passes_of_errors is not None and len(result.passes_of_errors.rows):
        write_table(passes_table(result.passes_of_errors, dataset.test), folder, names.PASSES)
