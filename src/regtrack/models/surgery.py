"""Surgery: rebuild a model's graph with layers replaced or inserted, keeping every weight."""

from collections.abc import Callable

import keras

from regtrack.errors import ModelError
from regtrack.models.layout import as_functional

Clone = Callable[[keras.Layer], keras.Layer]
Call = Callable[..., object]


def clone_layer(layer: keras.Layer) -> keras.Layer:
    """The same layer from its config, without weights. Raises ModelError for one that cannot be made again."""
    try:
        return layer.__class__.from_config(layer.get_config())
    except Exception as error:  # whatever a person's own layer raises
        reason = str(error).strip().partition("\n")[0]
        raise ModelError(
            f"layer {layer.name!r} ({type(layer).__name__}) cannot be made again from its config ({reason}); "
            "give the layer a get_config(), and a Lambda a named, registered function"
        ) from None


def rewrite(model: keras.Model, *, clone: Clone = clone_layer, call: Call | None = None) -> keras.Model:
    """A new functional model of the same graph, names and weights.

    `clone(layer)` makes each layer's counterpart (shared layers once); `call(old, new, *args, **kwargs)` applies it
    at each place of the graph and may put layers around it. Nested models stay nested and are rewritten too.
    Weights are copied wherever the counterpart has any, so both models start from the same point.
    """
    pairs: dict[int, tuple[keras.Layer, keras.Layer]] = {}

    def make(layer):
        if id(layer) not in pairs:
            is_model = isinstance(layer, keras.Model)
            pairs[id(layer)] = (layer, build(layer) if is_model else clone(layer))
        return pairs[id(layer)][1]

    def apply(new, *args, **kwargs):
        old = next((o for o, n in pairs.values() if n is new), None)
        if call is None or old is None or isinstance(new, keras.Model):
            return new(*args, **kwargs)
        return call(old, new, *args, **kwargs)

    def build(part):
        part = as_functional(part)
        graph = keras.Model(part.input, part.output, name=part.name)  # uncompiled: clone_model recompiles otherwise
        return keras.models.clone_model(graph, clone_function=make, call_function=apply)

    new_model = build(model)
    for old, new in pairs.values():
        if isinstance(old, keras.Layer) and not isinstance(old, keras.Model) and old.weights:
            new.set_weights(old.get_weights())
            if hasattr(new, "finalize_state"):  # Normalization keeps constants made from its weights
                new.finalize_state()
    return new_model
