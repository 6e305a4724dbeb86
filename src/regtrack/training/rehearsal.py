"""rehearse: a variant's training and its passes, tried before anything is computed.

Building a model meets each layer once, for a batch of unknown size. What training adds to that (the loss, the gradients,
a layer that acts in training alone, the optimizer's updates) and what the passes add is met only when it is traced. It is
traced here as a trial will, for any number of examples: a trial of few examples is no proof for one of many.
"""

from collections.abc import Callable
from typing import Any

import keras

from regtrack.errors import ModelError, RegtrackError
from regtrack.training.job import Job
from regtrack.training.one_trial import mc_predictor, portable_archive
from regtrack.training.trainer import Trainer
from regtrack.variants.regularizers import PARAMS
from regtrack.variants.variant import Variant
from regtrack.words.failures import in_a_line


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
    trainer = _tried(variant, "be made ready for training", lambda: Trainer(job, variant, model))
    _tried(variant, "be trained", trainer.trace)
    predictor = _tried(variant, "be predicted with dropout on", lambda: mc_predictor(trainer))
    if predictor:
        _tried(variant, "be predicted with dropout on", predictor.trace)
    _tried(variant, "be saved", lambda: portable_archive(trainer.model))


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
