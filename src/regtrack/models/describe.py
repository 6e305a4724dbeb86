"""describe_variant: what a variant changes in a model, layer by layer, before anything is trained."""

import difflib
from dataclasses import dataclass

import keras

from regtrack.errors import ModelError
from regtrack.models.existing import all_layers, layer_in_words, layer_objects, own_rates
from regtrack.variants.regularizers.base import short
from regtrack.variants.variant import Variant


@dataclass(frozen=True)
class LayerRow:
    """One layer of the original or of the regularized model.

    layer: its name, nested models in front as `outer/inner`. kind: its class. output_shape: with the batch axis,
    "" of a layer that was removed. parameters: its weights' elements, trained or not, 0 once removed. added: what
    the variant put, replaced or took away there, "" for nothing. penalty_at_start: value of its penalties on the
    initial weights, nats; None without a penalty.
    """

    layer: str
    kind: str
    output_shape: str
    parameters: int
    added: str
    penalty_at_start: float | None


def describe_variant(original: keras.Model, regularized: keras.Model, variant: Variant) -> list[LayerRow]:
    """A row a layer of `regularized`, in the order data meets them, and one for each of `original` that is gone.

    Args:
        original: the model as a person built it, what it has of regularization included.
        regularized: `regularize(...)` of it by `variant`; layers are told apart by their names.
    Raises:
        ModelError: the two models share no layer.
    """
    before, after = dict(all_layers(original)), dict(all_layers(regularized))
    if not before.keys() & after.keys():
        raise ModelError(
            f"{variant.label}: expected a model made from {original.name!r}, received one without its layers"
        )
    rows = []
    matcher = difflib.SequenceMatcher(a=list(before), b=list(after), autojunk=False)
    for _, a_from, a_to, b_from, b_to in matcher.get_opcodes():
        gone = [path for path in list(before)[a_from:a_to] if path not in after]
        rows += [_removed_row(path, before[path]) for path in gone]
        rows += [_row(path, before.get(path), after[path]) for path in list(after)[b_from:b_to]]
    return rows


def total_penalty(model: keras.Model) -> float | None:
    """The sum of all penalties on the weights as they are, nats; None without a penalty."""
    penalized = [weight for weight in model.trainable_weights if weight.regularizer]
    return sum(float(weight.regularizer(weight)) for weight in penalized) if penalized else None


def _row(path: str, old: keras.Layer | None, new: keras.Layer) -> LayerRow:
    penalized = [weight for weight in new.trainable_weights if weight.regularizer]
    return LayerRow(
        path,
        type(new).__name__,
        _shape(new),
        new.count_params() if new.built else 0,
        f"inserted: {layer_in_words(new)}" if old is None else "; ".join(_changes(old, new)),
        sum(float(weight.regularizer(weight)) for weight in penalized) if penalized else None,
    )


def _removed_row(path: str, old: keras.Layer) -> LayerRow:
    return LayerRow(path, type(old).__name__, "", 0, f"removed: {layer_in_words(old)}", None)


def _shape(layer: keras.Layer) -> str:
    tensors = layer._inbound_nodes[0].output_tensors
    return ", ".join(str(tuple(tensor.shape)) for tensor in tensors)


def _changes(old: keras.Layer, new: keras.Layer) -> list[str]:
    """What differs between a layer and its counterpart, in words."""
    before, after, changes = layer_objects(old), layer_objects(new), []
    for key in {**before, **after}:
        place, was, now = key[0], before.get(key), after.get(key)
        if was and now and was != now:
            changes.append(f"{now} on {place}, in place of {was}")
        elif was != now:
            changes.append(f"{now} on {place}" if now else f"removed: {was} on {place}")
    rates_before, rates_after = own_rates(old), own_rates(new)
    changes += [
        f"removed: {place} {short(rate)}" for place, rate in rates_before.items() if rates_after.get(place) != rate
    ]
    return changes
