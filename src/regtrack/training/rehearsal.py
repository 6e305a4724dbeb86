"""rehearse: a variant's training and its passes, tried before anything is computed.

Building a model meets each layer once, for a batch of unknown size. What training adds to that (the loss, the gradients,
a layer that acts in training alone, the optimizer's updates) and what the passes add is met only when it is traced. It is
traced here as a trial will, for any number of examples: a trial of few examples is no proof for one of many.
"""

from collections.abc import Callable
from typing import Any

import keras
import tensorflow as tf

from regtrack.errors import ModelError, RegtrackError
from regtrack.models.layout import as_functional
from regtrack.models.network import Network
from regtrack.training.engine import ENOUGH_STEPS, engine_of
from regtrack.training.epoch import compiled_epoch
from regtrack.training.inference import ROWS, compile_block, compile_predict
from regtrack.training.job import Job
from regtrack.training.objective import class_weights_of, make_loss, make_optimizer
from regtrack.training.one_trial import portable_archive
from regtrack.training.random_numbers import RandomNumbers
from regtrack.uncertainty.mc_dropout.conversion import has_dropout, to_mc_dropout
from regtrack.uncertainty.mc_dropout.inference import MCPredictor
from regtrack.variants.regularizers import PARAMS
from regtrack.variants.variant import Variant
from regtrack.words.failures import in_a_line


def brings_own_code(network: Network, variant: Variant) -> bool:
    """Whether a person's own network, penalty or constraint is in it: of the project's own networks with its own techniques
    the tests know that they can be trained, and tracing each once costs seconds before every sweep."""
    own = [name for name, param in PARAMS.items() if param.kind == "function"]
    params = variant.to_params()
    return network.is_own or any(params[name] != PARAMS[name].neutral for name in own)


def kind_of(variant: Variant) -> tuple:
    """What variants have in common that differ in numbers alone, how strong and not what: one of them is tried for all."""
    params = variant.to_params()
    at_work = {name: value for name, value in params.items() if name not in PARAMS or value != PARAMS[name].neutral}
    return tuple((name, value if isinstance(value, str) else None) for name, value in at_work.items())


def rehearse(job: Job, variant: Variant, model: keras.Model) -> None:
    """Trace a step of training, a prediction and, where there is dropout, a pass; write the model once.

    Args:
        model: the variant's network as it will be trained, for this alone: what cannot be stored is taken off it.

    Raises ModelError, with the variant's label and in one line, for what would fail in each of its trials.
    """
    whole = engine_of(job, variant, model).is_whole
    _tried(variant, "be trained", lambda: _trace_training(job, variant, model, whole))
    _tried(variant, "be predicted", lambda: _trace_predictions(job, variant, model, whole))
    _tried(variant, "be saved", lambda: portable_archive(model))


def _trace_training(job: Job, variant: Variant, model: keras.Model, whole: bool) -> None:
    """An epoch over any number of examples, of which two stand for all; by XLA, which knows its sizes, a batch."""
    settings, dataset = job.settings_of(variant), job.dataset_of(variant)
    train, two = dataset.train, slice(2)
    optimizer = make_optimizer(variant, settings, steps=1)
    optimizer.build(model.trainable_variables)
    weights = class_weights_of(settings, train.given_label, dataset.n_classes)
    run_epoch = compiled_epoch(
        model,
        optimizer,
        tf.Variable(0.0, dtype=tf.float64, trainable=False),
        RandomNumbers(model),
        variant=variant,
        loss_of=make_loss(variant, dataset.n_classes, weights),
        n_classes=dataset.n_classes,
        batch=settings.batch_size,
        whole=whole,
    )
    x = tf.TensorSpec.from_tensor(tf.constant(dataset.inputs(train, job.network_of(variant).reads, two)))
    labels = tf.TensorSpec((2,), tf.int32)
    if whole:
        _translate(variant, run_epoch, x, labels, tf.TensorSpec((settings.batch_size,), tf.int32))
    else:
        run_epoch.get_concrete_function(x, labels, tf.TensorSpec((None,), tf.int32))


def _trace_predictions(job: Job, variant: Variant, model: keras.Model, whole: bool) -> None:
    """With dropout off, and on where there is any."""
    [tensor] = as_functional(model).inputs
    if whole:
        shape = job.dataset_of(variant).input_shape  # of the model's own some may be unknown
        _translate(variant, compile_block(model), tf.TensorSpec((ROWS, *shape), tf.float32))
    else:
        compile_predict(model).get_concrete_function(tf.TensorSpec(tensor.shape, tf.float32))
    if has_dropout(model):
        MCPredictor(to_mc_dropout(model)).trace()


def _translate(variant: Variant, function, *shapes: tf.TensorSpec) -> None:
    """Trace it and put it into XLA's language, where an operation that XLA lacks is met: without this its first call meets
    it. Nothing is compiled or computed."""
    function.get_concrete_function(*shapes)
    try:
        function.experimental_get_compiler_ir(*shapes)(stage="hlo")
    except ValueError as error:
        raise ModelError(
            f"{variant.label}: expected operations that XLA has, received {in_a_line(error)}; leave out the layer that has it, "
            f"or train for less than {ENOUGH_STEPS} updates (fewer epochs or larger batches), which needs no XLA"
        ) from None


def _tried(variant: Variant, what: str, act: Callable[[], Any]):
    try:
        return act()
    except RegtrackError:
        raise
    except Exception as error:  # whatever a person's own layer, penalty or optimizer raises
        raise ModelError(
            f"{variant.label}: expected a model that can {what}, received {in_a_line(error)}; correct the layer or function "
            "that raises it, or leave this variant out"
        ) from None
