"""Objective: the loss that is trained on and the optimizer, from settings and variant, with proof that they are."""

import keras
import numpy as np

from regtrack.errors import VariantError
from regtrack.variants.effects import AveragedWeights, EntropyReward, LossOption, OptimizerOption, StopEarly
from regtrack.variants.settings import Settings
from regtrack.variants.variant import Variant

OPTIMIZERS = {"adam": "Adam", "sgd": "SGD", "rmsprop": "RMSprop", "nadam": "Nadam"}


def balanced_weights(given_label: np.ndarray, n_classes: int) -> np.ndarray:
    """(n_classes,) float32: n / (C n_c) over the C classes that occur, so that each weighs the same in the loss and the
    mean weight of an example is 1; 0 for a class that does not occur.

    Args:
        given_label: (n,) labels of the train split.
    """
    counts = np.bincount(given_label, minlength=n_classes)
    occurring = counts > 0
    weights = np.zeros(n_classes, np.float32)
    weights[occurring] = len(given_label) / (occurring.sum() * counts[occurring])
    return weights


def class_weights_of(settings: Settings, given_label: np.ndarray, n_classes: int) -> np.ndarray | None:
    """The weights of the classes in the loss that is trained on; None for none."""
    return balanced_weights(given_label, n_classes) if settings.class_weights == "balanced" else None


def make_loss(variant: Variant, n_classes: int, class_weights: np.ndarray | None = None):
    """`loss(labels, probs)` -> mean over the batch, nats, without penalty: cross-entropy, each example times the weight of
    its class, divided by the number of examples, as Keras' `class_weight` does; less what the variant rewards."""
    cross_entropy = _cross_entropy(variant, n_classes, class_weights)
    reward = variant.effect(EntropyReward)
    if reward is None:
        return cross_entropy
    return lambda labels, probs: cross_entropy(labels, probs) - reward.weight * _mean_entropy(probs)


def _mean_entropy(probs):
    """Of (n, C) probabilities, nats; 0 log 0 is 0."""
    return -keras.ops.mean(
        keras.ops.sum(probs * keras.ops.log(keras.ops.maximum(probs, keras.config.epsilon())), axis=-1)
    )


def _cross_entropy(variant: Variant, n_classes: int, class_weights: np.ndarray | None):
    options = {e.name: e.value for e in variant.effects() if isinstance(e, LossOption)}
    if not options and class_weights is None:
        return keras.losses.SparseCategoricalCrossentropy()
    # Keras smooths one-hot targets only.
    cross_entropy = keras.losses.CategoricalCrossentropy(**options)
    if class_weights is None:
        return lambda labels, probs: cross_entropy(keras.ops.one_hot(labels, n_classes), probs)

    def weighted(labels, probs):
        weights = keras.ops.take(keras.ops.convert_to_tensor(class_weights), labels)
        return cross_entropy(keras.ops.one_hot(labels, n_classes), probs, sample_weight=weights)

    return weighted


def make_optimizer(variant: Variant, settings: Settings, *, steps: int) -> keras.optimizers.Optimizer:
    """The optimizer over a budget of `steps` updates. Raises VariantError where the variant does not fit it."""
    learning_rate = settings.learning_rate
    if settings.learning_rate_schedule == "cosine":
        learning_rate = keras.optimizers.schedules.CosineDecay(settings.learning_rate, decay_steps=steps)
    class_name, options = OPTIMIZERS[settings.optimizer], {}
    for effect in variant.effects():
        if isinstance(effect, AveragedWeights) and effect.way == "decay":
            options |= {"use_ema": True, "ema_momentum": effect.value}
        if isinstance(effect, OptimizerOption):
            if effect.requires not in (None, settings.optimizer):
                raise VariantError(
                    f"is {effect.becomes}'s and needs optimizer {effect.requires}, "
                    f"received optimizer {settings.optimizer}; set optimizer to {effect.requires} or drop {effect.name}",
                    parameter=effect.name,
                )
            class_name = effect.becomes or class_name
            options[effect.name] = effect.value
    optimizer = getattr(keras.optimizers, class_name)(learning_rate, **options)
    if "weight_decay" in options:
        optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    for name, value in options.items():
        if getattr(optimizer, name) != value:
            raise VariantError(f"did not take effect: {name} of {class_name} is not {value}", variant=variant.label)
    return optimizer


def patience_of(variant: Variant, settings: Settings) -> int | None:
    """Epochs without a better validation cross-entropy before training ends; None for the whole budget."""
    effect = variant.effect(StopEarly)
    if effect and effect.patience >= settings.epochs:
        raise VariantError(
            f"a patience of {effect.patience} epochs can never end a budget of {settings.epochs}; "
            "use a smaller patience or more epochs",
            parameter="early_stopping",
        )
    return effect.patience if effect else None
