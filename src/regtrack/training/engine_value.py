"""Engine: by which way a variant's trials are trained, and what was found of a job's variants already.

Plain values: whoever stores trials asks for them, and need not import TensorFlow for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from regtrack.training.job import Job
from regtrack.variants.variant import Variant

EARLIER = ("keras-graph", "keras-graph+masks", "keras-xla", "keras-xla+masks")
"""What earlier releases said of the same trainings: before random numbers of our own were drawn, before an epoch was compiled
whole, before what is measured after it was, and before a layer came on the list."""


@dataclass(frozen=True)
class Engine:
    """Keras' layers and optimizer, one compiled loop an epoch.

    is_whole: whether XLA compiles the epoch as a whole, and what is measured after it; else both are TensorFlow's graph.
    draws_ours: whether a layer draws from our random numbers (training/random_numbers.py).
    keras_draws: classes of the layers that keep Keras' generator.
    """

    is_whole: bool = False
    draws_ours: bool = False
    keras_draws: tuple[str, ...] = ()

    def __str__(self) -> str:
        """What is stored and part of the trial key: another word, other bits."""
        return ("keras-xla+measures" if self.is_whole else "keras-graph") + ("+masks" if self.draws_ours else "")


_KNOWN: WeakKeyDictionary[Job, dict[Variant, Engine]] = WeakKeyDictionary()
"""Every trial's key asks, and to make a network may take long."""


def remember(job: Job, engines: Mapping[Variant, Engine]) -> None:
    _KNOWN.setdefault(job, {}).update(engines)


def remembered(job: Job) -> dict[Variant, Engine]:
    """By variant, of those that were asked for."""
    return dict(_KNOWN.get(job, {}))
