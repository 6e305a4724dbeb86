"""Freedom: what a variant's network is free to do, by its size and by what holds it; which of two has clearly more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from regtrack.variants.params import Param, Value
from regtrack.variants.regularizers import REGULARIZERS
from regtrack.variants.variant import Variant

LARGER = 1.9
"""Times as many parameters. Twice the units give a little less than twice: the output's biases stay as they are."""
MUCH_STRONGER = 10.0
"""Times the strength of the same regularizer; from off to on is much stronger at any strength."""
UNORDERED = ("choice", "function")
SIZES = ("architecture", "hidden_widths")


@dataclass(frozen=True)
class Freedom:
    """`parameters` are the network's trainable ones (NaN where unknown: then no other is told larger or smaller).
    `held`: regularizer -> how strongly it holds, above 0, higher is stronger; what is off stands not in it.
    `trained`: settings of its own; a network that was trained otherwise is no evidence, whatever its size."""

    parameters: float
    held: Mapping[tuple, float] = field(default_factory=dict)
    trained: Mapping[str, Value] = field(default_factory=dict)


def freedom_of(variant: Variant, parameters: float) -> Freedom:
    """From the variant's params; what they build is counted by who built it."""
    values, held = variant.to_params(), {}
    for regularizer in REGULARIZERS.values():
        # Dropout in front of all layers and of the last one are two regularizers: neither is the other's stronger.
        ways = tuple(str(values[param.name]) for param in regularizer.params if param.kind in UNORDERED)
        for param in regularizer.params:
            if param.kind != "choice" and values[param.name] != param.neutral:
                held[(param.name, *ways)] = _strength(param, values[param.name])
    trained = {name: value for name, value in variant.overrides.items() if name not in SIZES}
    return Freedom(float(parameters), held, trained)


def _strength(param: Param, value: Value) -> float:
    if param.kind == "function":
        return 1.0
    return 1 / value if param.strength and param.strength.stronger == "lower" else float(value)


class Freedoms:
    """Those of a sweep's V networks, of whom is asked which are clearly freer or tighter than one of them. Of ten thousand trials these
    are millions of pairs: a network is set against all others at once."""

    def __init__(self, freedoms: Sequence[Freedom]):
        self._parameters = np.array([one.parameters for one in freedoms], float)
        ways = {frozenset(one.trained.items()) for one in freedoms}
        number = {way: i for i, way in enumerate(ways)}
        self._trained = np.array([number[frozenset(one.trained.items())] for one in freedoms])
        holding = sorted({name for one in freedoms for name in one.held})
        held = [[one.held.get(name, 0.0) for name in holding] for one in freedoms]
        self._held = np.array(held, float).reshape(len(freedoms), len(holding))

    def freer_than(self, v: int) -> np.ndarray:
        """(V,) bool: which are clearly freer than network `v`: larger ones that nothing holds more strongly.

        A weaker regularizer in a network of the same size is not enough: what is too small for the task stays too small.
        """
        no_stronger = (self._held <= self._held[v]).all(axis=1)
        return (self._trained == self._trained[v]) & (self._parameters >= LARGER * self._parameters[v]) & no_stronger

    def tighter_than(self, v: int) -> np.ndarray:
        """(V,) bool: which are clearly tighter than network `v`: smaller or much more strongly held, and in nothing the freer."""
        own = self._parameters[v]
        smaller = self._parameters * LARGER <= own
        much = ((self._held > 0) & (self._held >= MUCH_STRONGER * self._held[v])).any(axis=1)
        no_weaker = (self._held[v] <= self._held).all(axis=1)
        same_or_smaller = smaller | (self._parameters == own)
        return (self._trained == self._trained[v]) & same_or_smaller & no_weaker & (smaller | much)
