"""Split a model where randomness begins: what comes before need be computed once, not once a pass."""

import keras

from regtrack.models.layout import as_functional, calls
from regtrack.uncertainty.mc_dropout.layers import is_stochastic


def split_at_first_dropout(model: keras.Model) -> tuple[keras.Model, keras.Model]:
    """(prefix, suffix) over the layers of `model`: `suffix(prefix(x))` is `model(x)` and the prefix is deterministic.

    The suffix holds every call that reads a stochastic layer's output, directly or not, and nothing else; its inputs
    are the deterministic tensors that those calls read. Nested models with dropout inside are opened.
    """
    flat = _inline(model)
    random = set()  # ids of tensors that change from pass to pass
    frontier = {}
    for node in calls(flat):
        if any(id(tensor) in random for tensor in node.input_tensors) or is_stochastic(node.operation):
            random |= {id(tensor) for tensor in node.output_tensors}
            frontier |= {id(tensor): tensor for tensor in node.input_tensors if id(tensor) not in random}
    # An output that never meets dropout goes through as it is.
    frontier |= {id(tensor): tensor for tensor in flat.outputs if id(tensor) not in random}
    cut = list(frontier.values())
    return keras.Model(flat.inputs, cut), keras.Model(cut, flat.outputs)


def _inline(model: keras.Model) -> keras.Model:
    """The same layers with nested stochastic models opened into one graph."""
    model = as_functional(model)
    if not any(isinstance(node.operation, keras.Model) and is_stochastic(node.operation) for node in calls(model)):
        return model

    def call(layer, *args, **kwargs):
        if isinstance(layer, keras.Model) and is_stochastic(layer):
            return run(as_functional(layer), *args)
        return layer(*args, **kwargs)

    def run(part, inputs):
        return part._run_through_graph(inputs, operation_fn=lambda layer: layer, call_fn=call)

    inputs = keras.tree.map_structure(lambda t: keras.Input(batch_shape=t.shape, dtype=t.dtype), model.input)
    return keras.Model(inputs, run(model, inputs))
