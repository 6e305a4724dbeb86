"""Insertion: a variant's layers, put into the graph while it is rewritten."""

import itertools
import re

import keras

from regtrack.models.layout import Layout, free_name
from regtrack.models.placement import check_meetings, layers_after, layers_at_input, layers_before
from regtrack.variants.effects import KerasObject
from regtrack.variants.variant import Variant


def _is_data_argument(name: str) -> bool:
    """Not a recurrent layer's first state, nor a mask."""
    return name != "initial_state" and not name.endswith("mask")


class Insertion:
    """`enter` and `call` for `rewrite`; one layer a place, shared calls share it.

    Raises VariantError where the variant's layers find no place in the model.
    """

    def __init__(self, model: keras.Model, layout: Layout, variant: Variant):
        self.taken = {layer.name for layer in model._flatten_layers()}
        effects = variant.effects()
        self.before = {id(site.layer): layers for site, layers in layers_before(layout, effects).items()}
        self.after = {id(site.layer): layers for site, layers in layers_after(layout, effects).items()}
        self.at_input = layers_at_input(model, variant)
        check_meetings(layout, variant)
        self.made: dict[tuple, keras.Layer] = {}
        self.outputs: dict[tuple, object] = {}

    @property
    def enter(self):
        """input -> what is read in its place; None where nothing stands at the input."""
        return self._enter if self.at_input else None

    def _enter(self, tensor):
        for what in self.at_input:
            tensor = self.make(what, "")(tensor)
        return tensor

    def call(self, old, new, *args, **kwargs):
        for what in self.before.get(id(old), ()):

            def put(value, what=what):
                is_data = isinstance(value, keras.KerasTensor) and value.dtype != "bool"
                return self.put(what, old, value, share=True) if is_data else value

            names = itertools.chain(old.call_signature_parameters, itertools.repeat(""))
            args = tuple(
                keras.tree.map_structure(put, arg) if _is_data_argument(name) else arg
                for name, arg in zip(names, args, strict=False)
            )
            kwargs = {
                name: keras.tree.map_structure(put, arg) if _is_data_argument(name) else arg
                for name, arg in kwargs.items()
            }
        result = new(*args, **kwargs)
        for what in self.after.get(id(old), ()):
            if isinstance(result, (list, tuple)):  # the first is the output, what follows are states or scores
                result = type(result)([self.put(what, old, result[0]), *result[1:]])
            else:
                result = self.put(what, old, result)
        return result

    def free_name(self, stem: str) -> str:
        name = free_name(stem, self.taken)
        self.taken.add(name)
        return name

    def make(self, what: KerasObject, prefix: str) -> keras.Layer:
        own = re.sub("(?<!^)(?<![0-9])(?=[A-Z])", "_", what.class_name).lower()
        return getattr(keras.layers, what.class_name)(**what.config, name=self.free_name(prefix + own))

    def put(self, what: KerasObject, old, tensor, share: bool = False):
        """Apply the layer of this place; two layers that read one tensor get one mask (`share`)."""
        place = (what.class_name, repr(what.config), id(tensor))
        if share and place in self.outputs:
            return self.outputs[place][1]
        key = (what.class_name, id(old))
        if key not in self.made:
            self.made[key] = self.make(what, f"{old.name}_")
        result = self.made[key](tensor)
        self.outputs[place] = (tensor, result)  # the tensor is kept alive, or its id could be used again
        return result
