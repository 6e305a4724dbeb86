"""make_room: take out of a model what a variant is about to put in its place."""

from collections.abc import Iterable, Iterator

import keras

from regtrack.errors import VariantError
from regtrack.models.existing import DROPOUT, NOISE, all_layers
from regtrack.models.layout import Site, read_layout
from regtrack.models.placement import layers_after, layers_before
from regtrack.models.surgery import clone_layer, rewrite
from regtrack.variants import effects as what
from regtrack.variants.variant import Variant

_L = keras.layers
_SAME_NUMBERS = (_L.Flatten, _L.Reshape, _L.Permute, _L.Identity, _L.Activation, _L.ReLU, _L.LeakyReLU)
"""Layers that change shapes or signs, one number at a time: dropout in front of them acts as it would behind."""


def make_room(model: keras.Model, variant: Variant) -> keras.Model:
    """The model without the dropout (or noise) that stands directly where `variant` puts its own: that is replaced, as
    penalties and constraints are. `model` itself where there is nothing to replace.

    Not seen across the border of a nested model: what stands in front of one acts beside what is put into it.

    Raises:
        VariantError: batch normalization is asked for behind a layer that has it: two in a row are one.
    """
    layout, gone = read_layout(model), set()
    for effect in variant.effects():
        if isinstance(effect, what.LayerBefore):
            for site in layers_before(layout, (effect,)):
                gone |= {id(layer) for layer in _in_front(site, _family(effect))}
        elif isinstance(effect, what.LayerAfter):
            found = list(_behind(model, layers_after(layout, (effect,)), (*_family(effect), _L.BatchNormalization)))
            for layer, site in found:
                if isinstance(layer, _family(effect)):
                    gone.add(id(layer))
                elif effect.layer.class_name == _L.BatchNormalization.__name__:
                    raise VariantError(
                        f"layer {site.name!r} has batch normalization already ({layer.name!r}); set "
                        "existing_regularization=remove, or drop batch_norm",
                        variant=variant.label,
                    )
    return _without(model, gone) if gone else model


def _family(effect) -> tuple[type, ...]:
    if effect.slot == what.DROPOUT:
        return DROPOUT
    return NOISE if effect.layer.class_name == _L.GaussianNoise.__name__ else ()


def _before(history):
    """Where the tensor comes from that a layer with one input reads."""
    return history.operation._inbound_nodes[history.node_index].input_tensors[0]._keras_history


def _in_front(site: Site, family: tuple[type, ...]) -> Iterator[keras.Layer]:
    for node in site.nodes:
        for tensor in node.input_tensors:
            history = tensor._keras_history
            while isinstance(history.operation, (*_SAME_NUMBERS, *family)):
                if isinstance(history.operation, family):
                    yield history.operation
                history = _before(history)


def _behind(model: keras.Model, sites: Iterable[Site], kinds: tuple[type, ...]) -> Iterator[tuple]:
    """(layer, the layer of the site it stands behind) for layers of these kinds directly behind the sites."""
    layers = {id(site.layer) for site in sites}
    for _, layer in all_layers(model):
        if not isinstance(layer, kinds):
            continue
        for node in layer._inbound_nodes:
            history = node.input_tensors[0]._keras_history
            while isinstance(history.operation, (*_SAME_NUMBERS, *DROPOUT)) and id(history.operation) not in layers:
                history = _before(history)
            if id(history.operation) in layers:
                yield layer, history.operation


def _without(model: keras.Model, gone: set[int]) -> keras.Model:
    def clone(layer):
        return _L.Identity(name=layer.name) if id(layer) in gone else clone_layer(layer)

    def call(old, new, *args, **kwargs):
        return (args[0] if args else next(iter(kwargs.values()))) if id(old) in gone else new(*args, **kwargs)

    return rewrite(model, clone=clone, call=call)
