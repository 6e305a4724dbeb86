"""Engine: by which way a variant's trials are trained. It follows from network, data and settings alone, never from a
timing or from how many trials share it, so that the same trial gives the same bits wherever it runs."""

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import keras

from regtrack.models import regularize
from regtrack.models.room import make_room
from regtrack.training.job import Job
from regtrack.training.random_numbers import who_draws
from regtrack.variants.variant import Variant


@dataclass(frozen=True)
class Engine:
    """Keras' layers and optimizer, one compiled loop an epoch.

    draws_ours: whether a layer draws from our random numbers (training/random_numbers.py).
    keras_draws: classes of the layers that keep Keras' generator.
    """

    draws_ours: bool
    keras_draws: tuple[str, ...]

    def __str__(self) -> str:
        """What is stored and part of the trial key: another word, other bits."""
        return "keras-graph" + ("+masks" if self.draws_ours else "")


def engine_of(job: Job, variant: Variant, model: keras.Model | None = None) -> Engine:
    """Args: model: the variant's network as it is trained, where it is at hand; made at seed 0 otherwise, once a job.

    Raises VariantError and ModelError where that cannot be made.
    """
    known = _KNOWN.setdefault(job, {})
    if variant not in known:
        known[variant] = _engine(model or regularize(make_room(job.network_of(variant).fresh(0), variant), variant))
    return known[variant]


_KNOWN: WeakKeyDictionary[Job, dict[Variant, Engine]] = WeakKeyDictionary()
"""Every trial's key asks, and to make a network may take long."""


def _engine(model: keras.Model) -> Engine:
    ours, kept = who_draws(model)
    return Engine(bool(ours), tuple(sorted({type(layer).__name__ for layer in kept})))
