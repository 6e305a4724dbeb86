"""Which weights a copy of a model starts from: its own, or new ones of a seed."""

import keras

from regtrack.models.seeding import seeded_initializers
from regtrack.models.surgery import clone_layer, rewrite


def started(model: keras.Model, *, seed: int, keep_weights: bool) -> keras.Model:
    """A new model of the same graph and names, with the model's own weights or with those of `seed`."""
    return rewrite(model) if keep_weights else reinitialized(model, seed=seed)


def reinitialized(model: keras.Model, *, seed: int) -> keras.Model:
    """A new model of the same graph and names whose initial weights follow from `seed` alone, also where an initializer
    has a seed of its own. Normalization keeps its statistics: they are the data's, not trained."""
    with seeded_initializers(seed):
        return rewrite(
            model, clone=_clone_unseeded, keeps_weights=lambda layer: isinstance(layer, keras.layers.Normalization)
        )


def _clone_unseeded(layer: keras.Layer) -> keras.Layer:
    return clone_layer(layer, change=_without_seeds)


def _without_seeds(config, is_initializer: bool = False):
    """A config whose initializers, those of wrapped layers included, have no seed of their own."""
    if isinstance(config, (list, tuple)):
        return type(config)(_without_seeds(value) for value in config)
    if not isinstance(config, dict):
        return config
    if is_initializer and isinstance(config.get("config"), dict) and "seed" in config["config"]:
        return config | {"config": config["config"] | {"seed": None}}
    return {key: _without_seeds(value, str(key).endswith("initializer")) for key, value in config.items()}
