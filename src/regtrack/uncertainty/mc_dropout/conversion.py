"""to_mc_dropout: a trained model -> the same weights with dropout always on and all else in inference mode."""

from itertools import count

import keras
import numpy as np

from regtrack.errors import ModelError
from regtrack.models.layout import as_functional, calls
from regtrack.models.surgery import clone_layer, rewrite
from regtrack.uncertainty.mc_dropout import masks
from regtrack.uncertainty.mc_dropout.layers import FAMILY, AlwaysOn, is_stochastic, refuse_full_rates
from regtrack.uncertainty.mc_dropout.split import takes_training

UNKNOWN_SIZE = 32
"""Size of an axis of unknown length in the probe that verifies a conversion."""


def to_mc_dropout(model: keras.Model) -> keras.Model:
    """A new model with the weights of `model` whose dropout layers are always on (Gal and Ghahramani 2016).

    Dropout, SpatialDropout1D/2D/3D, GaussianDropout and AlphaDropout become their MC counterparts, in nested and shared
    models too. Every other layer stays in inference mode under `predict`, `evaluate` and `__call__`: batch
    normalization keeps its statistics, augmentation and noise stay off.

    Args:
        model: a trained functional or sequential model; left untouched.
    Returns:
        A functional model, not trainable; saves and loads like any other.
    Raises:
        ModelError: before any compute, for a model without dropout, with all rates zero or one of 1, with dropout inside a layer
            (recurrent dropout, attention, a layer of one's own) or with a graph that cannot be seen; after the
            conversion, if its outputs with dropout off are not those of `model`.
    """
    _refuse_hidden_dropout(model)
    dropouts = [layer for layer in _leaves(model) if _is_dropout(layer)]
    refuse_full_rates(model, dropouts)
    if not dropouts:
        raise ModelError(
            f"model {model.name!r} has no dropout layer, so every pass would be the same; train it with dropout, e.g. "
            "a variant with dropout_rate > 0"
        )
    if not any(layer.rate for layer in dropouts):
        raise ModelError(
            f"model {model.name!r} has dropout layers, but all their rates are 0, so every pass would be the same; "
            "train it with a rate > 0"
        )
    numbers = count(1)

    def convert(layer):
        if _is_dropout(layer):
            # Two layers with one seed draw identical masks; a number of its own keeps them apart after loading too.
            always_on = FAMILY.get(type(layer), type(layer))
            return always_on.from_config(layer.get_config() | {"seed": next(numbers)})
        return clone_layer(layer)

    converted = rewrite(model, clone=convert, call=_in_inference_mode)
    converted.trainable = False  # batch norm keeps its statistics even if somebody passes training=True
    _verify(converted, model)
    return converted


def has_dropout(model: keras.Model) -> bool:
    """Whether the model's graph holds a dropout layer of a rate above 0. Raises ModelError if it cannot be seen."""
    return any(_is_dropout(layer) and layer.rate > 0 for layer in _leaves(model))


def _leaves(model: keras.Model):
    """The layers of a model and of the models nested in it, each once."""
    seen: dict[int, keras.Layer] = {}
    for node in calls(as_functional(model)):
        layer = node.operation
        if isinstance(layer, keras.Model):
            seen |= {id(leaf): leaf for leaf in _leaves(layer)}
        else:
            seen[id(layer)] = layer
    return seen.values()


def _is_dropout(layer) -> bool:
    return type(layer) in FAMILY or isinstance(layer, AlwaysOn)


def _refuse_hidden_dropout(model: keras.Model) -> None:
    for leaf in _leaves(model):
        if not isinstance(leaf, keras.Layer) or _is_dropout(leaf):
            continue
        for layer in leaf._flatten_layers():
            rates = [getattr(layer, name, 0) for name in ("dropout", "recurrent_dropout")]
            rates += [layer.rate] if isinstance(layer, tuple(FAMILY)) else []
            if any(isinstance(rate, int | float) and rate > 0 for rate in rates):
                inside = "" if layer is leaf else f" inside {leaf.name!r}"
                raise ModelError(
                    f"layer {layer.name!r} ({type(layer).__name__}){inside} has dropout of its own, which cannot be "
                    "switched on apart; use Dropout layers of the model's graph in its place (between the layers)"
                )


def _in_inference_mode(old, new, *args, **kwargs):
    """Call a layer with training=False written into the graph where it takes the flag: Keras' augmentation layers
    default to True, and a plain `model(x)` would augment."""
    if takes_training(new):
        kwargs["training"] = False
    return new(*args, **kwargs)


def _probe(tensor) -> np.ndarray:
    shape = [2, *(size or UNKNOWN_SIZE for size in tensor.shape[1:])]
    rng = np.random.default_rng(0)
    if "int" in tensor.dtype or tensor.dtype == "bool":
        return rng.integers(2, size=shape).astype(tensor.dtype)  # not 0 alone: it may stand for padding
    return rng.random(shape).astype(tensor.dtype)


def _verify(converted: keras.Model, model: keras.Model) -> None:
    """With dropout off both models give the same outputs on a probe."""
    probe = keras.tree.map_structure(_probe, as_functional(model).input)
    with masks.using(masks.OFF):
        received, expected = (
            [np.asarray(keras.ops.cast(y, "float32")) for y in keras.tree.flatten(m(probe, training=False))]
            for m in (converted, model)
        )
    for ours, theirs in zip(received, expected, strict=True):
        if not np.allclose(ours, theirs, rtol=1e-3, atol=1e-5, equal_nan=True):
            raise ModelError(
                f"model {model.name!r}: with dropout off the converted model's outputs differ from the original's by "
                f"{np.abs(ours - theirs).max():.2g}; please report this model"
            )
    assert is_stochastic(converted)
