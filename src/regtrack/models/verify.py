"""verify: prove on the finished model that a variant took effect, by what Keras will use, not by what was asked."""

import keras
import numpy as np

from regtrack.errors import VariantError
from regtrack.models.custom import portable
from regtrack.models.layout import Layout, as_functional, calls, read_layout
from regtrack.models.placement import config_at, sites_for
from regtrack.variants.effects import Constraint, KerasObject, LayerAfter, LayerBefore, Penalty
from regtrack.variants.variant import Variant


def verify(model: keras.Model, variant: Variant, *, original: keras.Model | None = None) -> None:
    """Raise VariantError unless `variant` took effect on `model`.

    Checked: each trained kernel's variable carries the penalty and `model.losses` adds up to it; each trained hidden
    kernel's variable carries the constraint over the axes right for its layer kind and no output kernel does; the
    layers stand directly where the placement says, none behind the output and, told from those that `original` had
    before, none elsewhere.
    """
    layout = read_layout(model)
    effects = variant.effects()
    for effect in effects:
        if isinstance(effect, Penalty):
            _verify_penalty(layout, effect, variant)
            _verify_losses(model, layout, variant)
        elif isinstance(effect, Constraint):
            _verify_constraint(layout, effect, variant)
            _verify_output_unconstrained(layout, effect, variant, original)
        elif isinstance(effect, LayerBefore):
            placed = _verify_before(layout, effect, variant)
            _verify_not_behind_output(model, layout, effect, variant, original)
            _verify_nothing_else(model, original, effect.layer, placed, variant)
        elif isinstance(effect, LayerAfter):
            placed = _verify_after(model, layout, effect, variant)
            _verify_nothing_else(model, original, effect.layer, placed, variant)


def _fail(variant: Variant, what: str, expected, received):
    raise VariantError(
        f"{variant.label} did not take effect: {what}: expected {expected}, received {received}; "
        "please report this model, training was not started"
    )


def _same(received, expected) -> bool:
    if isinstance(expected, float) and isinstance(received, (int, float)):
        return bool(np.isclose(received, expected, rtol=1e-6, atol=0))
    return received == expected


def _is(received, expected: KerasObject, **more) -> bool:
    """Whether a Keras object is of the declared class and config."""
    if type(received).__name__ != expected.class_name:
        return False
    config = received.get_config()
    if hasattr(received, "function"):  # a function that another process can import may stand as its path
        config["function"] = portable(received.function) or received.function
    wanted = expected.config | more
    if "function" in wanted:
        wanted["function"] = portable(wanted["function"]) or wanted["function"]
    return all(_same(config.get(name), value) for name, value in wanted.items())


def _verify_penalty(layout: Layout, effect: Penalty, variant: Variant) -> None:
    for site in layout.sites:
        for kernel in site.trained:
            regularizer = kernel.variable.regularizer
            if not _is(regularizer, effect.regularizer):
                _fail(variant, f"penalty on {kernel.variable.path}", effect.regularizer, regularizer)
            shape = tuple(np.shape(regularizer(kernel.variable)))
            if shape:
                raise VariantError(f"{variant.label}: a penalty is one number a kernel, received an array of {shape}")


def _verify_losses(model: keras.Model, layout: Layout, variant: Variant) -> None:
    kernels = [kernel.variable for site in layout.sites for kernel in site.trained]
    others = [v for v in model.trainable_weights if v.regularizer and not any(v is kernel for kernel in kernels)]
    expected = sum(float(v.regularizer(v)) for v in (*kernels, *others))
    # What add_loss left from an earlier call (activity regularizers) is no penalty on weights.
    called = {id(loss) for layer in model._flatten_layers() for loss in layer._get_own_losses()}
    received = sum(float(loss) for loss in model.losses if id(loss) not in called)
    if not np.isclose(expected, received, rtol=1e-4, atol=0):
        _fail(variant, "sum of model.losses", expected, received)


def _axes(effect: Constraint, kernel) -> dict:
    return {effect.axis_name: list(kernel.incoming_axes)} if effect.axis_name else {}


