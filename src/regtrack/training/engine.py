"""Engine: by which way a variant's trials are trained. It follows from network, data and settings alone, never from a
timing or from how many trials share it, so that the same trial gives the same bits wherever it runs."""

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import keras
from keras.src.ops.numpy import Any, NotEqual

from regtrack.models import regularize
from regtrack.models.layout import as_functional, calls
from regtrack.models.room import make_room
from regtrack.training.job import Job
from regtrack.training.random_numbers import who_draws
from regtrack.variants.variant import Variant

ENOUGH_STEPS = 5000
"""Updates of one trial from which compiling its epoch by XLA (1 to 6 s) has paid: measured 170 to 6,700 (docs/benchmarks.md)."""
_L = keras.layers
COMPILED = frozenset({
    _L.InputLayer, _L.Dense, _L.Flatten, _L.Reshape, _L.Identity, _L.Activation, _L.ReLU, _L.LeakyReLU, _L.ELU,
    _L.Softmax, _L.Rescaling, _L.BatchNormalization, _L.LayerNormalization, _L.ActivityRegularization, _L.Dropout,
    _L.GaussianDropout, _L.AlphaDropout, _L.GaussianNoise, _L.Add, _L.Multiply, _L.Average, _L.Concatenate, _L.LSTM,
    _L.LSTMCell, _L.GRU, _L.GRUCell, _L.SimpleRNN, _L.SimpleRNNCell, _L.Bidirectional, _L.Embedding, _L.Masking,
    _L.GlobalAveragePooling1D,
})  # fmt: skip
"""Layers that XLA compiles well on a CPU (docs/benchmarks.md). Convolutions and pooling by windows are 6 to 24 times slower by
it, multi-head attention gains a seventh at best for 4 s of compiling, augmentation has no kernel in it, and of layers that are not here
nobody knows."""
MASKING = frozenset({Any, NotEqual})
"""Operations that stand in a graph beside its layers where an Embedding or a Masking says which rows are none."""
_KNOWN_ROOMS = ("keras.src.activations.", "keras.src.regularizers.", "keras.src.constraints.")
"""Whose functions are a layer's parts; what else Keras has is made for other ends, and XLA lacks some of it."""
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


def engine_of(job: Job, variant: Variant, model: keras.Model | None = None) -> Engine:
    """Args: model: the variant's network as it is trained, where it is at hand; made at seed 0 otherwise, once a job.

    Raises VariantError and ModelError where that cannot be made.
    """
    known = _KNOWN.setdefault(job, {})
    if variant not in known:
        model = model or regularize(make_room(job.network_of(variant).fresh(0), variant), variant)
        known[variant] = _engine(model, updates=job.updates_of(variant))
    return known[variant]


_KNOWN: WeakKeyDictionary[Job, dict[Variant, Engine]] = WeakKeyDictionary()
"""Every trial's key asks, and to make a network may take long."""


def _engine(model: keras.Model, updates: int) -> Engine:
    ours, kept = who_draws(model)
    classes = tuple(sorted({type(layer).__name__ for layer in kept}))
    is_whole = updates >= ENOUGH_STEPS and not kept and can_be_whole(model)
    return Engine(is_whole, draws_ours=bool(ours), keras_draws=classes)


def can_be_whole(model: keras.Model) -> bool:
    """Whether every layer is on the list, and every function in them (activation, penalty, constraint) Keras' own."""
    layers = [layer for layer in model._flatten_layers() if not isinstance(layer, keras.Model)]
    models = [as_functional(layer) for layer in model._flatten_layers() if isinstance(layer, keras.Model)]
    steps = [node.operation for graph in models for node in calls(graph)]
    return (
        all(isinstance(step, keras.Layer) or type(step) in MASKING for step in steps)
        and all(type(layer) in COMPILED and layer.supports_jit for layer in layers)  # not on a GPU by cuDNN
        and all(_is_keras_own(function) for layer in layers for function in _functions(layer))
    )


def _functions(layer: keras.Layer) -> list:
    own = [getattr(layer, name, None) for name in ("activation", "recurrent_activation", "activity_regularizer")]
    of_weights = [function for weight in layer.weights for function in (weight.regularizer, weight.constraint)]
    return [function for function in (*own, *of_weights) if function is not None]


def _is_keras_own(function) -> bool:
    module = getattr(function, "__module__", None) or type(function).__module__
    return type(function) in COMPILED if isinstance(function, keras.Layer) else module.startswith(_KNOWN_ROOMS)
