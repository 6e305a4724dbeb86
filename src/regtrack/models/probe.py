"""Probe: random inputs that a model accepts, to see what it answers before anything is trained."""

import keras
import numpy as np

from regtrack.models.layout import as_functional, calls

UNKNOWN_SIZE = 32
"""Size of an axis of unknown length."""


def probe_model(model: keras.Model, rows: int = 4) -> np.ndarray:
    """(rows, ...) in the dtype of the model's one input: whole numbers where it takes them or looks them up in an
    Embedding, within the smallest table; uniform in [0, 1) otherwise. Always the same."""
    functional = as_functional(model)
    tensor = functional.inputs[0]
    shape = [rows, *(size or UNKNOWN_SIZE for size in tensor.shape[1:])]
    rng, below = np.random.default_rng(0), table_size(functional)
    if below or takes_whole_numbers(model):
        return rng.integers(below or 2, size=shape).astype(tensor.dtype)
    return rng.random(shape).astype(tensor.dtype)


def takes_whole_numbers(model: keras.Model) -> bool:
    """Whether the input is of an integer dtype or looked up in an Embedding (which casts what it is given)."""
    functional = as_functional(model)
    return "int" in functional.inputs[0].dtype or table_size(functional) is not None


def table_size(model: keras.Model) -> int | None:
    """Rows of the smallest Embedding that reads the model's input as it is; None without one."""
    functional = as_functional(model)
    sizes = list(_tables(functional, [True] * len(functional.inputs))[0])
    return min(sizes, default=None)


_PASSING = (keras.layers.Flatten, keras.layers.Reshape, keras.layers.Permute, keras.layers.Identity)


def _tables(model: keras.Model, entering: list[bool]) -> tuple[list[int], list[bool]]:
    """Sizes of the Embeddings that read untouched inputs, and which outputs are untouched inputs themselves."""
    untouched = {id(tensor): is_input for tensor, is_input in zip(model.inputs, entering, strict=True)}
    sizes: list[int] = []
    for node in calls(model):
        if not node.input_tensors:
            continue
        reading = [untouched[id(tensor)] for tensor in node.input_tensors]
        leaving = [False] * len(node.output_tensors)
        if isinstance(node.operation, keras.Model):
            inner, leaving = _tables(as_functional(node.operation), reading)
            sizes += inner
        elif isinstance(node.operation, keras.layers.Embedding) and all(reading):
            sizes.append(node.operation.input_dim)
        elif isinstance(node.operation, _PASSING):
            leaving = reading[:1] * len(node.output_tensors)
        untouched |= {id(tensor): is_input for tensor, is_input in zip(node.output_tensors, leaving, strict=True)}
    return sizes, [untouched[id(tensor)] for tensor in model.outputs]