def _verify_constraint(layout: Layout, effect: Constraint, variant: Variant) -> None:
    what = effect.constraint
    for site in layout.hidden:
        for kernel in site.trained:
            axes, constraint, shape = _axes(effect, kernel), kernel.variable.constraint, kernel.variable.shape
            if not _is(constraint, what, **axes):
                _fail(variant, f"constraint on {kernel.variable.path}", (what, axes), constraint)
            projected = tuple(np.shape(constraint(kernel.variable)))
            if projected != tuple(shape):
                raise VariantError(
                    f"{variant.label}: a constraint keeps a kernel's shape {shape}, received {projected}"
                )
            if effect.on_bias and kernel.bias is not None and not _is(kernel.bias.constraint, what):
                _fail(variant, f"constraint on {kernel.bias.path}", what, kernel.bias.constraint)


def _verify_output_unconstrained(layout: Layout, effect: Constraint, variant: Variant, original) -> None:
    kernels = [kernel for site in layout.output for kernel in site.kernels]
    before = [kernel for site in read_layout(original).output for kernel in site.kernels] if original else []
    for i, kernel in enumerate(kernels):
        was_there = before and _is(before[i].variable.constraint, effect.constraint)
        if _is(kernel.variable.constraint, effect.constraint) and not was_there:
            _fail(variant, f"constraint on the output's {kernel.variable.path}", None, kernel.variable.constraint)


def _producer(tensor):
    return tensor._keras_history.operation


def _verify_before(layout: Layout, effect: LayerBefore, variant: Variant) -> set[int]:
    """The ids of the layers found in front of the sites."""
    placed, sites = set(), sites_for(layout, effect)
    for site in sites:
        expected = KerasObject(effect.layer.class_name, config_at(site, sites, effect))
        for node in site.nodes:
            layer = _producer(node.input_tensors[0])
            if not _is(layer, expected):
                config = layer.get_config() if type(layer).__name__ == expected.class_name else ""
                received = f"{type(layer).__name__} {getattr(layer, 'name', '')} {config}".strip()
                _fail(variant, f"in front of layer {site.layer.name}", expected, received)
            placed |= {id(_producer(tensor)) for tensor in node.input_tensors}
    return placed


def _verify_not_behind_output(model, layout: Layout, effect: LayerBefore, variant: Variant, original) -> None:
    before = _names(original) if original else set()
    for layer in _behind_output(model, layout):
        if type(layer).__name__ == effect.layer.class_name and layer.name not in before:
            _fail(variant, "behind the output layer", f"no {effect.layer.class_name}", layer.name)


def _behind_output(model: keras.Model, layout: Layout):
    """What stands between the last layers with kernels and the model's outputs."""
    sites = {id(site.layer) for site in layout.sites}
    tensors = list(as_functional(model).outputs)
    while tensors:
        history = tensors.pop()._keras_history
        layer = history.operation
        if id(layer) in sites:
            continue
        if isinstance(layer, keras.Model):
            tensors += as_functional(layer).outputs
            if any(id(part) in sites for part in layer._flatten_layers()):
                continue
        else:
            yield layer
        tensors += layer._inbound_nodes[history.node_index].input_tensors


def _all_calls(model: keras.Model):
    for node in calls(as_functional(model)):
        yield node
        if isinstance(node.operation, keras.Model):
            yield from _all_calls(node.operation)


def _verify_after(model: keras.Model, layout: Layout, effect: LayerAfter, variant: Variant) -> set[int]:
    """The ids of the layers found behind the sites."""
    nodes, placed = list(_all_calls(model)), set()
    for site in layout.hidden:
        for own in site.nodes:
            output = own.output_tensors[0]
            readers = [node.operation for node in nodes if any(tensor is output for tensor in node.input_tensors)]
            if not all(_is(reader, effect.layer) for reader in readers):  # none where only states are read
                names = [type(reader).__name__ for reader in readers]
                _fail(variant, f"behind layer {site.layer.name}", effect.layer.class_name, names)
            placed |= {id(reader) for reader in readers}
    if not placed:
        _fail(variant, "behind the hidden layers", effect.layer.class_name, "nothing: no layer reads their outputs")
    return placed


def _names(model: keras.Model) -> set[str]:
    return {node.operation.name for node in _all_calls(model)}


def _verify_nothing_else(model, original, what: KerasObject, placed: set[int], variant: Variant) -> None:
    """Every layer of the inserted kind that `original` had not stands where the placement asks for one."""
    if original is None:
        return
    before = _names(original)
    for layer in (node.operation for node in _all_calls(model)):
        if type(layer).__name__ == what.class_name and layer.name not in before and id(layer) not in placed:
            _fail(variant, f"{what.class_name} layers", "none but those the placement asks for", layer.name)
