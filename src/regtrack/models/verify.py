"""verify: prove on the finished model that a variant took effect, by what Keras will use, not by what was asked."""

import keras
import numpy as np

from regtrack.errors import VariantError
from regtrack.models.layout import Layout, Site, as_functional, calls, read_layout
from regtrack.models.placement import config_at, sites_for
from regtrack.variants.effects import Constraint, LayerAfter, LayerBefore, Penalty
from regtrack.variants.variant import Variant


def verify(model: keras.Model, variant: Variant, *, original: keras.Model | None = None) -> None:
    """Raise VariantError unless `variant` took effect on `model`.

    Checked: each kernel's variable carries the penalty and `model.losses` adds up to it; each hidden kernel's
    variable carries the constraint over the axes right for its layer kind and no output kernel does; the layers
    stand where the placement says and nowhere else (`original` tells which were there before).
    """
    layout = read_layout(model)
    effects = variant.effects()
    for effect in effects:
        if isinstance(effect, Penalty):
            _verify_penalty(layout, effect, variant)
        elif isinstance(effect, Constraint):
            _verify_constraint(layout, effect, variant)
        elif isinstance(effect, LayerBefore):
            sites = sites_for(layout, effect)
            for site in sites:
                _verify_before(site, effect.layer.class_name, config_at(site, sites, effect), variant)
        elif isinstance(effect, LayerAfter):
            _verify_after(model, layout, effect, variant)
    if any(isinstance(effect, Penalty) for effect in effects):
        _verify_losses(model, layout, variant)
    if original is not None:
        _verify_nothing_else(model, original, layout, effects, variant)


def _fail(variant: Variant, what: str, expected, received):
    raise VariantError(
        f"{variant.label} did not take effect: {what}: expected {expected}, received {received}; "
        "please report this model, training was not started"
    )


def _matches(config: dict, expected: dict) -> bool:
    return all(
        np.allclose(config.get(name), value) if isinstance(value, float) else config.get(name) == value
        for name, value in expected.items()
    )


def _config_of(value) -> dict:
    return value.get_config() | ({"function": value.function} if hasattr(value, "function") else {})


def _verify_penalty(layout: Layout, effect: Penalty, variant: Variant) -> None:
    what = effect.regularizer
    for site in layout.sites:
        for kernel in site.kernels:
            regularizer = kernel.variable.regularizer
            if type(regularizer).__name__ != what.class_name or not _matches(_config_of(regularizer), what.config):
                _fail(variant, f"penalty on {kernel.variable.path}", what, regularizer)


def _verify_losses(model: keras.Model, layout: Layout, variant: Variant) -> None:
    kernels = [kernel.variable for site in layout.sites for kernel in site.kernels]
    others = [v for v in model.trainable_weights if v.regularizer and not any(v is kernel for kernel in kernels)]
    expected = sum(float(v.regularizer(v)) for v in (*kernels, *others))
    received = sum(float(loss) for loss in model.losses)
    if not np.isclose(expected, received, rtol=1e-4):
        _fail(variant, "sum of model.losses", expected, received)


def _verify_constraint(layout: Layout, effect: Constraint, variant: Variant) -> None:
    what = effect.constraint
    for site in layout.hidden:
        for kernel in site.kernels:
            axes = {effect.axis_name: list(kernel.incoming_axes)} if effect.axis_name else {}
            constraint = kernel.variable.constraint
            if type(constraint).__name__ != what.class_name or not _matches(_config_of(constraint), what.config | axes):
                _fail(variant, f"constraint on {kernel.variable.path}", (what, axes), constraint)
            if effect.on_bias and kernel.bias is not None and kernel.bias.constraint is None:
                _fail(variant, f"constraint on {kernel.bias.path}", what, None)


def _producer(tensor):
    return tensor._keras_history.operation


def _verify_before(site: Site, class_name: str, config: dict, variant: Variant) -> None:
    for node in site.nodes:
        tensor, found = node.input_tensors[0], []
        while True:  # other inserted layers may stand in between
            layer = _producer(tensor)
            if type(layer).__name__ == class_name and _matches(layer.get_config(), config):
                break
            found.append(getattr(layer, "name", layer))
            sources = layer._inbound_nodes[tensor._keras_history.node_index].input_tensors
            if len(sources) != 1 or tuple(sources[0].shape) != tuple(tensor.shape):
                _fail(variant, f"in front of layer {site.layer.name}", f"{class_name} {config}", found)
            tensor = sources[0]


def _all_calls(model: keras.Model):
    for node in calls(as_functional(model)):
        yield node
        if isinstance(node.operation, keras.Model):
            yield from _all_calls(node.operation)


def _verify_after(model: keras.Model, layout: Layout, effect: LayerAfter, variant: Variant) -> None:
    nodes = list(_all_calls(model))
    for site in layout.hidden:
        for own in site.nodes:
            readers = [
                node.operation for node in nodes if any(t is o for t in node.input_tensors for o in own.output_tensors)
            ]
            if not readers or any(type(reader).__name__ != effect.layer.class_name for reader in readers):
                names = [type(reader).__name__ for reader in readers]
                _fail(variant, f"behind layer {site.layer.name}", effect.layer.class_name, names)


def _verify_nothing_else(model, original, layout: Layout, effects, variant: Variant) -> None:
    """As many new layers of each inserted kind as the placements ask for: none behind the output, none twice."""
    for effect in effects:
        if isinstance(effect, LayerBefore):
            places = {(id(node.input_tensors[0])) for site in sites_for(layout, effect) for node in site.nodes[:1]}
            expected = len(places)
        elif isinstance(effect, LayerAfter):
            expected = len(layout.hidden)
        else:
            continue
        name = (effect.layer if hasattr(effect, "layer") else None).class_name
        added = _count(model, name) - _count(original, name)
        if added != expected:
            _fail(variant, f"number of {name} layers added", expected, added)


def _count(model: keras.Model, class_name: str) -> int:
    return len({id(layer) for layer in model._flatten_layers() if type(layer).__name__ == class_name})
