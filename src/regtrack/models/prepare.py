"""prepared: a person's own model as one that can be trained here, or a refusal that names what stands in the way."""

from typing import Literal

import keras

from regtrack.errors import ModelError
from regtrack.models.existing import find_existing, without_existing
from regtrack.models.grey_axis import with_grey_axis
from regtrack.models.layout import as_functional
from regtrack.models.one_unit import ending_of_one_unit
from regtrack.models.output import refuse_sigmoid, with_probabilities

ExistingRegularization = Literal["remove", "keep"]
_ALLOWED_INPUTS = ("float32", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")


def prepared(
    model: keras.Model,
    input_shape: tuple[int, ...],
    n_classes: int,
    *,
    keep_weights: bool = False,
    existing_regularization: ExistingRegularization = "remove",
) -> keras.Model:
    """The model without its own regularization (unless "keep"), ending in probabilities, of the same other weights.

    Args:
        model: as a person built it; left untouched.
        input_shape: shape of one example; an axis of 1 at the end may be missing in the model or be there alone.
        n_classes: probabilities an example.
        keep_weights: its weights are trained ones: what changes its function is refused.
    Raises:
        ModelError: several inputs or outputs, a subclassed or unbuilt model, other inputs or outputs than the data's,
            another precision than float32, nothing to train, no probabilities.
    """
    check_graph(model)
    check_precision(model)
    model = with_grey_axis(model, tuple(input_shape))
    _check_input(model, tuple(input_shape))
    refuse_sigmoid(model, n_classes)
    _check_output(model, n_classes)
    if not model.trainable_weights:
        raise ModelError(
            f"model {model.name!r}: every layer is frozen, so there is nothing to train; set trainable=True on one"
        )
    if existing_regularization == "remove":
        _check_function_stays(model, keep_weights)
        model = without_existing(model)
    return with_probabilities(_of_one_tensor(model))


def _of_one_tensor(model: keras.Model) -> keras.Model:
    """The model with its one input and output as they are, not in a list or a dict."""
    functional = as_functional(model)
    if isinstance(functional.input, keras.KerasTensor) and isinstance(functional.output, keras.KerasTensor):
        return model
    return keras.Model(functional.inputs[0], functional.outputs[0], name=model.name)


def check_graph(model: keras.Model) -> None:
    """Raise ModelError for a model whose layers cannot be seen or that has several inputs or outputs."""
    functional = as_functional(model)
    for word, tensors in (("input", functional.inputs), ("output", functional.outputs)):
        if len(tensors) != 1:
            names = ", ".join(tensor.name for tensor in tensors)
            raise ModelError(
                f"model {model.name!r}: expected one {word}, received {len(tensors)} ({names}); build a model of one "
                f"{word}"
            )


def check_precision(model: keras.Model) -> None:
    """Raise ModelError for a layer that computes in anything but float32 (mixed precision, quantized, float64)."""
    for layer in model._flatten_layers():
        policy = layer.dtype_policy
        if policy.compute_dtype in ("float16", "bfloat16", "float64") or getattr(policy, "quantization_mode", None):
            raise ModelError(
                f"model {model.name!r}: layer {layer.name!r} computes in {policy.compute_dtype} (dtype policy "
                f"{policy.name}); expected float32: build the model under keras.config.set_dtype_policy('float32')"
            )


def _check_input(model: keras.Model, input_shape: tuple[int, ...]) -> None:
    tensor = as_functional(model).inputs[0]
    shape = tuple(tensor.shape[1:])
    if tensor.shape[0] is not None:
        raise ModelError(
            f"model {model.name!r}: expected batches of any size, received an input of {tensor.shape[0]} examples; start "
            f"it with keras.Input({input_shape}), without batch_size"
        )
    fits = len(shape) == len(input_shape) and all(a in (None, b) for a, b in zip(shape, input_shape, strict=True))
    if not fits:
        raise ModelError(
            f"model {model.name!r}: expected input {(None, *input_shape)}, one example of the data, received "
            f"{(None, *shape)}; start it with keras.Input({input_shape}), and a Reshape({shape}) if its layers need that"
        )
    if tensor.dtype not in _ALLOWED_INPUTS:
        raise ModelError(
            f"model {model.name!r}: expected an input of float32 or whole numbers, received {tensor.dtype}; start it "
            f"with keras.Input({input_shape}) and give it numbers"
        )


def _check_output(model: keras.Model, n_classes: int) -> None:
    shape = tuple(as_functional(model).outputs[0].shape)
    if shape == (None, 1) and n_classes == 2:
        ending_of_one_unit(model)
    elif shape != (None, n_classes):
        raise ModelError(
            f"model {model.name!r}: expected output (None, {n_classes}), one probability a class, received {shape}; end "
            f"it in Dense({n_classes}, activation='softmax')"
        )


def _check_function_stays(model: keras.Model, keep_weights: bool) -> None:
    found = [one for one in find_existing(model) if one.is_batch_norm] if keep_weights else []
    if found:
        raise ModelError(
            f"model {model.name!r}: {found[0].layer} is batch normalization, without which its trained weights mean "
            "something else; give existing_regularization=keep with keep_weights=true"
        )
