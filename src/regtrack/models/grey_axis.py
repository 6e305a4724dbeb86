"""with_grey_axis: a model that reads (28, 28, 1) where the data are (28, 28), or the other way round, reads the data."""

import keras

from regtrack.models.layout import as_functional, free_name_in
from regtrack.models.surgery import rewrite


def with_grey_axis(model: keras.Model, input_shape: tuple[int, ...]) -> keras.Model:
    """The model behind a Reshape where its input has one axis of 1 more at the end than the data, or one less: the same
    numbers in the same order. `model` itself where that is not so, fitting or not.

    Args:
        model: of one input.
        input_shape: shape of one example of the data.
    """
    shape = tuple(as_functional(model).inputs[0].shape[1:])
    target = next((one for one in ((*input_shape, 1), input_shape[:-1]) if _is_one_more(one, input_shape, shape)), None)
    if target is None:
        return model
    name = free_name_in(model, "grey_axis")
    return rewrite(
        model, enter=lambda tensor: keras.layers.Reshape(target, name=name)(tensor), input_shape=tuple(input_shape)
    )


def _is_one_more(target: tuple, input_shape: tuple, shape: tuple) -> bool:
    """Whether the model reads `target`, which differs from the data's shape by an axis of 1."""
    longer = max(target, input_shape, key=len)
    fits = len(shape) == len(target) and all(a in (None, b) for a, b in zip(shape, target, strict=True))
    return bool(target) and longer[-1] == 1 and fits
