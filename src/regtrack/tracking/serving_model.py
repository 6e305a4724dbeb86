"""The model that answers with its uncertainty: what `mlflow models serve` and `mlflow.pyfunc.load_model` load.

This file travels inside each logged model with the rest of regtrack (see `serving.py`) and runs where only the model's
own requirements are installed: it imports little, and nothing of the store.
"""

import json
import math
import threading
from pathlib import Path

import keras
import numpy as np
import pandas as pd
from mlflow.exceptions import MlflowException

from regtrack import names
from regtrack.data.tables.fitted import TableEncoding
from regtrack.data.tables.frame_reading import encode_frame, is_by_name
from regtrack.errors import DataError, RegtrackError
from regtrack.models.one_unit import as_two_classes, has_one_unit
from regtrack.models.whole_numbers import check_whole_numbers
from regtrack.uncertainty import to_mc_dropout
from regtrack.uncertainty.decomposition import predictive_entropy_from_mean
from regtrack.uncertainty.mc_dropout.inference import MCPredictor


def _load_pyfunc(folder: str) -> "ServingModel":
    """MLflow's entry point: the model whose data folder this is."""
    description = json.loads((Path(folder) / names.SERVED_DESCRIPTION).read_text())
    stand_ins = {f"regtrack>{name}": _TrainingOnly for name in ("CustomPenalty", "CustomConstraint")}
    model = keras.saving.load_model(Path(folder) / names.SERVED_MODEL, compile=False, custom_objects=stand_ins)
    for layer in model._flatten_layers():
        for name, value in vars(layer).copy().items():
            if isinstance(value, _TrainingOnly):
                setattr(layer, name, None)
    encoding = Path(folder) / names.ENCODING
    return ServingModel(
        as_two_classes(model) if has_one_unit(model) else model,
        **description,
        encoding=TableEncoding.from_json(encoding.read_text("utf-8")) if encoding.exists() else None,
    )


