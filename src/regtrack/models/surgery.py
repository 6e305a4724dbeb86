"""Surgery: rebuild a model's graph with layers replaced or inserted, keeping every weight."""

from collections.abc import Callable

import keras

from regtrack.errors import ModelError
from regtrack.models.layout import as_functional

Clone = Callable[[keras.Layer], keras.Layer]
Call = Callable[..., object]
Enter = Callable[[keras.KerasTensor], keras.KerasTensor]


def clone_layer(layer: keras.Layer, *, change: Callable[[dict], dict] = lambda config: config) -> keras.Layer:
    """The same layer from its config (as `change` leaves it), without weights. Raises ModelError for one that cannot
    be made again."""
    try:
        return layer.__class__.from_config(change(layer.get_config()))
    except Exception as error:  # whatever a person's own layer raises
        if isinstance(layer, keras.layers.Lambda):
            raise ModelError(
                f"layer {layer.name!r} (Lambda) holds a function that cannot be saved with the model; use a Keras layer or "
                "keras.ops in its place, or give it a named function with @keras.saving.register_keras_serializable()"
            ) from None
        reason = str(error).strip().partition("\n")[0]
        raise ModelError(
            f"layer {layer.name!r} ({type(layer).__name__}) cannot be made again from its config ({reason}); "
            "give the layer a get_config()"
        ) from None


def rewrite(
    model: keras.Model,
    *,
    clone: Clone = clone_layer,
    call: Call | None = None,
    keeps_weights: Callable[[keras.Layer], bool] = lambda layer: True,
    enter: Enter | None = None,
    input_shape: tuple[int, ...] | None = None,
) -> keras.Model:
    """A new functional model of the same graph, names and weights.

    `clone(layer)` makes each layer's counterpart (shared layers once); `call(old, new, *args, **kwargs)` applies it
    at each place of the graph and may put layers around it. Nested models stay nested and are rewritten too.
    Penalties and constraints are those that Keras acts by, also where a layer's config says otherwise.
    Weights are copied wherever the counterpart has any, so both models start from the same point; where
    `keeps_weights(layer)` is false they stay as the counterpart's initializers drew them. `enter(input)` is what the
    graph reads in place of each of the model's inputs: it may put layers behind it. `input_shape` is that of one example
    as `enter` is given it, where it is not the model's own.
    """
    pairs: dict[int, tuple[keras.Layer, keras.Layer]] = {}
    entered: dict[int, keras.KerasTensor] = {}

    def make(layer):
        if id(layer) not in pairs:
            is_model = isinstance(layer, keras.Model)
            pairs[id(layer)] = (layer, build(layer) if is_model else clone(layer))
        return pairs[id(layer)][1]

    def apply(new, *args, **kwargs):
        if entered:
            args, kwargs = keras.tree.map_structure(lambda value: entered.get(id(value), value), (args, kwargs))
        old = next((o for o, n in pairs.values() if n is new), None)
        if call is None or old is None or isinstance(new, keras.Model):
            return new(*args, **kwargs)
        return call(old, new, *args, **kwargs)

    def build(part, behind_inputs=None):
        part, inputs = as_functional(part), None
        graph = keras.Model(part.input, part.output, name=part.name)  # uncompiled: clone_model recompiles otherwise
        if behind_inputs:
            inputs = keras.tree.map_structure(
                lambda tensor: keras.Input(
                    batch_shape=tensor.shape if input_shape is None else (tensor.shape[0], *input_shape),
                    dtype=tensor.dtype,
                    name=tensor.name,
                ),
                graph.input,
            )
            entered.update((id(tensor), behind_inputs(tensor)) for tensor in keras.tree.flatten(inputs))
        return keras.models.clone_model(graph, inputs, clone_function=make, call_function=apply)

    new_model = build(model, behind_inputs=enter)
    for old, new in pairs.values():
        if not isinstance(old, keras.Layer) or isinstance(old, keras.Model) or not new.weights:
            continue
        _keep_penalties(old, new)
        if keeps_weights(old):
            new.set_weights(old.get_weights())
            if hasattr(new, "finalize_state"):  # Normalization keeps constants made from its weights
                new.finalize_state()
    return new_model


def _keep_penalties(old: keras.Layer, new: keras.Layer) -> None:
    """A layer of a person's own may bring its penalties along from its constructor, though they were taken off it."""
    if type(old).__module__.startswith("keras.") or type(old) is not type(new):
        return
    for was, now in zip(old.weights, new.weights, strict=True):
        now.regularizer, now.constraint = was.regularizer, was.constraint
    for was, now in zip(old._flatten_layers(), new._flatten_layers(), strict=True):
        now.activity_regularizer = was.activity_regularizer
