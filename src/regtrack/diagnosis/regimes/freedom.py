"""Freedom: what a variant's network is free to do, by its size and by what holds it; which of two has clearly more."""

from collections.abc import Mapping
from dataclasses import dataclass, field

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


def is_freer(a: Freedom, b: Freedom) -> bool:
    """Whether `a` is clearly freer than `b`: a larger network that nothing holds more strongly.

    A weaker regularizer in a network of the same size is not enough: what is too small for the task stays too small.
    """
    return a.trained == b.trained and a.parameters >= LARGER * b.parameters and _no_stronger(a, b)


def is_tighter(a: Freedom, b: Freedom) -> bool:
    """Whether `a` is clearly tighter than `b`: smaller or much more strongly held, and in nothing the freer."""
    smaller = a.parameters * LARGER <= b.parameters
    much = any(strength >= MUCH_STRONGER * b.held.get(name, 0.0) for name, strength in a.held.items())
    same_or_smaller = smaller or a.parameters == b.parameters
    return a.trained == b.trained and same_or_smaller and _no_stronger(b, a) and (smaller or much)


def _no_stronger(a: Freedom, b: Freedom) -> bool:
    return all(strength <= b.held.get(name, 0.0) for name, strength in a.held.items())
