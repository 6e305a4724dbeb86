"""with_probabilities: a model that ends in logits or in probabilities -> one that ends in probabilities."""

import keras
import numpy as np
import tensorflow as tf

from regtrack.errors import ModelError
from regtrack.models.ending import ending_of
from regtrack.models.layout import as_functional, free_name_in
from regtrack.models.one_unit import as_two_classes, has_one_unit
from regtrack.models.probe import probe_model

_LOGITS = ("linear", "log_softmax")
"""Activations behind which a softmax gives probabilities; of log probabilities it gives the probabilities back."""


def with_probabilities(model: keras.Model) -> keras.Model:
    """The same model if it ends in probabilities, else with a Softmax behind its logits; its layers are shared. One that
    ends in one unit, a sigmoid or a logit, is made one of two classes (see `as_two_classes`).

    Which of the two it is says the last activation. It is always verified on a probe of random inputs: rows are
    >= 0 and add up to 1, so that nothing is softmaxed twice. Where the last operation has no activation (a sum, an
    average, a layer of one's own) the probe alone decides.

    Args:
        model: built, of one input (n, ...) and one output (n, n_classes), or (n, 1) for two classes.
    Raises:
        ModelError: several sigmoids or another activation at the end, probabilities that are none, or operations that this processor
            has not.
    """
    functional = as_functional(model)
    ending = ending_of(model)
    given = _answers(model)
    if not np.isfinite(given).all():
        raise ModelError(
            f"model {model.name!r}: expected finite outputs, received {given[~np.isfinite(given)][0]} on random inputs; "
            "check its initial weights and its last layers"
        )
    if has_one_unit(model):
        return as_two_classes(model)
    are_probabilities = _add_up(given)
    refuse_sigmoid(model, given.shape[-1])
    if ending == "softmax" and not are_probabilities:
        raise ModelError(
            f"model {model.name!r} ends in a softmax, but its outputs on random inputs add up to "
            f"{given.sum(axis=-1).flat[0]:.3g} a row; expected 1: let the softmax run over the classes (axis -1) and end "
            "the model there"
        )
    if are_probabilities and ending not in _LOGITS:
        return model
    if ending not in (None, *_LOGITS):
        raise ModelError(
            f"model {model.name!r} ends in activation {ending!r}; expected probabilities (softmax) or logits (no "
            "activation): set the last layer's activation to 'softmax'"
        )
    name = free_name_in(model, "probabilities")
    new = keras.Model(
        functional.inputs[0], keras.layers.Softmax(name=name, dtype="float32")(functional.outputs[0]), name=model.name
    )
    if not _add_up(_answers(new)):
        raise ModelError(
            f"model {model.name!r}: a softmax behind its outputs gives no probabilities; end it in softmax"
        )
    return new


def refuse_sigmoid(model: keras.Model, n_classes: int) -> None:
    """Raise ModelError for a model that ends in sigmoids, save in one for two classes."""
    n = as_functional(model).outputs[0].shape[-1]
    if ending_of(model) != "sigmoid" or (n, n_classes) == (1, 2):
        return
    what = (
        f"one unit for two classes, and the data have {n_classes}" if n == 1 else "each class on its own (multi-label)"
    )
    raise ModelError(
        f"model {model.name!r} ends in a sigmoid, {what}; regtrack needs one probability a class that add up to 1: end "
        f"it in Dense({n_classes}, activation='softmax')"
    )


def _answers(model: keras.Model) -> np.ndarray:
    """Raises ModelError for what TensorFlow has for other processors than this one: convolutions of channels first, mostly."""
    try:
        output = keras.tree.flatten(model(probe_model(model), training=False))[0]
    except tf.errors.UnimplementedError as error:
        lines = [line for line in error.message.splitlines() if line.strip()]
        why = next((line for line in lines if "{{" in line), lines[0] if lines else "no reason")
        raise ModelError(
            f"model {model.name!r}: expected operations that this processor has, received one that it has not "
            f"({why.rpartition('}} ')[2].split(' [Op:')[0].strip().rstrip('.')}); build the model with channels_last, or train it elsewhere"
        ) from None
    return np.asarray(keras.ops.cast(output, "float32"), dtype=np.float64)


def _add_up(outputs: np.ndarray) -> bool:
    return bool((outputs >= 0).all() and np.allclose(outputs.sum(axis=-1), 1, atol=1e-4))
