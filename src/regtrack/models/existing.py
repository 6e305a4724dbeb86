"""existing: what of regularization a person's model already has, and the same model without it."""

from collections.abc import Iterator
from dataclasses import dataclass

import keras

from regtrack.errors import ModelError
from regtrack.models.layout import as_functional, calls
from regtrack.models.surgery import clone_layer, rewrite
from regtrack.variants.regularizers.base import short
from regtrack.variants.regularizers.custom import function_name

_L = keras.layers
DROPOUT = (_L.Dropout, _L.SpatialDropout1D, _L.SpatialDropout2D, _L.SpatialDropout3D, _L.GaussianDropout,
           _L.AlphaDropout)  # fmt: skip
NOISE = (_L.GaussianNoise,)
REMOVED = (*DROPOUT, *NOISE, _L.ActivityRegularization, _L.BatchNormalization)
"""Layers that are taken out whole: what they read goes to whatever read them."""
_TOLD = ("rate", "stddev", "l1", "l2", "mode", "factor", "height_factor", "width_factor")
_RATES = ("dropout", "recurrent_dropout")
"""Config keys of dropout inside recurrent and attention layers."""


@dataclass(frozen=True)
class Existing:
    """One thing a model already has: the layer's path, what it is, in words, and whether it is batch normalization."""

    layer: str
    what: str
    is_batch_norm: bool = False

    def __str__(self) -> str:
        return f"{self.layer}: {self.what}"


def find_existing(model: keras.Model) -> list[Existing]:
    """What `model` has of dropout and noise, penalties, constraints and batch normalization, in the order data meets
    it; layers of a rate 0 are none. Frozen layers count too."""
    found = []
    for path, layer in all_layers(model):
        if isinstance(layer, REMOVED):
            if _is_at_work(layer):
                found.append(Existing(path, layer_in_words(layer), isinstance(layer, _L.BatchNormalization)))
            continue
        found += [Existing(path, f"{what} on {place}") for (place, _), what in layer_objects(layer).items()]
        rates = own_rates(layer)
        found += [Existing(path, f"{place} {_value(rate)}") for place, rate in rates.items()]
        found += [
            Existing(path, f"{layer_in_words(part)} inside", isinstance(part, _L.BatchNormalization))
            for part in _parts(layer)
            if isinstance(part, REMOVED) and _is_at_work(part) and not (rates and isinstance(part, DROPOUT))
        ]
    return found


def without_existing(model: keras.Model) -> keras.Model:
    """A new functional model of the same graph, names and weights, without anything that `existing` finds.

    A layer that had no bias because batch normalization gave one has none here.

    Raises:
        ModelError: dropout or batch normalization stands inside a layer of the person's own, where it cannot be
            taken out.
    """
    if not find_existing(model):
        return model
    new = rewrite(model, clone=_clone_without, call=_call_without)
    for layer in new._flatten_layers():
        _clear(layer)
    left = find_existing(new)
    if left:
        raise ModelError(
            f"model {model.name!r}: {left[0]}: cannot be taken out of another layer; give existing_regularization=keep, "
            "or build the model without it"
        )
    return new


def layer_in_words(layer: keras.Layer) -> str:
    """A layer by its class and the numbers that say how much it regularizes."""
    if isinstance(layer, _L.Wrapper):
        return f"{type(layer).__name__}({layer_in_words(layer.layer)})"
    config = layer.get_config()
    told = [f"{name}={_value(config[name])}" for name in _TOLD if config.get(name)]
    return " ".join([type(layer).__name__, *told])


def layer_objects(layer: keras.Layer) -> dict[tuple[str, str], str]:
    """Penalties and constraints of a layer and of the layers inside it, in words: ("kernel", "penalty") -> L2 l2=0.01.

    Read from the variables, where Keras acts by them, not from the layer's attributes.
    """
    parts, names, found = _parts(layer), [weight.name for weight in layer.weights], {}
    for weight in layer.weights:
        owners = (part.name for part in parts if any(own is weight for own in part.weights))  # the outermost first
        place = weight.name if names.count(weight.name) == 1 else f"{next(owners, '')} {weight.name}".strip()
        for role, value in (("penalty", weight.regularizer), ("constraint", weight.constraint)):
            if value is not None:
                found[place, role] = object_in_words(value)
    for part in (layer, *parts):
        if part.activity_regularizer is not None and not isinstance(part, _L.ActivityRegularization):
            place = "output" if part is layer else f"{part.name} output"
            found[place, "penalty"] = object_in_words(part.activity_regularizer)
    return found


