"""ending_of: which activation a model ends in, however it is written."""

import keras

from regtrack.models.layout import as_functional

_PASSING = (
    keras.layers.Flatten, keras.layers.Reshape, keras.layers.Identity, keras.layers.Dropout,
    keras.layers.ActivityRegularization,
)  # fmt: skip
"""Layers that leave probabilities probabilities in inference mode: what they read decides."""


def last_operation(model: keras.Model):
    """The layer or operation that decides what the outputs are, seen through nested models and layers that pass on."""
    history = as_functional(model).outputs[0]._keras_history
    last = history.operation
    while True:
        if isinstance(last, keras.Model):
            inner = as_functional(last)
            history = inner.outputs[history.tensor_index]._keras_history
        elif isinstance(last, _PASSING):
            history = last._inbound_nodes[history.node_index].input_tensors[0]._keras_history
        else:
            break
        last = history.operation
    return last


def ending_of(model: keras.Model) -> str | None:
    """The name of the last activation; None where the last operation has none."""
    last = last_operation(model)
    if isinstance(last, (keras.layers.TimeDistributed, keras.layers.Bidirectional)):
        last = last.layer if hasattr(last, "layer") else last
    kind = type(last).__name__
    if not isinstance(last, keras.layers.Layer):  # an operation such as keras.ops.softmax
        return {"Softmax": "softmax", "Sigmoid": "sigmoid", "LogSoftmax": "log_softmax"}.get(kind)
    if isinstance(last, keras.layers.Softmax):
        return "softmax"
    activation = getattr(last, "activation", None)
    if activation is None:
        return None
    return getattr(activation, "__name__", type(activation).__name__)
