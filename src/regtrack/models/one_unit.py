"""A model that ends in one sigmoid, or in one logit, as one of two classes, [1 - p, p], and back in its own shape.

It ends in the softmax of [0, logit], which is [1 - p, p], and whose cross-entropy Keras takes from the logits, as it does
a sigmoid's binary cross-entropy: an error that is as sure as float32 can be still has a gradient. All of it is Keras'
own layers, so that any process can load it.
"""

import keras
import numpy as np

from regtrack.errors import ModelError
from regtrack.models.ending import ending_of, last_operation
from regtrack.models.layout import as_functional, free_name_in
from regtrack.models.probe import probe_model
from regtrack.models.surgery import clone_layer, rewrite

_L = keras.layers
LOGIT, SIGMOID = "linear", "sigmoid"


def has_one_unit(model: keras.Model) -> bool:
    """Whether the output is (n, 1)."""
    return tuple(as_functional(model).outputs[0].shape[1:]) == (1,)


def ending_of_one_unit(model: keras.Model) -> str:
    """SIGMOID or LOGIT, of a model of one unit. Raises ModelError for one that ends in anything else."""
    ending = ending_of(model)
    if ending in (LOGIT, SIGMOID):
        return ending
    what = f"activation {ending!r}" if ending else f"{type(last_operation(model)).__name__}, which has no activation"
    raise ModelError(
        f"model {model.name!r} ends in one unit with {what}; expected the second class's probability (sigmoid) or its logit "
        "(no activation): end it in Dense(1, activation='sigmoid')"
    )


def as_two_classes(model: keras.Model) -> keras.Model:
    """A new model of the same weights that ends in [1 - p, p], (n, 2), p being the sigmoid that `model` ends in, or that
    of the logit it ends in. Raises ModelError where it ends in neither."""
    if ending_of_one_unit(model) == SIGMOID:
        logit = _without_last_activation(model)
        _verify(logit, model)
    else:
        logit = rewrite(model)
    name = {wanted: free_name_in(logit, wanted) for wanted in ("first_class", "two_classes", "probabilities")}
    [second] = logit.outputs
    first = _L.Rescaling(0.0, name=name["first_class"], dtype="float32")(second)  # its logit is 0, whatever the input
    both = _L.Concatenate(name=name["two_classes"], dtype="float32")([first, second])
    probs = _L.Softmax(name=name["probabilities"], dtype="float32")(both)
    return keras.Model(logit.inputs[0], probs, name=model.name)


def in_own_shape(model: keras.Model) -> keras.Model:
    """A model that `as_two_classes` made as it was given: of one unit, p. Any other model itself. Layers are shared."""
    logit = _logit_of(model)
    if logit is None:
        return model
    name = free_name_in(model, "probability")
    return keras.Model(model.inputs[0], _L.Activation(SIGMOID, name=name)(logit), name=model.name)


def _logit_of(model: keras.Model) -> keras.KerasTensor | None:
    softmax = model.outputs[0]._keras_history.operation
    if not isinstance(softmax, _L.Softmax):
        return None
    both = softmax._inbound_nodes[0].input_tensors[0]._keras_history.operation
    parts = both._inbound_nodes[0].input_tensors if isinstance(both, _L.Concatenate) else []
    if len(parts) != 2 or tuple(parts[1].shape[1:]) != (1,):
        return None
    first = parts[0]._keras_history.operation
    is_nought = isinstance(first, _L.Rescaling) and first.scale == 0 and first.offset == 0
    return parts[1] if is_nought and first._inbound_nodes[0].input_tensors[0] is parts[1] else None


def _without_last_activation(model: keras.Model) -> keras.Model:
    last = last_operation(model)

    def clone(layer):
        if layer is last and isinstance(layer, keras.Layer):
            return clone_layer(layer, change=lambda config: config | {"activation": LOGIT})
        return clone_layer(layer)

    def call(old, new, *args, **kwargs):
        is_operation = old is last and not isinstance(old, keras.Layer)
        return args[0] if is_operation else new(*args, **kwargs)

    return rewrite(model, clone=clone, call=call)


def _verify(logit: keras.Model, model: keras.Model) -> None:
    """On a probe the sigmoid of the logits is what the model gave: its last layer does nothing elsewhere."""
    x = probe_model(model)
    found, given = (np.asarray(one(x, training=False), np.float64) for one in (logit, model))
    if not np.allclose(1 / (1 + np.exp(-found)), given, atol=1e-5):
        raise ModelError(
            f"model {model.name!r}: the sigmoid it ends in cannot be taken apart from the rest; end it in a Dense(1) without "
            "activation, a logit"
        )
