"""verify_layers: prove where a variant's layers stand in the finished graph."""

import keras
import numpy as np

from regtrack.errors import VariantError
from regtrack.models.custom import portable
from regtrack.models.layout import Layout, as_functional, calls
from regtrack.models.placement import layers_after, layers_at_input, layers_before
from regtrack.variants.effects import KerasObject
from regtrack.variants.variant import Variant


def check_layers(model: keras.Model, layout: Layout, variant: Variant, original: keras.Model | None) -> None:
    """Raise VariantError unless every layer of `variant` stands directly where it belongs, in the order data meets them,
    none in front of kernels stands behind the output, and none elsewhere but those that `original` had."""
    effects = variant.effects()
    before, after = layers_before(layout, effects), layers_after(layout, effects)
    at_input = layers_at_input(model, variant)
    placed = _verify_before(before, variant) | _verify_after(model, after, variant)
    placed |= _verify_at_input(model, at_input, variant)
    in_front = {what.class_name for layers in before.values() for what in layers}
    everywhere = in_front | {what.class_name for layers in (*after.values(), at_input) for what in layers}
    _verify_not_behind_output(model, layout, in_front, variant, original)
    _verify_nothing_else(model, original, everywhere, placed, variant)


def fail(variant: Variant, what: str, expected, received):
    raise VariantError(
        f"did not take effect: {what}: expected {expected}, received {received}; "
        "please report this model, training was not started",
        variant=variant.label,
    )


def _same(received, expected) -> bool:
    if isinstance(expected, float) and isinstance(received, (int, float)):
        return bool(np.isclose(received, expected, rtol=1e-6, atol=0))
    if isinstance(expected, tuple) and isinstance(received, list):
        return tuple(received) == expected
    return received == expected


def is_object(received, expected: KerasObject, **more) -> bool:
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


def _producer(tensor):
    return tensor._keras_history.operation


def _behind(tensor):
    """What the layer that made this tensor read (its first input)."""
    history = tensor._keras_history
    return history.operation._inbound_nodes[history.node_index].input_tensors[0]


def _readers(nodes, tensor) -> list:
    """The calls that read a tensor."""
    return [node for node in nodes if any(read is tensor for read in node.input_tensors)]


def _described(operation, expected: KerasObject) -> str:
    config = operation.get_config() if type(operation).__name__ == expected.class_name else ""
    return f"{type(operation).__name__} {getattr(operation, 'name', '')} {config}".strip()


def _verify_before(before: dict, variant: Variant) -> set[int]:
    """The ids of the layers found in front of the sites."""
    placed = set()
    for site, layers in before.items():
        for node in site.nodes:
            for i, tensor in enumerate(node.input_tensors):
                for expected in reversed(layers):
                    layer = _producer(tensor)
                    if is_object(layer, expected):
                        placed.add(id(layer))
                        tensor = _behind(tensor)
                    elif i == 0:  # others may be states or masks, which stay as they are
                        received = _described(layer, expected)
                        fail(variant, f"in front of layer {site.layer.name}", expected, received)
    return placed


def _verify_after(model: keras.Model, after: dict, variant: Variant) -> set[int]:
    """The ids of the layers found behind the sites."""
    nodes, placed = list(_all_calls(model)), set()
    for site, layers in after.items():
        for own in site.nodes:
            outputs = [own.output_tensors[0]]
            for expected in layers:
                readers = [node for output in outputs for node in _readers(nodes, output)]
                wrong = [node.operation for node in readers if not is_object(node.operation, expected)]
                if wrong:  # no readers at all where only states are read
                    received = ", ".join(_described(operation, expected) for operation in wrong)
                    fail(variant, f"behind layer {site.layer.name}", expected.class_name, received)
                placed |= {id(node.operation) for node in readers}
                outputs = [node.output_tensors[0] for node in readers]
    if after and not placed:
        class_name = next(iter(after.values()))[0].class_name
        fail(variant, "behind the hidden layers", class_name, "nothing: no layer reads their outputs")
    return placed


def _verify_at_input(model: keras.Model, layers: list[KerasObject], variant: Variant) -> set[int]:
    """The ids of the layers found behind the model's input."""
    functional, placed = as_functional(model), set()
    nodes, tensor = list(calls(functional)), functional.inputs[0]
    for expected in layers:
        readers = _readers(nodes, tensor)
        if [is_object(node.operation, expected) for node in readers] != [True]:
            received = ", ".join(_described(node.operation, expected) for node in readers)
            fail(variant, "behind the model's input", expected, received)
        placed.add(id(readers[0].operation))
        tensor = readers[0].output_tensors[0]
    return placed


def _verify_not_behind_output(model, layout: Layout, class_names: set[str], variant: Variant, original) -> None:
    before = _names(original) if original else set()
    for layer in _behind_output(model, layout):
        if type(layer).__name__ in class_names and layer.name not in before:
            fail(variant, "behind the output layer", f"no {type(layer).__name__}", layer.name)


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


def _names(model: keras.Model) -> set[str]:
    return {node.operation.name for node in _all_calls(model)}


def _verify_nothing_else(model, original, class_names: set[str], placed: set[int], variant: Variant) -> None:
    """Every layer of an inserted kind that `original` had not stands where the variant asks for one."""
    if original is None:
        return
    before = _names(original)
    for layer in (node.operation for node in _all_calls(model)):
        if type(layer).__name__ in class_names and layer.name not in before and id(layer) not in placed:
            fail(variant, f"{type(layer).__name__} layers", "none but those the placement asks for", layer.name)