class ServingModel:
    """Predicted class, confidence and uncertainty of each example.

    Args:
        model: ends in probabilities over classes.
        input_shape: of one example.
        class_names: label i is class_names[i].
        inputs: "source", it is given the source's own values as they are, or "scaled", those divided by `scale` (as
            `Dataset.x`); the caller divides.
        scale: see inputs.
        dropout: whether the model has active dropout, and so an uncertainty of its own.
        n_passes, seed: what a call without params takes.
        encoding: makes inputs of a table's raw rows; None for other data.
    """

    def __init__(
        self, model, *, input_shape, class_names, scale, dropout, n_passes, seed, inputs=names.SCALED, encoding=None
    ):
        self.model = to_mc_dropout(model) if dropout else model
        self._predictor = MCPredictor(self.model) if dropout else None  # traced once, not once a request
        self.input_shape, self.class_names, self.scale = tuple(input_shape), list(class_names), scale
        self.inputs = inputs
        self.dropout, self.n_passes, self.seed = dropout, n_passes, seed
        self.encoding = encoding
        self._one_at_a_time = threading.Lock()  # a server calls from many threads; the masks' state is the model's

    def predict(self, data, params: dict | None = None) -> pd.DataFrame:
        """A row an example: names.SERVING_COLUMNS, then mean_prob_NAME and std_prob_NAME of each class.

        The same data, n_passes and seed give the same answer; an example's masks depend on its place in `data`.
        Without dropout there is one deterministic pass, `n_passes` and `seed` are ignored, and mutual_information and
        std are missing (None), as std is with one pass.

        Args:
            data: of a table, raw rows: a DataFrame with its columns by name, or a dict of them. Else, and of a table that
                is encoded already, array (n, *input_shape) or (n, size of input_shape), or DataFrame with a column a
                feature in that order; in the units the model was trained in, see `inputs`.
            params: n_passes >= 1 and seed >= 0.
        Raises:
            MlflowException: INVALID_PARAMETER_VALUE (HTTP 400), in one line.
        """
        if self.encoding is not None and isinstance(data, dict):
            data = _frame_of(data)
        x = self._rows(data) if self._is_raw(data) else self._examples(data)
        params = {"n_passes": self.n_passes, "seed": self.seed} | (params or {})
        for name, least in (("n_passes", 1), ("seed", 0)):
            if params[name] < least:
                raise _invalid(f"{name}: expected at least {least}, received {params[name]}")
        mean, std, entropy, information = self._uncertainty(x, int(params["n_passes"]), int(params["seed"]))
        predicted = mean.argmax(axis=1)
        labels = [self.class_names[i] for i in predicted]
        values = (predicted, labels, mean.max(axis=1), entropy, _or_none(information))
        columns = dict(zip(names.SERVING_COLUMNS, values, strict=True))
        columns |= {names.MEAN_PROB + name: mean[:, i] for i, name in enumerate(self.class_names)}
        columns |= {names.STD_PROB + name: _or_none(std[:, i]) for i, name in enumerate(self.class_names)}
        return pd.DataFrame(columns, index=data.index if isinstance(data, pd.DataFrame) else None)

    def _uncertainty(self, x: np.ndarray, n_passes: int, seed: int) -> tuple[np.ndarray, ...]:
        """Mean and std (n, n_classes), predictive entropy and mutual information (n,); NaN where there is none."""
        with self._one_at_a_time:
            if self.dropout:
                try:
                    mc = self._predictor.predict(x, n_passes=n_passes, seed=seed)
                except RegtrackError as error:
                    raise _invalid(str(error)) from None
                return mc.mean_probs, mc.std_probs, mc.predictive_entropy, mc.mutual_information
            probs = self.model.predict(x, batch_size=1024, verbose=0).astype(np.float64)
        return probs, np.full(probs.shape, np.nan), predictive_entropy_from_mean(probs), np.full(len(probs), np.nan)

    def _is_raw(self, data) -> bool:
        """A DataFrame of a table's raw rows: it names one of its columns, or is not as wide as the encoded inputs."""
        if self.encoding is None or not isinstance(data, pd.DataFrame):
            return False
        return is_by_name(data, self.encoding) or data.shape[1:] != self.input_shape

    def _rows(self, frame: pd.DataFrame) -> np.ndarray:
        """A table's raw rows as (n, n_features) float32; refused in one line where they do not fit."""
        try:
            return encode_frame(frame, self.encoding)
        except DataError as error:
            raise _invalid(str(error)) from None

    def _examples(self, data) -> np.ndarray:
        """`data` as (n, *input_shape) float32; refused in one line if it does not fit."""
        size = math.prod(self.input_shape)
        shapes = dict.fromkeys((f"(n, {', '.join(map(str, self.input_shape))})", f"(n, {size})"))  # a table's are one
        wanted = f"numbers of shape {' or '.join(shapes)}"
        try:
            x = np.asarray(data, dtype=np.float64)
        except (TypeError, ValueError):
            raise _invalid(f"input: expected {wanted}, received {type(data).__name__} of something else") from None
        if x.shape[1:] not in (self.input_shape, (size,)):
            raise _invalid(f"input: expected {wanted}, received shape {x.shape}")
        if len(x) == 0:
            raise _invalid("input: expected at least one example, received none")
        with np.errstate(over="ignore"):
            x = x.astype(np.float32).reshape(-1, *self.input_shape)
        if not np.isfinite(x).all():
            raise _invalid("input: expected finite numbers, received NaN or infinity; fill in what is missing first")
        try:
            check_whole_numbers(self.model, x, "the request")
        except RegtrackError as error:
            raise _invalid(f"input: {error}") from None
        return x


class _TrainingOnly:
    """Stands for a person's own penalty or constraint, whose module need not be here: it acts in training only."""

    @classmethod
    def from_config(cls, config):
        return cls()

    def __call__(self, weights):
        raise NotImplementedError("a serving model is not trained")


def _frame_of(columns: dict) -> pd.DataFrame:
    """A dict of columns; one of single values is one row."""
    try:
        return pd.DataFrame([columns] if not any(np.ndim(cells) for cells in columns.values()) else columns)
    except ValueError as error:
        raise _invalid(f"input: expected columns of one length, received others ({error})") from None


def _or_none(values: np.ndarray) -> np.ndarray:
    """None, which JSON writes as null, where all is missing: NaN is no JSON, and 0 would claim certainty."""
    return np.full(len(values), None) if np.isnan(values).all() else values


def _invalid(message: str) -> MlflowException:
    return MlflowException.invalid_parameter_value(message)