def object_in_words(value) -> str:
    """A Keras regularizer or constraint by its class and config."""
    config = value.get_config() if hasattr(value, "get_config") else {}
    told = [f"{name}={_value(value)}" for name, value in config.items() if value not in (None, 0)]
    return " ".join([type(value).__name__, *told])


def own_rates(layer: keras.Layer) -> dict[str, float]:
    """Dropout inside a recurrent or attention layer (or in one inside a wrapper): its name -> rate above 0."""
    found = {}
    for part in (layer, *_parts(layer)):
        for name in _RATES:
            rate = getattr(part, name, getattr(part, f"_{name}", 0))
            if isinstance(rate, (int, float)) and not isinstance(rate, bool) and rate > 0:
                found.setdefault(name, float(rate))
    return found


def _value(value) -> str:
    """Short; without the digits that float32 adds to a decimal number."""
    if isinstance(value, float):
        return short(float(f"{value:.6g}"))
    return function_name(value) if callable(value) else str(value)


def _is_at_work(layer: keras.Layer) -> bool:
    if isinstance(layer, _L.BatchNormalization):
        return True
    return any(getattr(layer, name, 0) for name in ("rate", "stddev", "l1", "l2"))


def _parts(layer: keras.Layer) -> list[keras.Layer]:
    """The layers inside a layer, each once."""
    return [part for part in layer._flatten_layers(include_self=False) if isinstance(part, keras.Layer)]


def all_layers(model: keras.Model, prefix: str = "") -> Iterator[tuple[str, keras.Layer]]:
    """(path, layer) of a model and of the models nested in it (`outer/inner`), inputs left out, each layer once, in the
    order data meets them."""
    seen = set()
    for node in calls(as_functional(model)):
        layer = node.operation
        if id(layer) in seen or not isinstance(layer, keras.Layer) or isinstance(layer, _L.InputLayer):
            continue
        seen.add(id(layer))
        if isinstance(layer, keras.Model):
            yield from all_layers(layer, f"{prefix}{layer.name}/")
        else:
            yield prefix + layer.name, layer


def _wrapped(layer: keras.Layer) -> keras.Layer:
    """What a TimeDistributed or another wrapper of one layer wraps."""
    return _wrapped(layer.layer) if isinstance(layer, _L.Wrapper) else layer


def _goes(layer: keras.Layer) -> bool:
    return isinstance(_wrapped(layer), REMOVED)


def _first(args, kwargs):
    return args[0] if args else next(iter(kwargs.values()))


def _call_without(old, new, *args, **kwargs):
    return _first(args, kwargs) if _goes(old) else new(*args, **kwargs)


def _clone_without(layer: keras.Layer) -> keras.Layer:
    if _goes(layer):
        return _L.Identity(name=layer.name)  # stands in no graph: its calls are passed over
    if type(layer).__module__.startswith("keras."):
        return clone_layer(layer, change=_without_objects)
    return clone_layer(layer)  # what a person's own layer means by its config is not known


_STRENGTHS = {cls.__name__: {"rate": 0.0} for cls in DROPOUT} | {
    "GaussianNoise": {"stddev": 0.0}, "ActivityRegularization": {"l1": 0.0, "l2": 0.0}
}  # fmt: skip
"""What makes a layer that stands in another layer's config do nothing."""


def _without_objects(config):
    """A config, those of wrapped layers included, without penalties, constraints and rates of dropout."""
    if isinstance(config, (list, tuple)):
        return type(config)(_without_objects(value) for value in config)
    if not isinstance(config, dict):
        return config
    cleaned = {}
    if config.get("class_name") in _STRENGTHS and str(config.get("module", "")).startswith("keras"):
        return config | {"config": config["config"] | _STRENGTHS[config["class_name"]]}
    for key, value in config.items():
        if key.endswith(("_regularizer", "_constraint")):
            cleaned[key] = None
        elif key in _RATES and isinstance(value, (int, float)):
            cleaned[key] = 0.0
        else:
            cleaned[key] = _without_objects(value)
    return cleaned


def _clear(layer: keras.Layer) -> None:
    """Take penalties and constraints off a built layer: off its variables, where Keras acts by them, and off its
    attributes, from which its config is written."""
    for weight in layer.weights:
        weight.regularizer = weight.constraint = None
    for name, value in vars(layer).copy().items():
        if isinstance(value, (keras.regularizers.Regularizer, keras.constraints.Constraint)):
            setattr(layer, name, None)
