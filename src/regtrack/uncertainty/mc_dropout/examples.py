"""Examples as a model reads them: one array an input, checked against the model's shapes before anything is computed."""

import keras
import numpy as np

from regtrack.errors import DataError


def arrays_for(model: keras.Model, x) -> list[np.ndarray]:
    """`x` as arrays in the order of `keras.tree.flatten(model.input)`, of as many examples each, at least one.

    Args:
        model: functional.
        x: an array (n, ...), or a list, tuple or dict by input name of such arrays.
    Raises:
        DataError: a dataset or generator, text or ragged lists, a single example, another shape than the model reads,
            another number of inputs or of examples.
    """
    inputs = list(keras.tree.flatten(model.input))
    names = [tensor.name for tensor in inputs]
    by_name = isinstance(x, dict) and set(x) == set(names)
    arrays = [_array(part) for part in ([x[name] for name in names] if by_name else keras.tree.flatten(x))]
    if len(arrays) != len(inputs):
        raise DataError(
            f"x: expected {len(inputs)} arrays ({', '.join(names)}), one an input, received "
            f"{len(arrays)}; give a list in this order, or a dict by these names"
        )
    for array, tensor in zip(arrays, inputs, strict=True):
        _check_shape(array, tensor, several=len(inputs) > 1)
    if len({len(array) for array in arrays}) != 1 or not len(arrays[0]):
        shapes = ", ".join(str(array.shape) for array in arrays)
        raise DataError(
            f"x: expected the same number of examples in each input, at least 1, received {shapes}; give every input the "
            "same examples"
        )
    return arrays


def _array(part) -> np.ndarray:
    kind = type(part).__name__
    if not hasattr(part, "__array__") and not isinstance(part, (list, tuple, int, float, np.generic)):
        raise DataError(
            f"x: expected an array of numbers (n_examples, ...), received {kind}; put its batches together: "
            "np.concatenate([x for x, y in batches])"
        )
    try:
        array = np.asarray(part)
    except ValueError:  # lists of unequal lengths
        array = np.empty(0, object)
    if array.dtype.kind not in "fiub":
        raise DataError(
            f"x: expected an array of numbers (n_examples, ...), received {kind} of {array.dtype}; turn it into numbers of "
            "one shape first"
        )
    return array


def _check_shape(array: np.ndarray, tensor, *, several: bool) -> None:
    wanted = tuple(tensor.shape[1:])
    fits = _fits(array.shape[1:], wanted)
    # Keras itself puts an axis of 1 at the end, or takes it away.
    fits = (
        fits or _fits((*array.shape[1:], 1), wanted) or (array.shape[-1:] == (1,) and _fits(array.shape[1:-1], wanted))
    )
    if array.ndim and fits:
        return
    where = f"x of input {tensor.name!r}" if several else "x"
    alone = _fits(array.shape, wanted)
    raise DataError(
        f"{where}: expected shape {('n', *wanted)}, received "
        + (f"one example of shape {array.shape}; give x[None] for one" if alone else f"{array.shape}; give the numbers "
           "that the model was trained on")
    )  # fmt: skip


def _fits(shape: tuple, wanted: tuple) -> bool:
    return len(shape) == len(wanted) and all(size in (None, given) for given, size in zip(shape, wanted, strict=True))
