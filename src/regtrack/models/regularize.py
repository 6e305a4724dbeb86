"""regularize: apply a variant to any functional or sequential Keras model."""

import itertools
import re

import keras

from regtrack.errors import VariantError
from regtrack.models import custom
from regtrack.models.layout import Layout, Site, read_layout
from regtrack.models.placement import config_at, sites_for
from regtrack.models.surgery import rewrite
from regtrack.models.verify import verify
from regtrack.variants.effects import Constraint, KerasObject, LayerAfter, LayerBefore, Penalty
from regtrack.variants.variant import Variant


def regularize(model: keras.Model, variant: Variant) -> keras.Model:
    """A new model with `variant` applied to every eligible layer, of the same weights, verified.

    Args:
        model: any built functional or sequential model, nested and shared layers included; left untouched.
        variant: penalties go on every kernel (the output layer's too), constraints on hidden kernels, dropout in
            front of the layers its placement names and never behind the output layer, batch normalization behind
            every hidden layer. What acts on loss, optimizer or stopping is applied when the model is compiled.
    Returns:
        A functional model (uncompiled) that starts from the same weights as `model`.
    Raises:
        ModelError: the model's graph cannot be read.
        VariantError: the variant would do nothing on this model, or did not take effect.
    """
    layout = read_layout(model)
    effects = variant.effects()
    inserted = _Inserted(model, layout, effects)
    new_model = rewrite(model, call=inserted.call)
    new_layout = read_layout(new_model)
    for effect in effects:
        if isinstance(effect, Penalty):
            for site in new_layout.sites:
                _set_penalty(site, effect)
        elif isinstance(effect, Constraint):
            for site in _constrained(new_layout, variant):
                _set_constraint(site, effect)
    verify(new_model, variant, original=model)
    return new_model


def _constrained(layout: Layout, variant: Variant) -> tuple[Site, ...]:
    if not layout.hidden:
        raise VariantError(f"{variant.label}: a constraint acts on hidden kernels and the model has no hidden layer")
    return layout.hidden


class _Inserted:
    """Puts the variant's layers into the graph while it is rewritten; one layer a place, shared calls share it."""

    def __init__(self, model: keras.Model, layout: Layout, effects):
        self.taken = {layer.name for layer in model._flatten_layers()}
        self.before: dict[int, list[tuple[KerasObject, dict]]] = {}
        self.after: dict[int, list[KerasObject]] = {}
        self.made: dict[tuple, keras.Layer] = {}
        self.outputs: dict[tuple, object] = {}
        for effect in effects:
            if isinstance(effect, LayerBefore):
                sites = sites_for(layout, effect)
                for site in sites:
                    self.before.setdefault(id(site.layer), []).append((effect.layer, config_at(site, sites, effect)))
            elif isinstance(effect, LayerAfter):
                if not layout.hidden:
                    raise VariantError(f"{effect.layer.class_name} goes behind hidden layers and the model has none")
                for site in layout.hidden:
                    self.after.setdefault(id(site.layer), []).append(effect.layer)

    def call(self, old, new, *args, **kwargs):
        for what, config in self.before.get(id(old), ()):
            args = tuple(
                self.put(what, config, old, arg, share=True) if isinstance(arg, keras.KerasTensor) else arg
                for arg in args
            )
        result = new(*args, **kwargs)
        for what in self.after.get(id(old), ()):
            result = self.put(what, what.config, old, result)
        return result

    def free_name(self, old, what: KerasObject) -> str:
        stem = f"{old.name}_{re.sub('(?<!^)(?=[A-Z])', '_', what.class_name).lower()}"
        candidates = itertools.chain([stem], (f"{stem}_{i}" for i in itertools.count(2)))
        name = next(candidate for candidate in candidates if candidate not in self.taken)
        self.taken.add(name)
        return name

    def put(self, what: KerasObject, config: dict, old, tensor, share: bool = False):
        """Apply the layer of this place; two layers that read one tensor get one mask (`share`)."""
        place = (what.class_name, repr(config), id(tensor))
        if share and place in self.outputs:
            return self.outputs[place][1]
        key = (what.class_name, id(old))
        if key not in self.made:
            self.made[key] = getattr(keras.layers, what.class_name)(**config, name=self.free_name(old, what))
        result = self.made[key](tensor)
        self.outputs[place] = (tensor, result)  # the tensor is kept alive, or its id could be used again
        return result


def build_object(what: KerasObject, module, **more):
    """The Keras regularizer or constraint of a declared object."""
    cls = getattr(module, what.class_name, None) or getattr(custom, what.class_name)
    return cls(**what.config, **more)


def _set_penalty(site: Site, effect: Penalty) -> None:
    # On the variable, since a built layer ignores its attribute; on the attribute, since the config is read from it.
    for kernel in site.kernels:
        regularizer = build_object(effect.regularizer, keras.regularizers)
        kernel.variable.regularizer = regularizer
        setattr(kernel.owner, kernel.regularizer, regularizer)


def _set_constraint(site: Site, effect: Constraint) -> None:
    for kernel in site.kernels:
        axes = {effect.axis_name: list(kernel.incoming_axes)} if effect.axis_name else {}
        constraint = build_object(effect.constraint, keras.constraints, **axes)
        kernel.variable.constraint = constraint
        setattr(kernel.owner, kernel.constraint, constraint)
        if effect.on_bias and kernel.bias is not None:
            on_bias = build_object(effect.constraint, keras.constraints, **({effect.axis_name: 0} if axes else {}))
            kernel.bias.constraint = on_bias
            kernel.owner.bias_constraint = on_bias
